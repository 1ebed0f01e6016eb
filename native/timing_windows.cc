// QueryPerformanceCounter, and waitable timers of the finest kind that this Windows has.
#include "timing.h"

#include <windows.h>

#include "timer_windows.h"

namespace timing {
namespace {

// What Windows 10 has since 1803: timers that don't wait for the next tick of the system's clock (up to 15.6 ms).
constexpr DWORD kHighResolution = 2;
constexpr double kUnits = 10;  // of 100 ns, in a microsecond

// A timer that nobody waits for; whoever waits takes it, and another one makes one.
void* volatile spare = nullptr;

HANDLE TakeTimer() {
  HANDLE timer = InterlockedExchangePointer(&spare, nullptr);
  if (timer == nullptr) timer = CreateWaitableTimerExW(nullptr, nullptr, kHighResolution, TIMER_ALL_ACCESS);
  if (timer == nullptr) timer = CreateWaitableTimerExW(nullptr, nullptr, 0, TIMER_ALL_ACCESS);
  return timer;
}

void GiveBack(HANDLE timer) {
  timer = InterlockedExchangePointer(&spare, timer);
  if (timer != nullptr) CloseHandle(timer);
}

}  // namespace

double Now() {
  static double units = 0;
  LARGE_INTEGER number;
  if (units == 0) {
    QueryPerformanceFrequency(&number);
    units = static_cast<double>(number.QuadPart) / 1e6;
  }
  QueryPerformanceCounter(&number);
  return static_cast<double>(number.QuadPart) / units;
}

Ended Sleep(double microseconds, HANDLE other) {
  HANDLE timer = TakeTimer();
  HANDLE both[] = {timer, other};
  LARGE_INTEGER due;
  due.QuadPart = -static_cast<LONGLONG>(microseconds * kUnits);
  Ended ended = Ended::kNothing;
  if (timer != nullptr && SetWaitableTimer(timer, &due, 0, nullptr, nullptr, FALSE)) {
    const DWORD signalled = WaitForMultipleObjects(other == nullptr ? 1 : 2, both, FALSE, INFINITE);
    if (signalled == WAIT_OBJECT_0) ended = Ended::kTime;
    if (signalled == WAIT_OBJECT_0 + 1) ended = Ended::kOther;
  }
  if (timer != nullptr) GiveBack(timer);
  return ended;
}

// Timers wake half a millisecond late and more; what is shorter than falling asleep is spent running.
constexpr double kLongestSpin = 50;  // microseconds

double WaitUntil(double time) {
  double now = Now();
  while (time - now > kLongestSpin && Sleep(time - now, nullptr) == Ended::kTime) now = Now();
  while (now < time) now = Now();
  return now;
}

}  // namespace timing
