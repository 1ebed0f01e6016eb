// ppoll, and pidfd_open.
#include "event_wait.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "timing.h"

namespace event_wait {

Woken WaitUntil(double time, int event_loop, int process) {
  pollfd descriptors[] = {{event_loop, POLLIN, 0}, {process, POLLIN, 0}};
  const double left = time - timing::Now();
  const timespec timeout = timing::SpecOf(left > 0 ? left : 0);
  const int ready = ppoll(descriptors, 2, &timeout, nullptr);
  if (ready == 0) return Woken::kTime;
  // A signal's handler has run (EINTR): the event loop knows which.
  return ready > 0 && descriptors[1].revents != 0 ? Woken::kProcess : Woken::kEventLoop;
}

int OpenProcess(int id) {
#ifdef SYS_pidfd_open
  // The descriptor is closed on exec.
  return static_cast<int>(syscall(SYS_pidfd_open, id, 0));
#else
  (void)id;
  return -1;
#endif
}

void CloseProcess(int process) { close(process); }

}  // namespace event_wait
