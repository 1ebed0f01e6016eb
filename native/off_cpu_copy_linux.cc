// An off-CPU copy: two plain copies and the readings of the witness around them, on the thread's own processor. What need
// not be done while the thread is kept from running (making room, comparing) is done by the caller. With a hold, the caller
// has the processor kept between the two.
#include <sys/types.h>

#include <cerrno>
#include <cstring>

#include "file_text.h"
#include "lock.h"
#include "off_cpu_copy.h"
#include "parked_reader.h"
#include "second_copy.h"

namespace off_cpu_copy {
namespace {

using remote_memory::Read;
using remote_memory::Status;

// More than any witness has: a text that fills it may go on behind it.
constexpr size_t kWitnessBytes = 4096;

// What the witness said before, where the thread is held, and how.
struct Held {
  uint8_t witness[kWitnessBytes];
  ssize_t witnessed;
  int witness_error;
  parked_reader::Hold hold;
};

struct Work {
  Process& process;
  uint8_t* buffer;
  size_t buffer_length;
  Request* requests;
  uint32_t count;
  const Stand& stand;
  SecondCopy& again;
  Held& held;
  Result first;
  Result second;
  ssize_t noted;
  int note_error;
  uint8_t witness[kWitnessBytes];
  ssize_t witnessed;
  int witness_error;

  ssize_t Witness(uint8_t* text, int* error) const {
    ssize_t length = file_text::ReadAt(stand.witness, text, kWitnessBytes, 0);
    if (length < 0) *error = errno;
    return length;
  }

  void Begin() {
    held.witnessed = Witness(held.witness, &held.witness_error);
    first = Read(process, buffer, buffer_length, requests, count);
  }

  void End() {
    second = again.Make(process);
    noted = stand.note < 0 ? 0 : file_text::ReadAt(stand.note, stand.text, stand.text_length, 0);
    if (noted < 0) note_error = errno;
    witnessed = Witness(witness, &witness_error);
  }

  void Do() {
    Begin();
    if (first.status == Status::kOk) End();
  }

  // What could not be read says nothing.
  FailedCall Unread() const {
    if (!IsWhole(held.witnessed, kWitnessBytes) || !IsWhole(witnessed, kWitnessBytes)) return FailedCall::kReadWitness;
    return stand.note < 0 || IsWhole(noted, stand.text_length) ? FailedCall::kNone : FailedCall::kReadNote;
  }

  int UnreadError(FailedCall unread) const {
    if (unread != FailedCall::kReadWitness) return note_error;
    return IsWhole(held.witnessed, kWitnessBytes) ? witness_error : held.witness_error;
  }

  static bool IsWhole(ssize_t length, size_t room) { return length > 0 && static_cast<size_t>(length) < room; }

  bool IsOffCpu() const {
    if (held.witnessed != witnessed) return false;
    return memcmp(held.witness, witness, witnessed) == 0 && again.Equals(requests, buffer);
  }

  // What came of both copies, made in `turn`.
  OffCpuResult Outcome(OffCpuVerdict turn) {
    uint32_t bytes = noted < 0 ? 0 : static_cast<uint32_t>(noted);
    if (second.status != Status::kOk) return {first, OffCpuVerdict::kMoved, bytes, FailedCall::kNone};
    FailedCall unread = Unread();
    if (unread != FailedCall::kNone) {
      first.error = UnreadError(unread);
      return {first, OffCpuVerdict::kUnwitnessed, bytes, unread};
    }
    return {first, IsOffCpu() ? turn : OffCpuVerdict::kMoved, bytes, FailedCall::kNone};
  }
};

OffCpuVerdict VerdictOf(parked_reader::Turn turn) {
  switch (turn) {
    case parked_reader::Turn::kDone:
      return OffCpuVerdict::kOffCpu;
    case parked_reader::Turn::kStrayed:
      return OffCpuVerdict::kMoved;
    case parked_reader::Turn::kLate:
      return OffCpuVerdict::kLate;
    case parked_reader::Turn::kBarred:
      break;
  }
  return OffCpuVerdict::kUnpinnable;
}

OffCpuResult Failed(int error) {
  return {{Status::kFailed, error, 0}, OffCpuVerdict::kMoved, 0, FailedCall::kNone};
}

// Of each calling thread: a hold is ended by the one that began it.
thread_local SecondCopy second_copy;
thread_local Held held;

pthread_mutex_t environments_mutex = PTHREAD_MUTEX_INITIALIZER;
int environments = 0;

}  // namespace

OffCpuResult ReadOffCpu(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests,
                      uint32_t count, const Stand& stand) {
  const bool holds = stand.hold_microseconds != 0;
  if (!holds) {
    int error = second_copy.Prepare(requests, count, buffer_length);
    if (error != 0) return Failed(error);
  }
  held.hold.microseconds = stand.hold_microseconds;
  held.witness_error = 0;
  Work work{process, buffer, buffer_length, requests, count, stand, second_copy, held, {}, {}, 0, 0, {}, 0, 0};
  OffCpuVerdict verdict = OffCpuVerdict::kOffCpu;
  if (stand.processor < 0) {
    holds ? work.Begin() : work.Do();
  } else {
    auto run = [](void* argument) {
      Work* of = static_cast<Work*>(argument);
      of->stand.hold_microseconds != 0 ? of->Begin() : of->Do();
    };
    parked_reader::Refusal refusal{};
    verdict = VerdictOf(
        parked_reader::RunOn(stand.processor, stand.patience_microseconds, &held.hold, run, &work, &refusal));
    if (verdict == OffCpuVerdict::kLate) return {{Status::kOk, 0, 0}, verdict, 0, FailedCall::kNone};
    if (verdict == OffCpuVerdict::kUnpinnable) {
      bool is_thread = refusal.call == parked_reader::Call::kCreateThread;
      return {{Status::kOk, refusal.error, 0}, verdict, 0,
              is_thread ? FailedCall::kCreateThread : FailedCall::kPinThread};
    }
  }
  if (work.first.status != Status::kOk) return {work.first, OffCpuVerdict::kMoved, 0, FailedCall::kNone};
  if (!holds) return work.Outcome(verdict);
  return {work.first, verdict == OffCpuVerdict::kOffCpu ? OffCpuVerdict::kHeld : verdict, 0, FailedCall::kNone};
}

OffCpuResult EndHold(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count,
                    const Stand& stand) {
  int error = second_copy.Prepare(requests, count, buffer_length);
  if (error != 0) return Failed(error);
  Work work{process, buffer, buffer_length, requests, count, stand, second_copy, held, {}, {}, 0, 0, {}, 0, 0};
  OffCpuVerdict verdict = OffCpuVerdict::kOffCpu;
  if (stand.processor < 0) {
    work.End();
  } else {
    auto run = [](void* argument) { static_cast<Work*>(argument)->End(); };
    verdict = VerdictOf(parked_reader::RunAgain(stand.processor, held.hold, run, &work));
    if (verdict == OffCpuVerdict::kLate || verdict == OffCpuVerdict::kUnpinnable) {
      return {{Status::kOk, 0, 0}, OffCpuVerdict::kLapsed, 0, FailedCall::kNone};
    }
  }
  return work.Outcome(verdict);
}

void Begin() {
  lock::Lock lock(&environments_mutex);
  environments++;
}

void End() {
  second_copy.Free();
  lock::Lock lock(&environments_mutex);
  if (--environments == 0) parked_reader::EndAll();
}

}  // namespace off_cpu_copy
