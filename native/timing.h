// The clock of everything that is timed while a process is sampled, and waiting for a moment on it. One implementation a platform.
#pragma once

namespace timing {

// The monotonic clock, in microseconds.
double Now();

// Waits until `time` on that clock: a copy is made when it is due, not when somebody has been woken for it. Returns the time.
double WaitUntil(double time);

}  // namespace timing
