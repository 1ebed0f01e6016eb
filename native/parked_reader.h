// Doing a piece of work on a given processor. While it is done there, no other thread runs there.
// In: a processor and a function. Out: whether the function ran, and ran there. It knows nothing of memory.
#pragma once

#include <cstdint>

namespace parked_reader {

enum class Turn {
  kDone,    // the work was done on that processor from its start to its end
  kStrayed, // the work was done, but some of it elsewhere
  kLate,    // the processor was not to be had in time: the work was not begun, and never will be
  kBarred,  // we may not run there: the work was not begun
};

// What keeps us from running there.
enum class Call {
  kCreateThread,  // pthread_create
  kPinThread,     // pthread_setaffinity_np
};

struct Refusal {
  Call call;
  int error;  // the system's error number
};

// Does `work(argument)` on `processor`, by a thread that is parked there (one a processor, made at its first use), or
// at once where the caller is there itself. The caller spins meanwhile: an idle processor would pull over the very
// thread that is kept from running. With kBarred, `refusal` says what failed; it may work the next time.
Turn RunOn(int processor, uint32_t patience_microseconds, void (*work)(void*), void* argument, Refusal* refusal);

// Ends the threads. Nobody may be in RunOn; it may be called again afterwards.
void EndAll();

}  // namespace parked_reader
