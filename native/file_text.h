// Reading a file at a place in it. One implementation a platform.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace file_text {

// As pread, with offsets of 64 bits everywhere.
ssize_t ReadAt(int descriptor, void* text, size_t length, uint64_t offset);

}  // namespace file_text
