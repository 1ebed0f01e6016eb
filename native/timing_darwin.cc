// mach_absolute_time, which is CLOCK_UPTIME_RAW: mach_wait_until waits on it. It stands still while the machine sleeps.
#include "timing.h"

#include <mach/mach_time.h>

namespace timing {
namespace {

// Nanoseconds in a tick are numer / denom: 1 on Intel, 125 / 3 on Apple's processors. The system fills it in once.
mach_timebase_info_data_t timebase;

double TicksAMicrosecond() {
  if (timebase.denom == 0) mach_timebase_info(&timebase);
  return 1e3 * timebase.denom / timebase.numer;
}

}  // namespace

double Now() { return static_cast<double>(mach_absolute_time()) / TicksAMicrosecond(); }

timespec SpecOf(double microseconds) {
  const auto seconds = static_cast<time_t>(microseconds / 1e6);
  const double rest = microseconds - static_cast<double>(seconds) * 1e6;
  return {seconds, static_cast<long>(rest * 1e3)};
}

double WaitUntil(double time) {
  double now = Now();
  while (time > now) {
    // KERN_ABORTED: woken before.
    mach_wait_until(static_cast<uint64_t>(time * TicksAMicrosecond()));
    const double then = Now();
    // A part of a tick may be left, for which nobody is put to sleep.
    if (time - then < 1) return then;
    now = then;
  }
  return now;
}

}  // namespace timing
