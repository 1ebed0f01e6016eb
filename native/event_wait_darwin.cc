// pselect: the event loop's descriptor is a kqueue, which can be selected on as Electron does. A process's is a kqueue of its own that has the
// event of its end.
#include "event_wait.h"

#include <sys/event.h>
#include <sys/select.h>
#include <unistd.h>

#include <ctime>

#include "timing.h"

namespace event_wait {
namespace {

// A set of descriptors has so many places.
bool IsInReach(int descriptor) { return descriptor >= 0 && descriptor < FD_SETSIZE; }

// FD_SET and FD_ISSET ask a function of macOS 11's.
void Add(int descriptor, fd_set* set) { set->fds_bits[descriptor / __DARWIN_NFDBITS] |= 1 << descriptor % __DARWIN_NFDBITS; }
bool Has(int descriptor, const fd_set& set) {
  return (set.fds_bits[descriptor / __DARWIN_NFDBITS] & 1 << descriptor % __DARWIN_NFDBITS) != 0;
}

}  // namespace

Woken WaitUntil(double time, int event_loop, int process) {
  // Without the loop's own descriptor nobody may be kept waiting.
  if (!IsInReach(event_loop)) return Woken::kEventLoop;
  fd_set ready{};
  Add(event_loop, &ready);
  // One out of reach is left out: whether the process lives is looked at all the same, less often.
  const bool has_process = IsInReach(process);
  if (has_process) Add(process, &ready);
  const int most = has_process && process > event_loop ? process : event_loop;
  const double left = time - timing::Now();
  const timespec timeout = timing::SpecOf(left > 0 ? left : 0);
  const int count = pselect(most + 1, &ready, nullptr, nullptr, &timeout, nullptr);
  if (count == 0) return Woken::kTime;
  // A signal's handler has run (EINTR): the event loop knows which.
  return count > 0 && has_process && Has(process, ready) ? Woken::kProcess : Woken::kEventLoop;
}

int OpenProcess(int id) {
  const int queue = kqueue();
  if (queue < 0) return -1;
  struct kevent change;
  EV_SET(&change, id, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (kevent(queue, &change, 1, nullptr, 0, nullptr) == 0) return queue;
  // There is no such process any more.
  close(queue);
  return -1;
}

void CloseProcess(int process) { close(process); }

}  // namespace event_wait
