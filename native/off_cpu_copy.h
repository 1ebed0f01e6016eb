// Off-CPU copies: reads of another process's memory that are pinned to the processor of one of its threads, so that the thread does not run
// meanwhile. One implementation a platform; parked_reader.h is how Linux's gets that processor.
#pragma once

#include "remote_memory.h"

namespace off_cpu_copy {

using remote_memory::Process;
using remote_memory::Request;
using remote_memory::Result;

// How an off-CPU copy is made: a copy of memory while a thread of the target does not run.
struct Stand {
  // The processor that the thread runs on. The copy is made there, so that the thread can't run meanwhile.
  // Negative: the thread is blocked; the copy is made where the caller is.
  int32_t processor;
  // How long to wait for that processor. A copy that has begun is waited for, however long it takes.
  uint32_t patience_microseconds;
  // A file descriptor whose text is another one as soon as the thread has run: read before and after. Without it, or where it
  // has no text, nothing is proven.
  int32_t witness;
  // A file descriptor whose text is kept for the caller, read between the two readings of the witness. -1: none.
  int32_t note;
  // For how long at most the thread is kept from running, for more to be copied meanwhile; 0: not beyond this copy.
  uint32_t hold_microseconds;
  uint8_t* text;       // where the note goes
  size_t text_length;  // room there
};

enum class OffCpuVerdict : int32_t {
  kOffCpu = 0,      // two copies, one after the other, are equal but for what moves; so are the witness's texts
  kMoved = 1,      // they are not, or the copy was not made on that processor from its start to its end
  kLate = 2,       // the processor was not to be had in time; nothing was copied, and nothing will be
  kUnpinnable = 3, // we can't run on that processor now: see failed and error; nothing was copied
  kUnwitnessed = 4, // the witness or the note could not be read, or not as a whole: see error, 0 where there was no text
  kHeld = 5,   // one copy was made, and the thread is still kept from running: EndHold says which of these it was in the end
  kLapsed = 6, // it was kept from running no more when the hold was to end
};

// Which call failed. The same order as src/memory/live.ts.
enum class FailedCall : int32_t {
  kNone = 0,
  kCreateThread = 1,  // pthread_create
  kPinThread = 2,     // pthread_setaffinity_np
  kReadWitness = 3,   // pread
  kReadNote = 4,      // pread
};

struct OffCpuResult {
  Result copy;
  OffCpuVerdict verdict;
  uint32_t noted;  // bytes of the note; 0 where it couldn't be read
  FailedCall failed;
};

// Copies as Read does, twice, and compares all that isn't `moving`. The buffer holds the first copy, with kOffCpu, kMoved and
// kUnwitnessed. With a hold, the second copy is left to EndHold: kHeld.
OffCpuResult ReadOffCpu(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests,
                      uint32_t count, const Stand& stand);

// Ends the calling thread's hold: copies all that was read since it began a second time, and compares. Never kHeld. The requests may be
// more than those that it began with, as Read has filled them meanwhile.
OffCpuResult EndHold(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count,
                    const Stand& stand);

// Each environment that loads the add-on begins, and ends when it does: the last one ends the threads that
// off-CPU copies have started. Each ends in its own thread.
void Begin();
void End();

}  // namespace off_cpu_copy
