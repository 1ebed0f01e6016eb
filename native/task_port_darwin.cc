// task_read_for_pid, which gives a port that reads and can do nothing else (macOS 11+), or task_for_pid.
#include "task_port.h"

#include <dlfcn.h>
#include <mach/mach.h>

// As in mach/mach_traps.h, which not every kit has it in.
extern "C" kern_return_t task_for_pid(mach_port_name_t own, int id, mach_port_name_t* port);

namespace task_port {

int Open(int64_t id, int* port) {
  mach_port_name_t name = MACH_PORT_NULL;
  kern_return_t error = KERN_FAILURE;
  const int target = static_cast<int>(id);
  const auto for_reading = reinterpret_cast<decltype(&task_for_pid)>(dlsym(RTLD_DEFAULT, "task_read_for_pid"));
  if (for_reading != nullptr) error = for_reading(mach_task_self(), target, &name);
  if (error != KERN_SUCCESS) error = task_for_pid(mach_task_self(), target, &name);
  *port = error == KERN_SUCCESS ? static_cast<int>(name) : kNone;
  return error;
}

void Close(int port) {
  if (port != kNone) mach_port_deallocate(mach_task_self(), static_cast<mach_port_name_t>(port));
}

}  // namespace task_port
