// ptrace, from a thread that is made for one copy and ends with it. A tracer's end lets all that it traces go, in whatever state they are: so whatever goes
// wrong, what is held is held no longer than that thread lives, and a thread that waits for a device never stops for our sake.
// Each thread is seized for this copy only: signals to one that stays attached wait for its tracer, and one that exits can't be reaped.
#include "held_copy.h"

#include <elf.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "file_text.h"
#include "timing.h"

namespace held_copy {
namespace {

constexpr double kPatienceMicroseconds = 20'000;
// How long one that didn't stop in time is waited for once the others were let go: it has been told to stop, so that its system call may have ended, which is to be undone. Beyond
// that it waits for a device, and nothing ends that.
constexpr double kUndoMicroseconds = 1'000'000;
// A stop takes some 5 us; who waits for it in a loop keeps the target itself from a processor. A thread that waits for one itself takes as long as others have
// it, so that we sleep for ever longer, up to a twentieth of a scheduler's turn.
constexpr long kFirstNap = 2'000;
constexpr long kLongestNap = 200'000;
// Below the stack pointer, functions that call no other may have what they like (System V ABI, "red zone").
constexpr uint64_t kRedZone = 128;

#if defined(__x86_64__)
constexpr bool kSupported = true;
constexpr uint32_t kRegisters = 27;  // struct user_regs_struct
constexpr uint32_t kStackPointer = 19;
constexpr uint32_t kResult = 10;
constexpr uint32_t kSystemCall = 15;  // negative outside of one
#else
constexpr bool kSupported = false;
constexpr uint32_t kRegisters = 0;
constexpr uint32_t kStackPointer = 0;
#endif

struct Job {
  Process& process;
  uint8_t* buffer;
  size_t buffer_length;
  Request* requests;
  uint32_t count;
  const Stacks& stacks;
  HeldResult result;
};

long Trace(int request, int32_t id, uintptr_t address, uintptr_t data) {
  return syscall(SYS_ptrace, static_cast<long>(request), static_cast<long>(id), address, data);
}

void Fail(HeldThread& thread, int error) {
  thread.error = error;
  thread.status = error == ESRCH                      ? HeldStatus::kGone
                  : error == EPERM || error == EACCES ? HeldStatus::kNotPermitted
                                                      : HeldStatus::kFailed;
}

// Asks a thread to stop.
void Begin(HeldThread& thread) {
  thread.status = HeldStatus::kLate;
  if (!kSupported) {
    thread.status = HeldStatus::kUnsupported;
  } else if (Trace(PTRACE_SEIZE, thread.id, 0, 0) != 0 || Trace(PTRACE_INTERRUPT, thread.id, 0, 0) != 0) {
    Fail(thread, errno);
  }
}

#if defined(__x86_64__)
// A system call that waits without a signal's handler being run goes on where most do; the others (epoll_wait, semtimedop ...) end with EINTR. The thread ran when
// it was to be stopped, so that the call has only just begun: the kernel begins it again.
void UndoInterruption(HeldThread& thread) {
  constexpr int64_t kRestartNoInterrupt = -513;  // -ERESTARTNOINTR, the kernel's own
  if (static_cast<int64_t>(thread.registers[kSystemCall]) < 0 || static_cast<int64_t>(thread.registers[kResult]) != -EINTR) return;
  thread.registers[kResult] = static_cast<uint64_t>(kRestartNoInterrupt);
  iovec place = {thread.registers, kRegisters * sizeof(uint64_t)};
  Trace(PTRACE_SETREGSET, thread.id, NT_PRSTATUS, reinterpret_cast<uintptr_t>(&place));
}
#else
void UndoInterruption(HeldThread&) {}
#endif

// The thread has stopped: get what it has in registers.
void TakeRegisters(HeldThread& thread) {
  iovec place = {thread.registers, sizeof(thread.registers)};
  if (Trace(PTRACE_GETREGSET, thread.id, NT_PRSTATUS, reinterpret_cast<uintptr_t>(&place)) != 0) return Fail(thread, errno);
  if (place.iov_len != kRegisters * sizeof(uint64_t)) {
    thread.status = HeldStatus::kOtherWords;
    return;
  }
  thread.status = HeldStatus::kHeld;
  thread.register_count = kRegisters;
  thread.stack_pointer = thread.registers[kStackPointer];
  UndoInterruption(thread);
}

// Waits for the stop of a thread. Its exit is left to its parent, who may be Node's own event loop. Returns the signal that it is to get when it is let go.
int Await(HeldThread& thread, double deadline) {
  timespec nap = {0, kFirstNap};
  for (;;) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    long outcome = syscall(SYS_waitid, static_cast<long>(P_PID), static_cast<long>(thread.id), &info,
                           static_cast<long>(WSTOPPED | WNOHANG | __WALL), nullptr);
    if (outcome != 0 && errno != EINTR) {
      // It has exited, and was reaped.
      Fail(thread, errno == ECHILD ? ESRCH : errno);
      return 0;
    }
    if (outcome == 0 && info.si_pid == thread.id) {
      TakeRegisters(thread);
      // A stop of ours says PTRACE_EVENT_STOP; any other is a signal that has just arrived, and is to be heard.
      return (info.si_status >> 8) == 0 ? info.si_status : 0;
    }
    if (timing::Now() > deadline) return 0;
    nanosleep(&nap, nullptr);
    // Each one an eighth longer: what is late is noticed late by an eighth of what it took.
    nap.tv_nsec += nap.tv_nsec / 8;
    if (nap.tv_nsec > kLongestNap) nap.tv_nsec = kLongestNap;
  }
}

// Where a stack that has `address` in it ends at the latest.
uint64_t EndOf(const Stacks& stacks, uint64_t address, uint64_t otherwise) {
  uint32_t low = 0;
  uint32_t high = stacks.bound_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (stacks.bounds[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < stacks.bound_count && stacks.bounds[low].start <= address ? stacks.bounds[low].end : otherwise;
}

void CopyStack(Process& process, const Stacks& stacks, HeldThread& thread) {
  thread.copied = 0;
  const bool has_pointer = thread.status == HeldStatus::kHeld || thread.status == HeldStatus::kNotHeld;
  if (!has_pointer || thread.stack_pointer < kRedZone) return;
  thread.stack_start = thread.stack_pointer - kRedZone;
  thread.stack_end = EndOf(stacks, thread.stack_pointer, thread.stack_start + thread.room);
  uint64_t length = thread.stack_end - thread.stack_start;
  if (length > thread.room) length = thread.room;
  Request request = {thread.stack_start, static_cast<uint32_t>(length), thread.destination, 0, 0, remote_memory::kMemory};
  remote_memory::Read(process, stacks.buffer, stacks.length, &request, 1);
  thread.copied = request.copied;
}

void Copy(Job& job) {
  job.result.copy = remote_memory::Read(job.process, job.buffer, job.buffer_length, job.requests, job.count);
  for (uint32_t i = 0; i < job.stacks.count; i++) CopyStack(job.process, job.stacks, job.stacks.threads[i]);
}

void LetGo(HeldThread& thread) {
  if (thread.status != HeldStatus::kHeld && thread.status != HeldStatus::kOtherWords) return;
  Trace(PTRACE_DETACH, thread.id, 0, static_cast<uintptr_t>(thread.status == HeldStatus::kHeld ? thread.error : 0));
  thread.error = 0;
}

void* Hold(void* argument) {
  Job& job = *static_cast<Job*>(argument);
  const Stacks& stacks = job.stacks;
  // A thread's sleep may last 50 us longer than it is to, by default.
  syscall(SYS_prctl, static_cast<long>(PR_SET_TIMERSLACK), 1L, 0L, 0L, 0L);
  const double began = timing::Now();
  for (uint32_t i = 0; i < stacks.count; i++) {
    if (stacks.threads[i].hold != 0) Begin(stacks.threads[i]);
  }
  for (uint32_t i = 0; i < stacks.count; i++) {
    HeldThread& thread = stacks.threads[i];
    // What it is to hear when it is let go is kept where no error stands.
    if (thread.status == HeldStatus::kLate) {
      int heard = Await(thread, began + kPatienceMicroseconds);
      if (thread.status == HeldStatus::kHeld) thread.error = heard;
    }
  }
  Copy(job);
  for (uint32_t i = 0; i < stacks.count; i++) LetGo(stacks.threads[i]);
  job.result.microseconds = timing::Now() - began;
  for (uint32_t i = 0; i < stacks.count; i++) {
    HeldThread& thread = stacks.threads[i];
    if (thread.status != HeldStatus::kLate) continue;
    int heard = Await(thread, began + kUndoMicroseconds);
    if (thread.status == HeldStatus::kHeld) thread.error = heard;
    LetGo(thread);
    // It was copied while it ran.
    thread.status = HeldStatus::kLate;
    thread.register_count = 0;
  }
  return nullptr;
}

}  // namespace

HeldResult Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count, const Stacks& stacks) {
  Job job = {process, buffer, buffer_length, requests, count, stacks, {}};
  bool holds = false;
  for (uint32_t i = 0; i < stacks.count; i++) {
    HeldThread& thread = stacks.threads[i];
    thread.status = HeldStatus::kNotHeld;
    thread.error = 0;
    thread.register_count = 0;
    holds = holds || thread.hold != 0;
  }
  if (!holds) {
    Copy(job);
    return job.result;
  }
  // Signals are for Node's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t tracer;
  int error = pthread_create(&tracer, nullptr, Hold, &job);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error == 0) {
    pthread_join(tracer, nullptr);
    return job.result;
  }
  for (uint32_t i = 0; i < stacks.count; i++) {
    if (stacks.threads[i].hold != 0) {
      stacks.threads[i].status = HeldStatus::kFailed;
      stacks.threads[i].error = error;
    }
  }
  Copy(job);
  return job.result;
}

void CompareWitnesses(Witness* witnesses, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    Witness& witness = witnesses[i];
    char text[256];
    ssize_t length = file_text::ReadAt(witness.descriptor, text, sizeof text, 0);
    size_t expected = witness.length <= sizeof witness.ending ? witness.length : sizeof witness.ending;
    // A text that fills all the room may go on.
    witness.is_same = length >= static_cast<ssize_t>(expected) && length < static_cast<ssize_t>(sizeof text) &&
                      memcmp(text + length - expected, witness.ending, expected) == 0;
  }
}

}  // namespace held_copy
