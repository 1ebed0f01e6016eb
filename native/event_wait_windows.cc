// A waitable timer and a process's handle. What the event loop waits for can't be waited for beside (it is an I/O completion port, from
// which only libuv may take), so it gets a turn every few milliseconds.
#include "event_wait.h"

#include <windows.h>

#include "handles_windows.h"
#include "timer_windows.h"
#include "timing.h"

namespace event_wait {

constexpr double kTurn = 5000;  // microseconds

Woken WaitUntil(double time, int, int process) {
  const HANDLE other = process < 0 ? nullptr : handles::Of(process);
  if (other != nullptr && WaitForSingleObject(other, 0) == WAIT_OBJECT_0) return Woken::kProcess;
  const double left = time - timing::Now();
  if (!(left > 0)) return Woken::kTime;
  const timing::Ended ended = timing::Sleep(left < kTurn ? left : kTurn, other);
  if (ended == timing::Ended::kOther) return Woken::kProcess;
  return ended == timing::Ended::kTime && left <= kTurn ? Woken::kTime : Woken::kEventLoop;
}

int OpenProcess(int id) {
  HANDLE opened = ::OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(id));
  return opened == nullptr ? -1 : handles::NumberOf(opened);
}

void CloseProcess(int process) { CloseHandle(handles::Of(process)); }

}  // namespace event_wait
