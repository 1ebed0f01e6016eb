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
  int file;  // what is open of it: memory_file.h's descriptor, or task_port.h's port
};

// Opens what is needed to read a process, and closes it: nothing with Linux, where its calls are all there; a port or a handle elsewhere. A process that can't be read
// says so when it is read.
Process* Open(int64_t id, uint64_t base);
void Close(Process* process);

// Lets go of what the system counts, such as descriptors; the next Read gets it again.
void Release(Process* process);

// One range to copy. The same 24 bytes as assembly/abi/records.ts.
struct Request {
  uint64_t address;      // in the target's program
  uint32_t length;       // bytes wanted
  uint32_t destination;  // byte offset in the caller's buffer
  uint32_t copied;       // out: bytes that came; fewer than length where the target has no readable page
  uint16_t moving;       // not 0: what lies there may change while an off-CPU copy is made
  uint16_t kind;         // what is asked for: kMemory, or what a later decoder may want
};
constexpr uint16_t kMemory = 0;
static_assert(sizeof(Request) == 24, "the record's size is part of the contract");

enum class Status : int32_t {
  kOk = 0,           // the requests were tried; `copied` tells each one's outcome
  kNoProcess = 1,    // the process is gone
  kNotPermitted = 2, // reading it is not permitted
  kFailed = 3,       // anything else; see error
  kUnknownKind = 4,  // a request is of a kind that is not known here: error says which; none behind it was tried
};

struct Result {
  Status status;
  int32_t error;   // the system's error number, 0 where there is none
  uint32_t whole;  // requests that came whole
};

// Whether a request can be tried, which is to say that its destination lies in the buffer.
inline bool Fits(const Request& request, size_t buffer_length) {
  return request.destination <= buffer_length && request.length <= buffer_length - request.destination;
}

// Copies each request's range into buffer + destination. A request that doesn't fit is not tried (copied = 0).
// Ranges are tried in order; one that fails doesn't keep the next ones from being copied.
Result Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count);

// The system's call that copies memory, as messages name it.
extern const char* const kCall;

// Whether the call that copies memory turned out to be missing, or not to reach it all: a file is read in its place.
bool ReadsFiles();

// From now on no call to the system asks for more than so many bytes, in ranges or pieces of them; 0: no such limit.
void Limit(size_t bytes);

}  // namespace remote_memory
