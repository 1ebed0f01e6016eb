// pread64, asked of the kernel: on processors of 32 bits glibc's pread has offsets of 32 bits and musl's of 64, under one name.
#include "file_text.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace file_text {

ssize_t ReadAt(int descriptor, void* text, size_t length, uint64_t offset) {
#if defined(__LP64__)
  return syscall(SYS_pread64, descriptor, text, length, offset);
#else
  // Such a number goes in two registers, the lower half first where the processor is little-endian.
  const auto lower = static_cast<uint32_t>(offset);
  const auto upper = static_cast<uint32_t>(offset >> 32);
#if defined(__arm__)
  // The first of them has to be an even one.
  return syscall(SYS_pread64, descriptor, text, length, 0, lower, upper);
#else
  return syscall(SYS_pread64, descriptor, text, length, lower, upper);
#endif
#endif
}

}  // namespace file_text
