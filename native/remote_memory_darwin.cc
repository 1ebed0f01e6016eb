// mach_vm_read_overwrite, a call a range. It copies all of a range or nothing: one that faults is copied again by pieces, up to the first that
// faults. What opens a process is its task's port.
#include "remote_memory.h"

#include <libproc.h>
#include <mach/mach.h>
#include <unistd.h>

#include <cerrno>

#include "task_port.h"

// Its header, mach/mach_vm.h, is the system's own kit's alone.
extern "C" kern_return_t mach_vm_read_overwrite(vm_map_read_t task, mach_vm_address_t address, mach_vm_size_t size,
                                                mach_vm_address_t data, mach_vm_size_t* copied);

namespace remote_memory {
namespace {

// What can be read is decided by pages, of 16 KiB or, on Intel and for what is translated, of 4.
constexpr uint64_t kPiece = 4096;

// Set once, before anything is read.
size_t limit = SIZE_MAX;

// A range that can't be read, which is data. All else says that the port leads nowhere: the process has ended, or runs another program now.
bool IsFault(kern_return_t error) {
  return error == KERN_INVALID_ADDRESS || error == KERN_PROTECTION_FAILURE || error == KERN_MEMORY_FAILURE ||
         error == KERN_MEMORY_ERROR;
}

kern_return_t Copy(mach_port_t task, uint64_t address, uint8_t* place, uint64_t length) {
  mach_vm_size_t copied = 0;
  return mach_vm_read_overwrite(task, address, length, reinterpret_cast<mach_vm_address_t>(place), &copied);
}

// Up to the first piece that faults. Returns another error than a fault, if there is one.
kern_return_t CopyPieces(mach_port_t task, uint64_t address, uint8_t* place, uint64_t length, uint32_t* copied) {
  for (uint64_t done = 0; done < length;) {
    uint64_t piece = kPiece - (address + done) % kPiece;
    if (piece > length - done) piece = length - done;
    kern_return_t error = Copy(task, address + done, place + done, piece);
    if (error != KERN_SUCCESS) return IsFault(error) ? KERN_SUCCESS : error;
    done += piece;
    *copied += static_cast<uint32_t>(piece);
  }
  return KERN_SUCCESS;
}

kern_return_t ReadRange(mach_port_t task, uint64_t address, uint8_t* place, Request* request) {
  request->copied = 0;
  while (request->copied < request->length) {
    uint64_t length = request->length - request->copied;
    if (length > limit) length = limit;
    const uint32_t before = request->copied;
    kern_return_t error = Copy(task, address + before, place + before, length);
    if (error == KERN_SUCCESS) {
      request->copied += static_cast<uint32_t>(length);
      continue;
    }
    return IsFault(error) ? CopyPieces(task, address + before, place + before, length, &request->copied) : error;
  }
  return KERN_SUCCESS;
}

// The answer of task_for_pid is the same where there is no such process and where it is refused.
bool IsGone(int64_t id) {
  proc_bsdshortinfo info;
  return proc_pidinfo(static_cast<int>(id), PROC_PIDT_SHORTBSDINFO, 0, &info, sizeof(info)) <= 0 && errno == ESRCH;
}

}  // namespace

Process* Open(int64_t id, uint64_t base) { return new Process{id, base, task_port::kNone}; }

void Close(Process* process) {
  Release(process);
  delete process;
}

void Release(Process* process) {
  task_port::Close(process->file);
  process->file = task_port::kNone;
}

void Limit(size_t bytes) { limit = bytes == 0 ? SIZE_MAX : bytes; }

bool ReadsFiles() { return false; }

Result Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count) {
  uint32_t whole = 0;
  bool is_fresh = process.file == task_port::kNone;
  for (uint32_t i = 0; i < count;) {
    Request& request = requests[i];
    if (request.kind != kMemory) return {Status::kUnknownKind, request.kind, whole};
    if (!Fits(request, buffer_length)) {
      request.copied = 0;
      i++;
      continue;
    }
    kern_return_t error = KERN_SUCCESS;
    if (process.file == task_port::kNone) error = task_port::Open(process.id, &process.file);
    if (error != KERN_SUCCESS) return {IsGone(process.id) ? Status::kNoProcess : Status::kNotPermitted, error, whole};
    error = ReadRange(static_cast<mach_port_t>(process.file), process.base + request.address,
                      buffer + request.destination, &request);
    if (error != KERN_SUCCESS) {
      Release(&process);
      if (is_fresh) return {IsGone(process.id) ? Status::kNoProcess : Status::kFailed, error, whole};
      // Of another program now. What came before is of the one before; whoever reads finds that these do not go together.
      is_fresh = true;
      continue;
    }
    if (request.copied == request.length) whole++;
    i++;
  }
  return {Status::kOk, 0, whole};
}

const char* const kCall = "mach_vm_read_overwrite";

}  // namespace remote_memory
