// A still copy: two plain copies and the readings of the witness around them, on the thread's own processor. What need
// not be done while the thread is kept from running (making room, comparing) is done by the caller.
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "parked_reader.h"
#include "remote_memory.h"

namespace remote_memory {
namespace {

constexpr size_t kWitnessBytes = 256;

// Where the second copy goes: the same requests, with the bytes packed behind one another. Kept by each calling thread.
class SecondCopy {
 public:
  ~SecondCopy() { free(memory_); }

  // Returns an error number.
  int Prepare(const Request* requests, uint32_t count, size_t buffer_length) {
    size_t records = count * sizeof(Request);
    length_ = 0;
    for (uint32_t i = 0; i < count; i++) {
      if (Fits(requests[i], buffer_length)) length_ += requests[i].length;
    }
    if (length_ > UINT32_MAX) return EOVERFLOW;
    if (records + length_ > room_) {
      free(memory_);
      room_ = (records + length_) * 2;
      memory_ = static_cast<uint8_t*>(malloc(room_));
      if (memory_ == nullptr) {
        room_ = 0;
        return ENOMEM;
      }
    }
    requests_ = reinterpret_cast<Request*>(memory_);
    bytes_ = memory_ + records;
    count_ = count;
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
      requests_[i] = requests[i];
      // What Read doesn't try for the first copy, it doesn't try for the second.
      bool fits = Fits(requests[i], buffer_length);
      requests_[i].destination = fits ? next : UINT32_MAX;
      if (fits) next += requests[i].length;
    }
    return 0;
  }

  Result Make(const Process& process) { return Read(process, bytes_, length_, requests_, count_); }

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
  uint8_t* memory_ = nullptr;
  size_t room_ = 0;
  Request* requests_ = nullptr;
  uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  uint32_t count_ = 0;
};

struct Work {
  const Process& process;
  uint8_t* buffer;
  size_t buffer_length;
  Request* requests;
  uint32_t count;
  const Stand& stand;
  SecondCopy& again;
  Result first;
  Result second;
  ssize_t noted;
  uint8_t witness[2][kWitnessBytes];
  ssize_t witnessed[2];

  ssize_t Witness(int which) {
    return stand.witness < 0 ? 0 : pread(stand.witness, witness[which], kWitnessBytes, 0);
  }

  void Do() {
    witnessed[0] = Witness(0);
    first = Read(process, buffer, buffer_length, requests, count);
    if (first.status != Status::kOk) return;
    second = again.Make(process);
    noted = stand.note < 0 ? 0 : pread(stand.note, stand.text, stand.text_length, 0);
    witnessed[1] = Witness(1);
  }

  bool IsStill() const {
    if (noted < 0 || witnessed[0] < 0 || witnessed[0] != witnessed[1]) return false;
    return memcmp(witness[0], witness[1], witnessed[0]) == 0 && again.Equals(requests, buffer);
  }
};

Stillness StillnessOf(parked_reader::Turn turn) {
  switch (turn) {
    case parked_reader::Turn::kDone:
      return Stillness::kStill;
    case parked_reader::Turn::kStrayed:
      return Stillness::kMoved;
    case parked_reader::Turn::kLate:
      return Stillness::kLate;
    case parked_reader::Turn::kBarred:
      break;
  }
  return Stillness::kUnpinnable;
}

std::mutex environments_mutex;
int environments = 0;

}  // namespace

StillResult ReadStill(const Process& process, uint8_t* buffer, size_t buffer_length, Request* requests,
                      uint32_t count, const Stand& stand) {
  static thread_local SecondCopy again;
  int error = again.Prepare(requests, count, buffer_length);
  if (error != 0) return {{Status::kFailed, error, 0}, Stillness::kMoved, 0};
  Work work{process, buffer, buffer_length, requests, count, stand, again, {}, {}, 0, {}, {}};
  Stillness stillness = Stillness::kStill;
  if (stand.processor < 0) {
    work.Do();
  } else {
    auto run = [](void* argument) { static_cast<Work*>(argument)->Do(); };
    stillness = StillnessOf(parked_reader::RunOn(stand.processor, stand.patience_microseconds, run, &work, &error));
    if (stillness == Stillness::kLate || stillness == Stillness::kUnpinnable) {
      return {{Status::kOk, error, 0}, stillness, 0};
    }
  }
  if (work.first.status != Status::kOk) return {work.first, Stillness::kMoved, 0};
  if (work.second.status != Status::kOk || !work.IsStill()) stillness = Stillness::kMoved;
  return {work.first, stillness, work.noted < 0 ? 0 : static_cast<uint32_t>(work.noted)};
}

void Open() {
  std::lock_guard<std::mutex> lock(environments_mutex);
  environments++;
}

void Close() {
  std::lock_guard<std::mutex> lock(environments_mutex);
  if (--environments == 0) parked_reader::EndAll();
}

}  // namespace remote_memory
