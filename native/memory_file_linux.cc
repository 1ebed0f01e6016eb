// /proc/PID/mem. What may be read is decided as for process_vm_readv, when it is opened.
#include "memory_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "file_text.h"

namespace memory_file {
namespace {

int Open(int64_t id, int* descriptor) {
  // snprintf has a name of its own on ppc64le.
  char path[32] = "/proc/";
  char digits[12];
  size_t count = 0;
  for (auto rest = static_cast<uint32_t>(id); count == 0 || rest > 0; rest /= 10) digits[count++] = '0' + rest % 10;
  char* end = path + strlen(path);
  while (count > 0) *end++ = digits[--count];
  memcpy(end, "/mem", sizeof("/mem"));
  *descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (*descriptor >= 0) return 0;
  *descriptor = kNone;
  return errno == ENOENT ? ESRCH : errno;
}

}  // namespace

int Copy(int64_t id, int* descriptor, uint64_t address, uint8_t* place, size_t length, size_t* copied) {
  *copied = 0;
  bool is_fresh = *descriptor == kNone;
  while (*copied < length) {
    if (*descriptor == kNone) {
      int error = Open(id, descriptor);
      if (error != 0) return error;
    }
    ssize_t came = file_text::ReadAt(*descriptor, place + *copied, length - *copied, address + *copied);
    if (came > 0) {
      *copied += static_cast<size_t>(came);
    } else if (came < 0) {
      // At this address there is nothing.
      return errno == EIO || errno == EFAULT || errno == EINVAL ? 0 : errno;
    } else {
      // The memory that was opened is gone: the process has ended, or runs another program now.
      Close(*descriptor);
      *descriptor = kNone;
      if (is_fresh) return ESRCH;
      is_fresh = true;
      *copied = 0;
    }
  }
  return 0;
}

void Close(int descriptor) {
  if (descriptor != kNone) close(descriptor);
}

}  // namespace memory_file
