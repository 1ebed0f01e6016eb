// The port by which a process's task is asked and read. In: a process id. Out: a port, or why there is none.
#pragma once

#include <cstdint>

namespace task_port {

// No port: nothing is open.
constexpr int kNone = -1;

// Returns a kern_return_t: 0, or KERN_FAILURE (5) where there is no such process and where it is refused.
int Open(int64_t id, int* port);

void Close(int port);

}  // namespace task_port
