// Waiting for a moment without leaving anybody else waiting: the sampler's thread sleeps in the kernel until then, and wakes early where
// its event loop has something to do or the target ends. In: a time and descriptors. Out: what came first.
#pragma once

namespace event_wait {

enum class Woken : int {
  kTime = 0,      // the time has come
  kEventLoop = 1, // a descriptor of the event loop is ready, one of its timers is due, or a signal came
  kProcess = 2,   // the process has ended
};

// Waits until `time`, in microseconds of the monotonic clock; not at all where it has passed, but descriptors are looked at. Negative
// descriptors are left out.
Woken WaitUntil(double time, int event_loop, int process);

// What is ready once the process has ended with all its threads: a descriptor (Linux 5.3+, macOS) or a handle (Windows); -1 where there can be none.
// Close it after use.
int OpenProcess(int id);

void CloseProcess(int process);

}  // namespace event_wait
