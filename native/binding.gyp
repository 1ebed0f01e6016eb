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
        ] }],
        ["OS=='win'", { "sources": [
          "remote_memory_windows.cc", "off_cpu_copy_windows.cc", "timing_windows.cc", "event_wait_windows.cc", "scheduling_windows.cc",
          "held_copy_none.cc", "system_calls_windows.cc"
        ] }],
        ["OS=='mac'", { "sources": [
          "remote_memory_darwin.cc", "task_port_darwin.cc", "off_cpu_copy_darwin.cc", "timing_darwin.cc", "event_wait_darwin.cc",
          "scheduling_darwin.cc", "held_copy_none.cc", "system_calls_darwin.cc"
        ], "xcode_settings": { "CLANG_CXX_LANGUAGE_STANDARD": "c++17", "MACOSX_DEPLOYMENT_TARGET": "11.0" } }]
      ]
    }
  ]
}
