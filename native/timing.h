// The clock of everything that is timed while a process is sampled, and waiting for a moment on it. One implementation a platform.
#pragma once

#include <ctime>

namespace timing {

// The monotonic clock, in microseconds.
double Now();

// A time, or a length of time, as the system takes it.
timespec SpecOf(double microseconds);

// Waits until `time` on that clock: a copy is made when it is due, not when somebody has been woken for it. Returns the time.
double WaitUntil(double time);

}  // namespace timing
