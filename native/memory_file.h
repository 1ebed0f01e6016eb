// The memory of a process as a file, for systems where the call that copies it is missing: an emulator, or a filter on calls to the system.
// In: a process id and addresses. Out: bytes. One implementation a platform.
#pragma once

#include <cstddef>
#include <cstdint>

namespace memory_file {

constexpr int kNone = -1;

// Copies up to `length` bytes and says in `copied` how many came: fewer where there is no readable page. `descriptor` is the process's, kNone
// before the first copy. Returns an error number.
int Copy(int64_t id, int* descriptor, uint64_t address, uint8_t* place, size_t length, size_t* copied);

void Close(int descriptor);

}  // namespace memory_file
