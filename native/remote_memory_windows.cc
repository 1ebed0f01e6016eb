// ReadProcessMemory, a call a range. The process is opened by its first read, and is that process from then on, whoever gets its id.
#include "remote_memory.h"

#include <windows.h>

#include "handles_windows.h"
#include "memory_file.h"

namespace remote_memory {
namespace {

// Set once, before anything is read.
size_t limit = SIZE_MAX;

Status StatusOf(DWORD error) {
  switch (error) {
    case ERROR_INVALID_PARAMETER:  // there is no such id
      return Status::kNoProcess;
    case ERROR_ACCESS_DENIED:
      return Status::kNotPermitted;
    default:
      return Status::kFailed;
  }
}

// What a range that isn't there is answered with; of a process that has ended the same, or that access is denied.
bool IsUnreadable(DWORD error) {
  return error == ERROR_PARTIAL_COPY || error == ERROR_NOACCESS || error == ERROR_INVALID_ADDRESS;
}

bool HasEnded(HANDLE process) { return WaitForSingleObject(process, 0) == WAIT_OBJECT_0; }

}  // namespace

const char* const kCall = "ReadProcessMemory";

Process* Open(int64_t id, uint64_t base) { return new Process{id, base, memory_file::kNone}; }

void Close(Process* process) {
  Release(process);
  delete process;
}

void Release(Process* process) {
  if (process->file != memory_file::kNone) CloseHandle(handles::Of(process->file));
  process->file = memory_file::kNone;
}

void Limit(size_t bytes) { limit = bytes == 0 ? SIZE_MAX : bytes; }

bool ReadsFiles() { return false; }

Result Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count) {
  if (process.file == memory_file::kNone) {
    HANDLE opened = ::OpenProcess(PROCESS_VM_READ | SYNCHRONIZE, FALSE, static_cast<DWORD>(process.id));
    if (opened == nullptr) {
      const DWORD error = GetLastError();
      return {StatusOf(error), static_cast<int32_t>(error), 0};
    }
    process.file = handles::NumberOf(opened);
  }
  const HANDLE handle = handles::Of(process.file);
  uint32_t whole = 0;
  for (uint32_t i = 0; i < count; i++) {
    Request& request = requests[i];
    if (request.kind != kMemory) return {Status::kUnknownKind, request.kind, whole};
    request.copied = 0;
    if (!Fits(request, buffer_length)) continue;
    while (request.copied < request.length) {
      size_t length = request.length - request.copied;
      if (length > limit) length = limit;
      SIZE_T copied = 0;
      const auto address = static_cast<uintptr_t>(process.base + request.address + request.copied);
      const BOOL came = ReadProcessMemory(handle, reinterpret_cast<const void*>(address),
                                          buffer + request.destination + request.copied, length, &copied);
      const DWORD error = came ? ERROR_SUCCESS : GetLastError();
      if (!came && HasEnded(handle)) return {Status::kNoProcess, static_cast<int32_t>(error), whole};
      if (!came && !IsUnreadable(error)) return {StatusOf(error), static_cast<int32_t>(error), whole};
      request.copied += static_cast<uint32_t>(copied < length ? copied : length);
      if (!came || copied < length) break;
    }
    if (request.copied == request.length) whole++;
  }
  return {Status::kOk, 0, whole};
}

}  // namespace remote_memory
