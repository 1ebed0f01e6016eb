// Copying ranges of another process's memory. The whole contract; one implementation a platform.
// In: range requests. Out: bytes at their destinations and, for each request, how many came.
// It parses nothing and knows nothing of Python, files or clocks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace remote_memory {

// One range to copy. The same 24 bytes as assembly/abi/records.ts.
struct Request {
  uint64_t address;      // in the target
  uint32_t length;       // bytes wanted
  uint32_t destination;  // byte offset in the caller's buffer
  uint32_t copied;       // out: bytes that came; fewer than length where the target has no readable page
  uint32_t reserved;
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

// Copies each request's range into buffer + destination. A request that would leave the buffer is not tried
// (copied = 0). Ranges are tried in order; one that fails doesn't keep the next ones from being copied.
Result Read(int64_t process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count);

}  // namespace remote_memory
