// What the system says of one thread: a SYSTEM_THREAD_INFORMATION, as it stands in the list of all processes. In: a thread's id. Out: its entry.
#pragma once

#include <cstdint>

namespace thread_facts {

struct Entry {
  uint8_t bytes[80];
};

// Returns an error number of Windows; ERROR_NOT_FOUND where there is no such thread.
int Look(int thread, Entry* entry);

}  // namespace thread_facts
