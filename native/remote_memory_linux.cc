// process_vm_readv, up to IOV_MAX ranges a call. A range that faults is noted and the copy goes on behind it. Where there is no such call,
// the memory is read as a file, a call a range.
#include "remote_memory.h"

#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "memory_file.h"

namespace remote_memory {
namespace {

constexpr uint32_t kBatch = 1024;  // IOV_MAX on Linux

// Set once, before anything is read.
size_t limit = SIZE_MAX;

Status StatusOf(int error) {
  switch (error) {
    case ESRCH:
      return Status::kNoProcess;
    case EPERM:
    case EACCES:
    case ENOSYS:
      return Status::kNotPermitted;
    default:
      return Status::kFailed;
  }
}

// Set for all processes by the first call that is missing, for whoever forbids it does so for good; and by the first address that a program of
// 32 bits has no pointer to.
std::atomic<bool> reads_files{false};

Result ReadAsFile(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count) {
  reads_files.store(true, std::memory_order_relaxed);
  uint32_t whole = 0;
  for (uint32_t i = 0; i < count; i++) {
    Request& request = requests[i];
    if (request.kind != kMemory) return {Status::kUnknownKind, request.kind, whole};
    request.copied = 0;
    if (!Fits(request, buffer_length)) continue;
    while (request.copied < request.length) {
      size_t length = request.length - request.copied;
      if (length > limit) length = limit;
      size_t copied;
      int error = memory_file::Copy(process.id, &process.file, process.base + request.address + request.copied,
                                    buffer + request.destination + request.copied, length, &copied);
      if (error != 0) return {StatusOf(error), error, whole};
      request.copied += static_cast<uint32_t>(copied);
      if (copied < length) break;
    }
    if (request.copied == request.length) whole++;
  }
  return {Status::kOk, 0, whole};
}

}  // namespace

const char* const kCall = "process_vm_readv";

Process* Open(int64_t id, uint64_t base) { return new Process{id, base, memory_file::kNone}; }

void Close(Process* process) {
  Release(process);
  delete process;
}

void Release(Process* process) {
  memory_file::Close(process->file);
  process->file = memory_file::kNone;
}

void Limit(size_t bytes) { limit = bytes == 0 ? SIZE_MAX : bytes; }

bool ReadsFiles() { return reads_files.load(std::memory_order_relaxed); }

Result Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count) {
  if (ReadsFiles()) return ReadAsFile(process, buffer, buffer_length, requests, count);
  iovec local[kBatch];
  iovec remote[kBatch];
  const size_t most = limit;
  uint32_t whole = 0;
  uint32_t first = 0;
  uint32_t begun = 0;  // bytes of the first request that an earlier call copied
  while (first < count) {
    uint32_t ranges = 0;
    uint32_t places = 0;
    size_t wanted = 0;
    for (uint32_t i = first; i < count && ranges < kBatch && wanted < most; i++) {
      Request& request = requests[i];
      if (request.kind != kMemory) return {Status::kUnknownKind, request.kind, whole};
      uint32_t before = ranges == 0 ? begun : 0;
      request.copied = before;
      bool inside = Fits(request, buffer_length);
      // A zero-length range keeps requests and vectors in step.
      size_t length = inside ? request.length - before : 0;
      if (length > most - wanted) length = most - wanted;
      uint8_t* place = buffer + (inside ? request.destination + before : 0);
      // Ranges that go to one place, one behind the other, are cheaper as one.
      if (places > 0 && static_cast<uint8_t*>(local[places - 1].iov_base) + local[places - 1].iov_len == place) {
        local[places - 1].iov_len += length;
      } else {
        local[places++] = {place, length};
      }
      uint64_t address = process.base + request.address + before;
      if (address > UINTPTR_MAX && length > 0) return ReadAsFile(process, buffer, buffer_length, requests, count);
      remote[ranges] = {reinterpret_cast<void*>(static_cast<uintptr_t>(address)), length};
      wanted += length;
      ranges++;
    }
    ssize_t came = 0;
    if (wanted > 0) {
      came = process_vm_readv(static_cast<pid_t>(process.id), local, places, remote, ranges, 0);
      if (came < 0 && errno == ENOSYS) return ReadAsFile(process, buffer, buffer_length, requests, count);
      if (came < 0 && errno != EFAULT) return {StatusOf(errno), errno, whole};
    }
    size_t left = came < 0 ? 0 : static_cast<size_t>(came);
    // The kernel stops at the first byte it can't read: hand the bytes out in order, and start again
    // behind the range that fell short.
    uint32_t next = first + ranges;
    begun = 0;
    for (uint32_t i = 0; i < ranges; i++) {
      Request& request = requests[first + i];
      size_t length = remote[i].iov_len;
      size_t part = left < length ? left : length;
      request.copied += static_cast<uint32_t>(part);
      left -= part;
      if (part < length) {
        next = first + i + 1;
        break;
      }
      if (request.copied == request.length) {
        whole++;
      } else if (length > 0) {
        // Cut by the limit: the next call goes on with it.
        next = first + i;
        begun = request.copied;
      }
    }
    first = next;
  }
  return {Status::kOk, 0, whole};
}

}  // namespace remote_memory
