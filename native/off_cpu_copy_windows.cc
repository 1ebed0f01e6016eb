// An off-CPU copy of a thread that waits: two plain copies, between two readings of what the system says of the thread. Windows parks nobody on
// a processor in whose place another thread would run, so threads that run have none.
#include "off_cpu_copy.h"

#include "second_copy.h"
#include "thread_facts_windows.h"

namespace off_cpu_copy {

using remote_memory::Read;
using remote_memory::Status;

OffCpuResult ReadOffCpu(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests,
                        uint32_t count, const Stand& stand) {
  if (stand.processor >= 0) return {{Status::kOk, 0, 0}, OffCpuVerdict::kUnpinnable, 0, FailedCall::kPinThread};
  SecondCopy again;
  int error = again.Prepare(requests, count, buffer_length);
  if (error != 0) return {{Status::kFailed, error, 0}, OffCpuVerdict::kMoved, 0, FailedCall::kNone};
  thread_facts::Entry before;
  thread_facts::Entry after;
  error = thread_facts::Look(stand.witness, &before);
  OffCpuResult outcome{Read(process, buffer, buffer_length, requests, count), OffCpuVerdict::kMoved, 0, FailedCall::kNone};
  if (outcome.copy.status == Status::kOk) {
    const Result second = again.Make(process);
    if (error == 0) error = thread_facts::Look(stand.witness, &after);
    if (error != 0) {
      outcome.copy.error = error;
      outcome.verdict = OffCpuVerdict::kUnwitnessed;
      outcome.failed = FailedCall::kReadWitness;
    } else if (second.status == Status::kOk && memcmp(&before, &after, sizeof(before)) == 0 && again.Equals(requests, buffer)) {
      outcome.verdict = OffCpuVerdict::kOffCpu;
    }
    if (error == 0 && sizeof(after) <= stand.text_length) {
      memcpy(stand.text, &after, sizeof(after));
      outcome.noted = sizeof(after);
    }
  }
  again.Free();
  return outcome;
}

// Nothing is ever held.
OffCpuResult EndHold(Process&, uint8_t*, size_t, Request*, uint32_t, const Stand&) {
  return {{Status::kOk, 0, 0}, OffCpuVerdict::kLapsed, 0, FailedCall::kNone};
}

void Begin() {}
void End() {}

}  // namespace off_cpu_copy
