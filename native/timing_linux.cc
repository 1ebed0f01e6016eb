// CLOCK_MONOTONIC, the clock that a target's threads are scheduled by.
#include "timing.h"

#include <cerrno>

namespace timing {

double Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

timespec SpecOf(double microseconds) {
  const auto seconds = static_cast<time_t>(microseconds / 1e6);
  const double rest = microseconds - static_cast<double>(seconds) * 1e6;
  return {seconds, static_cast<long>(rest * 1e3)};
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
  const double left = time - now;
  if (left < kLongestSpin && left < kSpinShare * (now - woken)) {
    while (now < time) now = Now();
    return now;
  }
  const timespec until = SpecOf(time);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
  woken = Now();
  return woken;
}

}  // namespace timing
