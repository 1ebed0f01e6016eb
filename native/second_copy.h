// The copy that an off-CPU copy is compared with. In: requests that were filled once. Out: whether they are filled with the same again.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "off_cpu_copy.h"

namespace off_cpu_copy {

// Where the second copy goes: the same requests, with the bytes packed behind one another. Kept by each calling thread, and
// given back when its environment ends: what a thread destroys by itself, the C++ library does.
class SecondCopy {
 public:
#ifdef _WIN32
  static constexpr int kTooMuch = 534; // ERROR_ARITHMETIC_OVERFLOW
  static constexpr int kNoMemory = 8;  // ERROR_NOT_ENOUGH_MEMORY
#else
  static constexpr int kTooMuch = EOVERFLOW;
  static constexpr int kNoMemory = ENOMEM;
#endif

  void Free() {
    free(memory_);
    memory_ = nullptr;
    room_ = 0;
  }

  // Returns an error number.
  int Prepare(const Request* requests, uint32_t count, size_t buffer_length) {
    size_t records = count * sizeof(Request);
    length_ = 0;
    for (uint32_t i = 0; i < count; i++) {
      if (IsCopied(requests[i], buffer_length)) length_ += requests[i].length;
    }
    if (length_ > UINT32_MAX) return kTooMuch;
    if (records + length_ > room_) {
      free(memory_);
      room_ = (records + length_) * 2;
      memory_ = static_cast<uint8_t*>(malloc(room_));
      if (memory_ == nullptr) {
        room_ = 0;
        return kNoMemory;
      }
    }
    requests_ = reinterpret_cast<Request*>(memory_);
    bytes_ = memory_ + records;
    count_ = count;
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
      requests_[i] = requests[i];
      // What Read doesn't try for the first copy, it doesn't try for the second; nor what isn't compared.
      bool fits = IsCopied(requests[i], buffer_length);
      requests_[i].destination = fits ? next : UINT32_MAX;
      if (fits) next += requests[i].length;
    }
    return 0;
  }

  Result Make(Process& process) { return remote_memory::Read(process, bytes_, length_, requests_, count_); }

  bool Equals(const Request* requests, const uint8_t* buffer) const {
    for (uint32_t i = 0; i < count_; i++) {
      const Request& mine = requests_[i];
      if (mine.moving != 0) continue;
      if (mine.copied != requests[i].copied) return false;
      if (mine.copied == 0) continue;
      if (memcmp(bytes_ + mine.destination, buffer + requests[i].destination, mine.copied) != 0) return false;
    }
    return true;
  }

 private:
  static bool IsCopied(const Request& request, size_t buffer_length) {
    return request.moving == 0 && remote_memory::Fits(request, buffer_length);
  }

  uint8_t* memory_ = nullptr;
  size_t room_ = 0;
  Request* requests_ = nullptr;
  uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  uint32_t count_ = 0;
};

}  // namespace off_cpu_copy
