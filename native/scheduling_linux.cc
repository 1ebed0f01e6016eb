// sched_setattr, which the C library has no function for.
#include "scheduling.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace scheduling {
namespace {

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

}  // namespace

// Linux 6.12+ takes a turn's length from sched_runtime where threads share fairly; before, it is accepted and means nothing.
bool ShortenSlices(uint64_t nanoseconds) {
  SchedulerAttributes attributes{};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0) return false;
  if (attributes.policy != SCHED_OTHER) return false;
  attributes.runtime = nanoseconds;
  return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

}  // namespace scheduling
