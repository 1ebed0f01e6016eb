// Systems on which nobody has written how a thread is held: memory is read all the same, and each thread that is to be held says that it wasn't.
#include "held_copy.h"

namespace held_copy {

HeldResult Read(Process& process, uint8_t* buffer, size_t buffer_length, Request* requests, uint32_t count, const Stacks& stacks) {
  for (uint32_t i = 0; i < stacks.count; i++) {
    HeldThread& thread = stacks.threads[i];
    thread.status = thread.hold != 0 ? HeldStatus::kUnsupported : HeldStatus::kNotHeld;
    thread.error = 0;
    thread.copied = 0;
    thread.register_count = 0;
  }
  return {remote_memory::Read(process, buffer, buffer_length, requests, count), 0};
}

void CompareWitnesses(Witness* witnesses, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) witnesses[i].is_same = 0;
}

}  // namespace held_copy
