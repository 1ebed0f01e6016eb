// A thread a processor, pinned by its affinity and asleep on a futex. Woken, it takes its turn as any other thread does. It keeps
// the processor by running there.
#include "parked_reader.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "lock.h"
#include "timing.h"

namespace parked_reader {
namespace {

constexpr int kMostProcessors = 65536;  // bounds the set that we allocate; Linux has 8192 at most
constexpr timespec kNap = {0, 50'000};

// Lets `thread` run on `processor` only; on any at all if it is negative. Returns an error number.
int Pin(pthread_t thread, int processor) {
  if (processor >= kMostProcessors) return EINVAL;
  int bits = processor < 0 ? kMostProcessors : processor + 1;
  // CPU_ALLOC is a function of glibc's alone.
  size_t bytes = CPU_ALLOC_SIZE(bits);
  auto* set = static_cast<cpu_set_t*>(malloc(bytes));
  if (set == nullptr) return ENOMEM;
  memset(set, processor < 0 ? 0xff : 0, bytes);
  if (processor >= 0) CPU_SET_S(processor, bytes, set);
  int error = pthread_setaffinity_np(thread, bytes, set);
  free(set);
  return error;
}

void RelaxProcessor() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

Turn RunHere(int processor, void (*work)(void*), void* argument) {
  work(argument);
  return sched_getcpu() == processor ? Turn::kDone : Turn::kStrayed;
}

class Reader {
 public:
  Reader(int processor, Reader* next) : processor_(processor), next_(next) {}

  int processor() const { return processor_; }
  Reader* next() const { return next_; }

  // False, with a refusal, where there is no such thread to be had.
  bool Start(Refusal* refusal) {
    // Signals are for Node's own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread_, nullptr, [](void* self) { return static_cast<Reader*>(self)->Loop(); }, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (error != 0) {
      *refusal = {Call::kCreateThread, error};
      return false;
    }
    pthread_setname_np(thread_, "parked reader");
    error = Pin(thread_, processor_);
    if (error == 0) return true;
    End();
    *refusal = {Call::kPinThread, error};
    return false;
  }

  Turn Run(uint32_t patience_microseconds, Hold* hold, void (*work)(void*), void* argument, Refusal* refusal) {
    lock::Lock one_at_a_time(&busy_);
    hold->ticket = ++ticket_;
    Set(hold->microseconds, work, argument);
    Tell(kPosted);
    Turn turn = Await(patience_microseconds, &hold->is_ours);
    if (turn == Turn::kBarred) *refusal = {Call::kPinThread, error_};
    return turn;
  }

  // The second piece of work, where the reader still keeps its processor for it.
  Turn RunAgain(const Hold& hold, void (*work)(void*), void* argument) {
    lock::Lock one_at_a_time(&busy_);
    if (hold.ticket != ticket_) return Turn::kLate;
    Set(0, work, argument);
    uint32_t state = kHeld;
    if (!state_.compare_exchange_strong(state, kPosted, std::memory_order_acq_rel)) return Turn::kLate;
    bool is_ours;
    return Await(hold.microseconds, &is_ours);
  }

  // Ends the thread, wherever it can run soonest.
  void End() {
    Pin(thread_, -1);
    Tell(kEnd);
    pthread_join(thread_, nullptr);
  }

 private:
  // kPosted leaves by one exchange: the reader's, to kBegun, or the caller's, who takes the work back, to kIdle. So does
  // kHeld: the caller's, to kPosted, or the reader's, to kIdle, when its time is over.
  enum : uint32_t { kIdle, kPosted, kBegun, kDone, kHeld, kEnd };

  void Set(uint32_t hold_microseconds, void (*work)(void*), void* argument) {
    hold_microseconds_ = hold_microseconds;
    work_ = work;
    argument_ = argument;
  }

  // Waits for the work that was posted; does it here where we are on its processor ourselves.
  Turn Await(uint32_t patience_microseconds, bool* is_ours) {
    const double deadline = timing::Now() + patience_microseconds;
    *is_ours = false;
    for (;;) {
      uint32_t state = state_.load(std::memory_order_acquire);
      if (state == kDone) state_.store(kIdle, std::memory_order_release);
      // kIdle: it was done, and kept the processor for as long as it may.
      if (state != kPosted && state != kBegun) return turn_;
      bool is_here = state == kPosted && sched_getcpu() == processor_;
      bool is_over = timing::Now() >= deadline;
      if (state == kPosted && (is_here || is_over)) {
        if (!state_.compare_exchange_strong(state, kIdle, std::memory_order_acq_rel)) continue;
        *is_ours = is_here;
        return is_here ? RunHere(processor_, work_, argument_) : Turn::kLate;
      }
      // Should we keep the reader from its processor ourselves, by a priority above its own, this lets it go on.
      if (is_over) nanosleep(&kNap, nullptr);
      RelaxProcessor();
    }
  }

  void Tell(uint32_t state) {
    state_.store(state, std::memory_order_release);
    Futex(FUTEX_WAKE_PRIVATE, 1);
  }

  void Futex(int operation, uint32_t value) {
    static_assert(sizeof(state_) == sizeof(uint32_t), "a futex is four bytes");
    syscall(SYS_futex, &state_, operation, value, nullptr, nullptr, 0);
  }

  void* Loop() {
    for (;;) {
      uint32_t state = state_.load(std::memory_order_acquire);
      if (state == kEnd) return nullptr;
      if (state == kPosted) {
        if (!state_.compare_exchange_strong(state, kBegun, std::memory_order_acq_rel)) continue;
        const double begun = timing::Now();
        Take();
        if (hold_microseconds_ > 0 && turn_ == Turn::kDone) Keep(begun + hold_microseconds_);
        else state_.store(kDone, std::memory_order_release);
        continue;
      }
      Futex(FUTEX_WAIT_PRIVATE, state);
    }
  }

  void Take() {
    // Somebody may have changed where we may run since, or switched the processor off.
    error_ = sched_getcpu() == processor_ ? 0 : Pin(pthread_self(), processor_);
    turn_ = error_ == 0 ? RunHere(processor_, work_, argument_) : Turn::kBarred;
  }

  // Keeps the processor until there is a second piece of work, or it's time.
  void Keep(double deadline) {
    state_.store(kHeld, std::memory_order_release);
    uint32_t state = kHeld;
    while (state_.load(std::memory_order_acquire) == kHeld) {
      if (timing::Now() >= deadline && state_.compare_exchange_strong(state, kIdle, std::memory_order_acq_rel)) return;
      RelaxProcessor();
    }
  }

  const int processor_;
  Reader* const next_;
  pthread_t thread_{};
  pthread_mutex_t busy_ = PTHREAD_MUTEX_INITIALIZER;
  std::atomic<uint32_t> state_{kIdle};
  void (*work_)(void*) = nullptr;
  void* argument_ = nullptr;
  uint32_t hold_microseconds_ = 0;
  uint32_t ticket_ = 0;
  Turn turn_ = Turn::kDone;
  int error_ = 0;
};

// Never destroyed: a process may exit while readers sleep. A list, for there are few, and a map is the C++ library's.
pthread_mutex_t readers_mutex = PTHREAD_MUTEX_INITIALIZER;
Reader* readers = nullptr;

// The reader of a processor; nullptr and a refusal where there can't be one now.
Reader* ReaderOf(int processor, Refusal* refusal) {
  lock::Lock lock(&readers_mutex);
  for (Reader* known = readers; known != nullptr; known = known->next()) {
    if (known->processor() == processor) return known;
  }
  Reader* reader = new Reader(processor, readers);
  if (reader->Start(refusal)) return readers = reader;
  delete reader;
  return nullptr;
}

}  // namespace

Turn RunOn(int processor, uint32_t patience_microseconds, Hold* hold, void (*work)(void*), void* argument,
           Refusal* refusal) {
  hold->is_ours = sched_getcpu() == processor;
  if (hold->is_ours) return RunHere(processor, work, argument);
  Reader* reader = ReaderOf(processor, refusal);
  return reader == nullptr ? Turn::kBarred : reader->Run(patience_microseconds, hold, work, argument, refusal);
}

Turn RunAgain(int processor, const Hold& hold, void (*work)(void*), void* argument) {
  if (hold.is_ours) return sched_getcpu() == processor ? RunHere(processor, work, argument) : Turn::kLate;
  Refusal refusal;
  Reader* reader = ReaderOf(processor, &refusal);
  return reader == nullptr ? Turn::kLate : reader->RunAgain(hold, work, argument);
}

void EndAll() {
  lock::Lock lock(&readers_mutex);
  while (readers != nullptr) {
    Reader* reader = readers;
    readers = reader->next();
    reader->End();
    delete reader;
  }
}

}  // namespace parked_reader
