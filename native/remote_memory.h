// Copying ranges of another process's memory. The whole contract; one implementation a platform.
// In: range requests. Out: bytes at their destinations and, for each request, how many came.
// It parses nothing and knows nothing of Python or of what files say.
#pragma once

#include <cstddef>
#include <cstdint>

namespace remote_memory {

// Whose memory: addresses are the program's own, and the process has them `base` bytes further on. That is 0 but where
// an emulator runs the program and gives it a part of its own address space.
struct Process {
  int64_t id;
  uint64_t base;
};

// One range to copy. The same 24 bytes as assembly/abi/records.ts.
struct Request {
  uint64_t address;      // in the target's program
  uint32_t length;       // bytes wanted
  uint32_t destination;  // byte offset in the caller's buffer
  uint32_t copied;       // out: bytes that came; fewer than length where the target has no readable page
  uint32_t moving;       // not 0: what lies there may change while a still copy is made
};
static_assert(sizeof(Request) == 24, "the record's size is part of the contract");

enum class Status : int32_t {
  kOk = 0,           // the requests were tried; `copied` tells each one's outcome
  kNoProcess = 1,    // the process is gone
  kNotPermitted = 2, // reading it is not permitted
  kFailed = 3,       // anything else; see error
};

struct Result {
  Status status;
  int32_t error;   // the system's error number, 0 where there is none
  uint32_t whole;  // requests that came whole
};

// Whether a request can be tried, which is to say that its destination lies in the buffer.
inline bool Fits(const Request& request, size_t buffer_length) {
  return request.destination <= buffer_length && request.length <= buffer_length - request.destination &&
         request.address <= UINTPTR_MAX;
}

// Copies each request's range into buffer + destination. A request that doesn't fit is not tried (copied = 0).
// Ranges are tried in order; one that fails doesn't keep the next ones from being copied.
Result Read(const Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count);

// From now on no call to the system asks for more than so many bytes, in ranges or pieces of them; 0: no such limit.
void Limit(size_t bytes);

// The monotonic clock, in microseconds.
double Now();

// Waits until `time` on that clock: a copy is made when it is due, not when somebody has been woken for it. Returns the time.
double WaitUntil(double time);

// Asks the scheduler for turns of so many nanoseconds, for the calling thread and those that it starts: who asks for short
// ones gets them sooner after a wait, and no more of the processor. False where it has no such thing to give.
bool ShortenTurns(uint64_t nanoseconds);

// How a still copy is made: a copy of memory while a thread of the target does not run.
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

enum class Stillness : int32_t {
  kStill = 0,      // two copies, one after the other, are equal but for what moves; so are the witness's texts
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

struct StillResult {
  Result copy;
  Stillness stillness;
  uint32_t noted;  // bytes of the note; 0 where it couldn't be read
  FailedCall failed;
};

// Copies as Read does, twice, and compares all that isn't `moving`. The buffer holds the first copy, with kStill, kMoved and
// kUnwitnessed. With a hold, the second copy is left to EndHold: kHeld.
StillResult ReadStill(const Process& process, uint8_t* buffer, size_t buffer_length, Request* requests,
                      uint32_t count, const Stand& stand);

// Ends the calling thread's hold: copies all that was read since it began a second time, and compares. Never kHeld. The requests may be
// more than those that it began with, as Read has filled them meanwhile.
StillResult EndHold(const Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count,
                    const Stand& stand);

// Each environment that loads the add-on opens it, and closes it when it ends: the last one ends the threads that
// still copies have started.
void Open();
void Close();

}  // namespace remote_memory
