// process_vm_readv, up to IOV_MAX ranges a call. A range that faults is noted and the copy goes on behind it.
#include "remote_memory.h"

#include <cerrno>
#include <cmath>
#include <ctime>
#include <sys/uio.h>
#include <unistd.h>

namespace remote_memory {
namespace {

constexpr uint32_t kBatch = 1024;  // IOV_MAX on Linux

Status StatusOf(int error) {
  switch (error) {
    case ESRCH:
      return Status::kNoProcess;
    case EPERM:
    case ENOSYS:
      return Status::kNotPermitted;
    default:
      return Status::kFailed;
  }
}

}  // namespace

Result Read(int64_t process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count) {
  static thread_local iovec local[kBatch];
  static thread_local iovec remote[kBatch];
  uint32_t whole = 0;
  uint32_t next = 0;
  while (next < count) {
    uint32_t first = next;
    uint32_t ranges = 0;
    uint32_t places = 0;
    size_t wanted = 0;
    for (; next < count && ranges < kBatch; next++) {
      Request& request = requests[next];
      request.copied = 0;
      bool inside = Fits(request, buffer_length);
      // A zero-length range keeps requests and vectors in step.
      size_t length = inside ? request.length : 0;
      uint8_t* place = buffer + (inside ? request.destination : 0);
      // Ranges that go to one place, one behind the other, are cheaper as one.
      if (places > 0 && static_cast<uint8_t*>(local[places - 1].iov_base) + local[places - 1].iov_len == place) {
        local[places - 1].iov_len += length;
      } else {
        local[places++] = {place, length};
      }
      remote[ranges] = {reinterpret_cast<void*>(static_cast<uintptr_t>(request.address)), length};
      wanted += length;
      ranges++;
    }
    if (wanted == 0) continue;
    ssize_t came = process_vm_readv(static_cast<pid_t>(process), local, places, remote, ranges, 0);
    if (came < 0 && errno != EFAULT) return {StatusOf(errno), errno, whole};
    size_t left = came < 0 ? 0 : static_cast<size_t>(came);
    // The kernel stops at the first byte it can't read: hand the bytes out in order, and start again
    // behind the range that fell short.
    for (uint32_t i = 0; i < ranges; i++) {
      Request& request = requests[first + i];
      size_t length = remote[i].iov_len;
      if (length == 0) {
        if (request.length == 0) whole++;
        continue;
      }
      size_t part = left < length ? left : length;
      request.copied = static_cast<uint32_t>(part);
      left -= part;
      if (part == length) {
        whole++;
      } else {
        next = first + i + 1;
        break;
      }
    }
  }
  return {Status::kOk, 0, whole};
}

double Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double WaitUntil(double time) {
  double now = Now();
  if (!(time > now)) return now;
  timespec until{static_cast<time_t>(time / 1e6), static_cast<long>(std::fmod(time, 1e6) * 1e3)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
  return Now();
}

}  // namespace remote_memory
