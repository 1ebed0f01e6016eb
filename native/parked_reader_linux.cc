// A thread a processor, pinned by its affinity and asleep on a futex. Woken, it takes its turn as any other thread does.
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
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

namespace parked_reader {
namespace {

using Instant = std::chrono::steady_clock;

constexpr int kMostProcessors = 65536;  // bounds the set that we allocate; Linux has 8192 at most
constexpr timespec kNap = {0, 50'000};

// Lets `thread` run on `processor` only; on any at all if it is negative. Returns an error number.
int Pin(pthread_t thread, int processor) {
  if (processor >= kMostProcessors) return EINVAL;
  int bits = processor < 0 ? kMostProcessors : processor + 1;
  cpu_set_t* set = CPU_ALLOC(bits);
  if (set == nullptr) return ENOMEM;
  size_t bytes = CPU_ALLOC_SIZE(bits);
  memset(set, processor < 0 ? 0xff : 0, bytes);
  if (processor >= 0) CPU_SET_S(processor, bytes, set);
  int error = pthread_setaffinity_np(thread, bytes, set);
  CPU_FREE(set);
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
  explicit Reader(int processor) : processor_(processor) {}

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

  Turn Run(uint32_t patience_microseconds, void (*work)(void*), void* argument, Refusal* refusal) {
    std::lock_guard<std::mutex> one_at_a_time(busy_);
    work_ = work;
    argument_ = argument;
    const Instant::time_point deadline = Instant::now() + std::chrono::microseconds(patience_microseconds);
    Tell(kPosted);
    for (;;) {
      uint32_t state = state_.load(std::memory_order_acquire);
      if (state == kDone) break;
      bool is_here = state == kPosted && sched_getcpu() == processor_;
      bool is_over = Instant::now() >= deadline;
      if (state == kPosted && (is_here || is_over)) {
        if (!state_.compare_exchange_strong(state, kIdle, std::memory_order_acq_rel)) continue;
        return is_here ? RunHere(processor_, work, argument) : Turn::kLate;
      }
      // Should we keep the reader from its processor ourselves, by a priority above its own, this lets it go on.
      if (is_over) nanosleep(&kNap, nullptr);
      RelaxProcessor();
    }
    state_.store(kIdle, std::memory_order_release);
    if (turn_ == Turn::kBarred) *refusal = {Call::kPinThread, error_};
    return turn_;
  }

  // Ends the thread, wherever it can run soonest.
  void End() {
    Pin(thread_, -1);
    Tell(kEnd);
    pthread_join(thread_, nullptr);
  }

 private:
  // kPosted leaves by one exchange: the reader's, to kBegun, or the caller's, who takes the work back, to kIdle.
  enum : uint32_t { kIdle, kPosted, kBegun, kDone, kEnd };

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
        Take();
        state_.store(kDone, std::memory_order_release);
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

  const int processor_;
  pthread_t thread_{};
  std::mutex busy_;
  std::atomic<uint32_t> state_{kIdle};
  void (*work_)(void*) = nullptr;
  void* argument_ = nullptr;
  Turn turn_ = Turn::kDone;
  int error_ = 0;
};

struct Readers {
  std::mutex mutex;
  std::map<int, Reader*> of;
};

// Never destroyed: a process may exit while readers sleep.
Readers& AllReaders() {
  static Readers* readers = new Readers;
  return *readers;
}

// The reader of a processor; nullptr and a refusal where there can't be one now.
Reader* ReaderOf(int processor, Refusal* refusal) {
  Readers& all = AllReaders();
  std::lock_guard<std::mutex> lock(all.mutex);
  auto known = all.of.find(processor);
  if (known != all.of.end()) return known->second;
  Reader* reader = new Reader(processor);
  if (reader->Start(refusal)) return all.of[processor] = reader;
  delete reader;
  return nullptr;
}

}  // namespace

Turn RunOn(int processor, uint32_t patience_microseconds, void (*work)(void*), void* argument, Refusal* refusal) {
  if (sched_getcpu() == processor) return RunHere(processor, work, argument);
  Reader* reader = ReaderOf(processor, refusal);
  return reader == nullptr ? Turn::kBarred : reader->Run(patience_microseconds, work, argument, refusal);
}

void EndAll() {
  Readers& all = AllReaders();
  std::lock_guard<std::mutex> lock(all.mutex);
  for (auto& [processor, reader] : all.of) {
    reader->End();
    delete reader;
  }
  all.of.clear();
}

}  // namespace parked_reader
