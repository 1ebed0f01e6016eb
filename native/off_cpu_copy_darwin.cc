// There are none: no thread can be bound to a processor, and nothing tells exactly that another one has not run.
#include "off_cpu_copy.h"

namespace off_cpu_copy {
namespace {

// Each request says that nothing came.
OffCpuResult Unwitnessed(Request* requests, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) requests[i].copied = 0;
  return {{remote_memory::Status::kOk, 0, 0}, OffCpuVerdict::kUnwitnessed, 0, FailedCall::kReadWitness};
}

}  // namespace

OffCpuResult ReadOffCpu(Process&, uint8_t*, size_t, Request* requests, uint32_t count, const Stand&) {
  return Unwitnessed(requests, count);
}

OffCpuResult EndHold(Process&, uint8_t*, size_t, Request* requests, uint32_t count, const Stand&) {
  return Unwitnessed(requests, count);
}

void Begin() {}
void End() {}

}  // namespace off_cpu_copy
