// Copies of another process's memory while threads of it are held: stopped for the time of one copy. In: range requests, threads, and where
// each one's stack may be. Out: the ranges, the threads' stacks from their stack pointers on, and their registers, as the kernel has them.
// One implementation a platform. It parses nothing: what is done for the target beside copying is that no system call of it ends for our sake.
#pragma once

#include "remote_memory.h"

namespace held_copy {

using remote_memory::Process;
using remote_memory::Request;
using remote_memory::Result;

// What became of a thread. The same order as src/memory/held_threads.ts.
enum class HeldStatus : int32_t {
  kNotHeld = 0,       // it was not asked for: its stack pointer was given
  kHeld = 1,          // it was held while all was copied
  kLate = 2,          // it did not stop in time
  kGone = 3,          // there is no such thread any more
  kNotPermitted = 4,  // holding it is not permitted, or another tracer has it: see error
  kOtherWords = 5,    // it has registers of another size than ours: a program of 32 bits
  kUnsupported = 6,   // no threads are held on this processor
  kFailed = 7,        // anything else: see error
};

// Registers are a processor's general ones, in the kernel's order (NT_PRSTATUS).
constexpr size_t kMostRegisters = 34;

// One thread; the same 328 bytes as src/memory/held_threads.ts.
struct HeldThread {
  int32_t id;               // under which we see it
  HeldStatus status;        // out
  int32_t error;            // out: the system's error number, 0 where there is none
  uint32_t hold;            // not 0: it is to be held; 0: `stack_pointer` is given
  uint64_t stack_pointer;   // in, or out
  uint64_t stack_start;     // out: the address of the first byte that was copied
  uint64_t stack_end;       // out: where its stack may end at the latest, for all that is known
  uint32_t destination;     // byte offset of its place in the buffer of stacks
  uint32_t room;            // bytes there
  uint32_t copied;          // out: bytes of the stack that came
  uint32_t register_count;  // out; 0 where it was not held
  uint64_t registers[kMostRegisters];
};
static_assert(sizeof(HeldThread) == 328, "the record's size is part of the contract");

// A range of addresses in which a stack may lie.
struct Bounds {
  uint64_t start;
  uint64_t end;
};

struct Stacks {
  HeldThread* threads;
  uint32_t count;
  const Bounds* bounds;  // lowest first
  uint32_t bound_count;
  uint8_t* buffer;  // where the stacks go
  size_t length;
};

struct HeldResult {
  Result copy;
  double microseconds;  // from the first stop that was asked for until the last thread was let go; 0 where none was held
};

// Holds those threads that are to be, copies all, and lets them go. It holds them for 20 ms at most beside the copying, where one doesn't stop, returns
// after a second at the latest, and holds nobody from then on, nor once this process has ended, however it ends.
HeldResult Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count, const Stacks& stacks);

// What says whether a thread has run since it was copied last; the same 64 bytes as src/memory/witnesses.ts.
struct Witness {
  int32_t descriptor;  // of a file of a line or two
  uint8_t is_same;     // out: 1 where it ends as it did
  uint8_t length;      // of what it ended with
  uint8_t ending[58];
};
static_assert(sizeof(Witness) == 64, "the record's size is part of the contract");

// Reads all of them: one by one from JavaScript, each takes three times as long.
void CompareWitnesses(Witness* witnesses, uint32_t count);

}  // namespace held_copy
