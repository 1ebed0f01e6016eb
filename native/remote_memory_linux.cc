// process_vm_readv, up to IOV_MAX ranges a call. A range that faults is noted and the copy goes on behind it.
#include "remote_memory.h"

#include <sched.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <ctime>

namespace remote_memory {
namespace {

constexpr uint32_t kBatch = 1024;  // IOV_MAX on Linux

// struct sched_attr of linux/sched/types.h, as it was first; that header can't be had together with sched.h.
struct SchedulerAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};

// Set once, before anything is read.
size_t limit = SIZE_MAX;

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

void Limit(size_t bytes) { limit = bytes == 0 ? SIZE_MAX : bytes; }

Result Read(const Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count) {
  iovec local[kBatch];
  iovec remote[kBatch];
  const size_t most = limit;
  uint32_t whole = 0;
  uint32_t first = 0;
  uint32_t begun = 0;  // bytes of the first request that an earlier call copied
  while (first < count) {
    uint32_t ranges = 0;
    uint32_t places = 0;
    size_t wanted = 0;
    for (uint32_t i = first; i < count && ranges < kBatch && wanted < most; i++) {
      Request& request = requests[i];
      uint32_t before = ranges == 0 ? begun : 0;
      request.copied = before;
      bool inside = Fits(request, buffer_length);
      // A zero-length range keeps requests and vectors in step.
      size_t length = inside ? request.length - before : 0;
      if (length > most - wanted) length = most - wanted;
      uint8_t* place = buffer + (inside ? request.destination + before : 0);
      // Ranges that go to one place, one behind the other, are cheaper as one.
      if (places > 0 && static_cast<uint8_t*>(local[places - 1].iov_base) + local[places - 1].iov_len == place) {
        local[places - 1].iov_len += length;
      } else {
        local[places++] = {place, length};
      }
      uint64_t address = process.base + request.address + before;
      remote[ranges] = {reinterpret_cast<void*>(static_cast<uintptr_t>(address)), length};
      wanted += length;
      ranges++;
    }
    ssize_t came = 0;
    if (wanted > 0) {
      came = process_vm_readv(static_cast<pid_t>(process.id), local, places, remote, ranges, 0);
      if (came < 0 && errno != EFAULT) return {StatusOf(errno), errno, whole};
    }
    size_t left = came < 0 ? 0 : static_cast<size_t>(came);
    // The kernel stops at the first byte it can't read: hand the bytes out in order, and start again
    // behind the range that fell short.
    uint32_t next = first + ranges;
    begun = 0;
    for (uint32_t i = 0; i < ranges; i++) {
      Request& request = requests[first + i];
      size_t length = remote[i].iov_len;
      size_t part = left < length ? left : length;
      request.copied += static_cast<uint32_t>(part);
      left -= part;
      if (part < length) {
        next = first + i + 1;
        break;
      }
      if (request.copied == request.length) {
        whole++;
      } else if (length > 0) {
        // Cut by the limit: the next call goes on with it.
        next = first + i;
        begun = request.copied;
      }
    }
    first = next;
  }
  return {Status::kOk, 0, whole};
}

double Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Who sleeps for less time than it ran before is owed no processor by a fair scheduler (Linux 6.6+, EEVDF): woken where
// another thread runs, it waits for the next scheduler tick, up to 4 ms. So short waits are spent running, which costs no
// more than falling asleep and waking. The share is more than 1, for that other thread may share its processor, too.
constexpr double kLongestSpin = 50;  // microseconds
constexpr double kSpinShare = 3;     // of the time since the last sleep
thread_local double woken = 0;       // when the last sleep ended

double WaitUntil(double time) {
  double now = Now();
  if (!(time > now)) return now;
  if (time - now < std::fmin(kLongestSpin, kSpinShare * (now - woken))) {
    while (now < time) now = Now();
    return now;
  }
  timespec until{static_cast<time_t>(time / 1e6), static_cast<long>(std::fmod(time, 1e6) * 1e3)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
  woken = Now();
  return woken;
}

// Linux 6.12+ takes a turn's length from sched_runtime where threads share fairly; before, it is accepted and means nothing.
bool ShortenTurns(uint64_t nanoseconds) {
  SchedulerAttributes attributes{};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0) return false;
  if (attributes.policy != SCHED_OTHER) return false;
  attributes.runtime = nanoseconds;
  return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

}  // namespace remote_memory
