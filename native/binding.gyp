{
  "targets": [
    {
      "target_name": "remote_memory",
      "sources": ["binding.cc"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS"],
      "cflags_cc": ["-std=c++17", "-O2", "-Wall", "-Wextra"],
      "conditions": [
        ["OS=='linux'", { "sources": [
          "remote_memory_linux.cc", "off_cpu_copy_linux.cc", "parked_reader_linux.cc", "timing_linux.cc", "event_wait_linux.cc",
          "scheduling_linux.cc", "held_copy_linux.cc", "file_text_linux.cc", "memory_file_linux.cc"
        ] }]
      ]
    }
  ]
}
