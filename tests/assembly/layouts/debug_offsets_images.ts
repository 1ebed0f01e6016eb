// The `_Py_DebugOffsets` of real builds, as the u64 that they consist of, struct by struct in each version's order. Read
// from running processes; but those of free-threaded builds (T) are what the headers' initialiser makes of them, which
// tests/decoder/structs.test.ts checks. The 32-bit ones are of i386.

/** "xdebugpy" */
export const COOKIE: u64 = ((0x79706775 as u64) << 32) | 0x62656478;

// biome-ignore format: one struct a line
export const OF_313: StaticArray<u64> = [
  COOKIE, 0x030d12f0, 0, // head
  283408, 608, 632, // runtime_state
  194984, 7272, 7264, 7344, 7400, 7656, 7640, 7648, 16, 7752, 0, 7768, 7760, // interpreter_state
  312, 0, 8, 16, 72, 152, 160, 232, 32, // thread_state
  80, 8, 0, 56, 72, 70, // interpreter_frame
  208, 112, 120, 128, 136, 68, 52, 96, 104, 200, // code_object
  16, 8, // pyobject
  416, 24, 88, 168, // type_object
  32, 24, 16, // tuple_object
  40, 24, 16, // list_object
  48, 32, 40, // dict_object
  24, 16, // float_object
  32, 16, 24, // long_object
  40, 16, 32, // bytes_object
  64, 32, 16, 40, // unicode_object
  240, 200, // gc
];

// biome-ignore format: one struct a line
export const OF_313_NARROW: StaticArray<u64> = [
  COOKIE, 0x030d12f0, 0, // head
  148628, 604, 616, // runtime_state
  99772, 3648, 3644, 3700, 3728, 3876, 3868, 3872, 8, 3936, 0, 3944, 3940, // interpreter_state
  184, 0, 4, 8, 52, 92, 96, 140, 16, // thread_state
  44, 4, 0, 28, 40, 38, // interpreter_frame
  128, 80, 84, 88, 92, 44, 28, 72, 76, 124, // code_object
  8, 4, // pyobject
  208, 12, 44, 84, // type_object
  16, 12, 8, // tuple_object
  20, 12, 8, // list_object
  28, 20, 24, // dict_object
  16, 8, // float_object
  16, 8, 12, // long_object
  20, 8, 16, // bytes_object
  32, 16, 8, 20, // unicode_object
  140, 120, // gc
];

// biome-ignore format: one struct a line
export const OF_313_DEBUG: StaticArray<u64> = [
  COOKIE, 0x030d12f0, 0, // head
  299424, 608, 632, // runtime_state
  195000, 7272, 7264, 7344, 7400, 7656, 7640, 7648, 16, 7752, 0, 7768, 7760, // interpreter_state
  312, 0, 8, 16, 72, 152, 160, 232, 32, // thread_state
  80, 8, 0, 56, 72, 70, // interpreter_frame
  208, 112, 120, 128, 136, 68, 52, 96, 104, 200, // code_object
  16, 8, // pyobject
  416, 24, 88, 168, // type_object
  32, 24, 16, // tuple_object
  40, 24, 16, // list_object
  48, 32, 40, // dict_object
  24, 16, // float_object
  32, 16, 24, // long_object
  40, 16, 32, // bytes_object
  64, 32, 16, 40, // unicode_object
  240, 200, // gc
];

// biome-ignore format: one struct a line
export const OF_314: StaticArray<u64> = [
  COOKIE, 0x030e0af0, 0, // head
  316616, 784, 808, // runtime_state
  225864, 7280, 7272, 7344, 7360, 7408, 7688, 7672, 7680, 16, 7784, 0, 7800, 7792, 7992, 0, // interpreter_state
  832, 0, 8, 16, 72, 152, 160, 232, 32, // thread_state
  88, 8, 0, 56, 80, 74, 64, 0, // interpreter_frame
  216, 112, 120, 128, 136, 68, 52, 96, 104, 208, 0, // code_object
  16, 8, // pyobject
  416, 24, 88, 168, // type_object
  40, 32, 16, // tuple_object
  40, 24, 16, // list_object
  200, 24, 40, 32, // set_object
  48, 32, 40, // dict_object
  24, 16, // float_object
  32, 16, 24, // long_object
  40, 16, 32, // bytes_object
  64, 32, 16, 40, // unicode_object
  264, 192, // gc
  160, 24, 72, 67, // gen_object
  0, 8, // llist_node
  24, 304, 8076, 0, 4, 512, // debugger_support
];

// biome-ignore format: one struct a line
export const OF_315: StaticArray<u64> = [
  COOKIE, 0x030f02f0, 0, // head
  346568, 912, 936, // runtime_state
  226240, 7272, 7264, 7336, 7352, 7400, 7592, 7576, 7584, 16, 7736, 0, 7752, 7744, 7944, 0, // interpreter_state
  888, 0, 8, 16, 72, 80, 88, 96, 176, 184, 256, 32, 36, 40, 136, 288, // thread_state
  0, // err_stackitem
  88, 8, 0, 56, 80, 74, 64, 0, // interpreter_frame
  216, 112, 120, 128, 136, 68, 52, 96, 104, 208, 0, // code_object
  16, 8, // pyobject
  424, 24, 88, 168, 32, 288, // type_object
  944, 888, // heap_type_object
  40, 32, 16, // tuple_object
  40, 24, 16, // list_object
  200, 24, 40, 32, // set_object
  48, 32, 40, // dict_object
  24, 16, // float_object
  32, 16, 24, // long_object
  40, 16, 32, // bytes_object
  64, 32, 16, 40, 56, // unicode_object
  176, 112, 120, 1120, 104, // gc
  160, 24, 72, 67, // gen_object
  0, 8, // llist_node
  24, 344, 8028, 0, 4, 512, // debugger_support
];

// biome-ignore format: one struct a line
export const OF_313T: StaticArray<u64> = [
  COOKIE, 0x030d12f0, 1, // head
  328384, 608, 632, // runtime_state
  215616, 7272, 7264, 7344, 7400, 7664, 7648, 7656, 16, 7760, 0, 7784, 7776, // interpreter_state
  312, 0, 8, 16, 72, 152, 160, 232, 32, // thread_state
  80, 8, 0, 56, 72, 70, // interpreter_frame
  224, 128, 136, 144, 152, 84, 68, 112, 120, 216, // code_object
  32, 24, // pyobject
  432, 40, 104, 184, // type_object
  48, 40, 32, // tuple_object
  56, 40, 32, // list_object
  64, 48, 56, // dict_object
  40, 32, // float_object
  48, 32, 40, // long_object
  56, 32, 48, // bytes_object
  80, 48, 32, 56, // unicode_object
  248, 200, // gc
];

// biome-ignore format: one struct a line
export const OF_313T_NARROW: StaticArray<u64> = [
  COOKIE, 0x030d12f0, 1, // head
  194496, 604, 616, // runtime_state
  127360, 3648, 3644, 3700, 3728, 3880, 3872, 3876, 8, 3940, 0, 3952, 3948, // interpreter_state
  184, 0, 4, 8, 52, 92, 96, 140, 16, // thread_state
  44, 4, 0, 28, 40, 38, // interpreter_frame
  140, 92, 96, 100, 104, 56, 40, 84, 88, 136, // code_object
  20, 16, // pyobject
  220, 24, 56, 96, // type_object
  28, 24, 20, // tuple_object
  32, 24, 20, // list_object
  40, 32, 36, // dict_object
  28, 20, // float_object
  28, 20, 24, // long_object
  32, 20, 28, // bytes_object
  44, 28, 20, 32, // unicode_object
  144, 120, // gc
];

// biome-ignore format: one struct a line
export const OF_314T: StaticArray<u64> = [
  COOKIE, 0x030e0af0, 1, // head
  365624, 784, 808, // runtime_state
  249976, 7280, 7272, 7344, 7360, 7408, 7712, 7696, 7704, 16, 7808, 0, 7832, 7824, 8024, 17300, // interpreter_state
  832, 0, 8, 16, 72, 152, 160, 232, 32, // thread_state
  88, 8, 0, 56, 80, 78, 64, 72, // interpreter_frame
  240, 128, 136, 144, 152, 84, 68, 112, 120, 232, 224, // code_object
  32, 24, // pyobject
  432, 40, 104, 184, // type_object
  56, 48, 32, // tuple_object
  56, 40, 32, // list_object
  216, 40, 56, 48, // set_object
  64, 48, 56, // dict_object
  40, 32, // float_object
  48, 32, 40, // long_object
  56, 32, 48, // bytes_object
  80, 48, 32, 56, // unicode_object
  288, 192, // gc
  176, 40, 88, 83, // gen_object
  0, 8, // llist_node
  24, 304, 8108, 0, 4, 512, // debugger_support
];

// biome-ignore format: one struct a line
export const OF_314T_NARROW: StaticArray<u64> = [
  COOKIE, 0x030e0af0, 1, // head
  215396, 780, 792, // runtime_state
  146364, 3652, 3648, 3696, 3704, 3728, 3904, 3896, 3900, 8, 3964, 0, 3976, 3972, 4128, 8932, // interpreter_state
  700, 0, 4, 8, 52, 92, 96, 140, 16, // thread_state
  48, 4, 0, 28, 44, 42, 32, 36, // interpreter_frame
  148, 92, 96, 100, 104, 56, 40, 84, 88, 144, 140, // code_object
  20, 16, // pyobject
  220, 24, 56, 96, // type_object
  32, 28, 20, // tuple_object
  32, 24, 20, // list_object
  112, 24, 32, 28, // set_object
  40, 32, 36, // dict_object
  28, 20, // float_object
  28, 20, 24, // long_object
  32, 20, 28, // bytes_object
  44, 28, 20, 32, // unicode_object
  168, 116, // gc
  96, 24, 48, 47, // gen_object
  0, 4, // llist_node
  12, 180, 4196, 0, 4, 512, // debugger_support
];

// biome-ignore format: one struct a line
export const OF_315T: StaticArray<u64> = [
  COOKIE, 0x030f02f0, 1, // head
  409296, 912, 936, // runtime_state
  250328, 7272, 7264, 7336, 7352, 7400, 7592, 7576, 7584, 16, 7736, 0, 7760, 7752, 7952, 17252, // interpreter_state
  888, 0, 8, 16, 72, 80, 88, 96, 176, 184, 256, 32, 36, 40, 136, 288, // thread_state
  0, // err_stackitem
  88, 8, 0, 56, 80, 78, 64, 72, // interpreter_frame
  240, 128, 136, 144, 152, 84, 68, 112, 120, 232, 224, // code_object
  32, 24, // pyobject
  440, 40, 104, 184, 48, 304, // type_object
  968, 904, // heap_type_object
  56, 48, 32, // tuple_object
  56, 40, 32, // list_object
  216, 40, 56, 48, // set_object
  64, 48, 56, // dict_object
  40, 32, // float_object
  48, 32, 40, // long_object
  56, 32, 48, // bytes_object
  80, 48, 32, 56, 72, // unicode_object
  176, 112, 120, 224, 104, // gc
  176, 40, 88, 83, // gen_object
  0, 8, // llist_node
  24, 344, 8036, 0, 4, 512, // debugger_support
];

// biome-ignore format: one struct a line
export const OF_315T_NARROW: StaticArray<u64> = [
  COOKIE, 0x030f02f0, 1, // head
  241220, 908, 920, // runtime_state
  146576, 3648, 3644, 3692, 3700, 3724, 3840, 3832, 3836, 8, 3928, 0, 3940, 3936, 4092, 8916, // interpreter_state
  732, 0, 4, 8, 56, 60, 64, 68, 108, 112, 156, 16, 20, 24, 88, 172, // thread_state
  0, // err_stackitem
  48, 4, 0, 28, 44, 42, 32, 36, // interpreter_frame
  148, 92, 96, 100, 104, 56, 40, 84, 88, 144, 140, // code_object
  20, 16, // pyobject
  224, 24, 56, 96, 28, 156, // type_object
  488, 456, // heap_type_object
  32, 28, 20, // tuple_object
  32, 24, 20, // list_object
  112, 24, 32, 28, // set_object
  40, 32, 36, // dict_object
  28, 20, // float_object
  28, 20, 24, // long_object
  32, 20, 28, // bytes_object
  44, 28, 20, 32, 40, // unicode_object
  108, 76, 80, 148, 72, // gc
  96, 24, 48, 47, // gen_object
  0, 4, // llist_node
  12, 204, 4160, 0, 4, 512, // debugger_support
];

/** A copy of an image at a new place, for a test to spoil. */
export function copyOf(image: StaticArray<u64>): usize {
  const length: usize = byteLength(image);
  const copy = heap.alloc(length);
  memory.copy(copy, changetype<usize>(image), length);
  return copy;
}

/** Length of an image in bytes. */
export function byteLength(image: StaticArray<u64>): u32 {
  return (image.length as u32) * 8;
}
