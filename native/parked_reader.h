// Doing a piece of work on a given processor, and keeping the processor for a second one. Meanwhile no other thread runs there.
// In: a processor and a function. Out: whether the function ran, and ran there. It knows nothing of memory.
#pragma once

#include <cstdint>

namespace parked_reader {

enum class Turn {
  kDone,    // the work was done on that processor from its start to its end
  kStrayed, // the work was done, but some of it elsewhere
  kLate,    // the processor was not to be had in time, or not kept: the work was not begun, and never will be
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

// What keeps a processor between two pieces of work.
struct Hold {
  uint32_t microseconds;  // for how long at most; 0: not at all
  bool is_ours;           // the caller does, by running there
  uint32_t ticket;        // else a thread that is parked there, for this very work
};

// Does `work(argument)` on `processor`, by a thread that is parked there (one a processor, made at its first use), or
// at once where the caller is there itself. The caller spins meanwhile: an idle processor would pull over the very
// thread that is kept from running. With kBarred, `refusal` says what failed; it may work the next time. With kDone, the
// processor is kept as `hold` says, for RunAgain; time that is over lets it go by itself.
Turn RunOn(int processor, uint32_t patience_microseconds, Hold* hold, void (*work)(void*), void* argument,
           Refusal* refusal);

// Does the second piece of work on a processor that RunOn keeps, and lets it go. kLate: it is kept no more.
Turn RunAgain(int processor, const Hold& hold, void (*work)(void*), void* argument);

// Ends the threads. Nobody may be in RunOn or RunAgain; they may be called again afterwards.
void EndAll();

}  // namespace parked_reader
