// A process that is open, shared by whoever opened it and the functions that are bound to it: closed when nobody has it any more.
#pragma once

#include <cstddef>

#include "remote_memory.h"

namespace remote_memory {

// Counted by hand, for std::shared_ptr is the C++ library's, and used in one thread only.
class Handle {
 public:
  Handle() = default;
  explicit Handle(Process* process) : shared_(new Shared{process, 1}) {}
  Handle(const Handle& other) : shared_(other.shared_) {
    if (shared_ != nullptr) shared_->users++;
  }
  Handle& operator=(const Handle& other) {
    if (other.shared_ != nullptr) other.shared_->users++;
    Reset();
    shared_ = other.shared_;
    return *this;
  }
  ~Handle() { Reset(); }

  // Closed by whoever opened it. A function that has it and is not collected yet keeps the process, but no descriptor.
  void Close() {
    if (shared_ != nullptr) Release(shared_->process);
    Reset();
  }

  void Reset() {
    if (shared_ != nullptr && --shared_->users == 0) {
      remote_memory::Close(shared_->process);
      delete shared_;
    }
    shared_ = nullptr;
  }

  bool IsOpen() const { return shared_ != nullptr; }
  Process& operator*() const { return *shared_->process; }

 private:
  struct Shared {
    Process* process;
    size_t users;
  };
  Shared* shared_ = nullptr;
};

}  // namespace remote_memory
