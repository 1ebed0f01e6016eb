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

// More than any witness has: a text that fills it may go on behind it.
constexpr size_t kWitnessBytes = 4096;

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
  int note_error;
  uint8_t witness[2][kWitnessBytes];
  ssize_t witnessed[2];
  int witness_error;

  ssize_t Witness(int which) {
    ssize_t length = pread(stand.witness, witness[which], kWitnessBytes, 0);
    if (length < 0) witness_error = errno;
    return length;
  }

  void Do() {
    witnessed[0] = Witness(0);
    first = Read(process, buffer, buffer_length, requests, count);
    if (first.status != Status::kOk) return;
    second = again.Make(process);
    noted = stand.note < 0 ? 0 : pread(stand.note, stand.text, stand.text_length, 0);
    if (noted < 0) note_error = errno;
    witnessed[1] = Witness(1);
  }

  // What could not be read says nothing.
  FailedCall Unread() const {
    for (ssize_t length : witnessed) {
      if (!IsWhole(length, kWitnessBytes)) return FailedCall::kReadWitness;
    }
    return stand.note < 0 || IsWhole(noted, stand.text_length) ? FailedCall::kNone : FailedCall::kReadNote;
  }

  static bool IsWhole(ssize_t length, size_t room) { return length > 0 && static_cast<size_t>(length) < room; }

  bool IsStill() const {
    if (witnessed[0] != witnessed[1]) return false;
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
  if (error != 0) return {{Status::kFailed, error, 0}, Stillness::kMoved, 0, FailedCall::kNone};
  Work work{process, buffer, buffer_length, requests, count, stand, again, {}, {}, 0, 0, {}, {}, 0};
  Stillness stillness = Stillness::kStill;
  if (stand.processor < 0) {
    work.Do();
  } else {
    auto run = [](void* argument) { static_cast<Work*>(argument)->Do(); };
    parked_reader::Refusal refusal{};
    stillness = StillnessOf(parked_reader::RunOn(stand.processor, stand.patience_microseconds, run, &work, &refusal));
    if (stillness == Stillness::kLate) return {{Status::kOk, 0, 0}, stillness, 0, FailedCall::kNone};
    if (stillness == Stillness::kUnpinnable) {
      bool is_thread = refusal.call == parked_reader::Call::kCreateThread;
      return {{Status::kOk, refusal.error, 0}, stillness, 0,
              is_thread ? FailedCall::kCreateThread : FailedCall::kPinThread};
    }
  }
  if (work.first.status != Status::kOk) return {work.first, Stillness::kMoved, 0, FailedCall::kNone};
  uint32_t noted = work.noted < 0 ? 0 : static_cast<uint32_t>(work.noted);
  if (work.second.status != Status::kOk) return {work.first, Stillness::kMoved, noted, FailedCall::kNone};
  FailedCall unread = work.Unread();
  if (unread != FailedCall::kNone) {
    work.first.error = unread == FailedCall::kReadWitness ? work.witness_error : work.note_error;
    return {work.first, Stillness::kUnwitnessed, noted, unread};
  }
  if (!work.IsStill()) stillness = Stillness::kMoved;
  return {work.first, stillness, noted, FailedCall::kNone};
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
