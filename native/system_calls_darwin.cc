// libproc and Mach, copied into a buffer of the caller's.
//   readingCall: string
//   listProcesses(buffer: Uint8Array): number                                       proc_listpids of PROC_ALL_PIDS
//   processInfo(pid: number, flavor: number, argument: number, buffer: Uint8Array): number   proc_pidinfo
//   processPath(pid: number, buffer: Uint8Array): number                            proc_pidpath
//   sessionOf(pid: number): number                                                  getsid
//   taskInfo(pid: number, flavor: number, buffer: Uint8Array): number               task_info
//   region(pid: number, address: number, buffer: Uint8Array): number                mach_vm_region, VM_REGION_BASIC_INFO_64
// Each returns the bytes that it has written, sessionOf the id. Negative: the system's error number, or the kern_return_t of the last two. A
// region's bytes are its address and its size, 8 bytes each, and the system's struct behind them.
#include "system_calls.h"

#include <libproc.h>
#include <mach/mach.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "task_port.h"

extern "C" kern_return_t mach_vm_region(vm_map_read_t task, mach_vm_address_t* address, mach_vm_size_t* size,
                                        vm_region_flavor_t flavor, vm_region_info_t info, mach_msg_type_number_t* count,
                                        mach_port_t* object);

namespace system_calls {
namespace {

struct Buffer {
  uint8_t* data;
  size_t length;
};

// No room where it is no buffer.
Buffer BufferOf(const Napi::Value& value) {
  void* data = nullptr;
  size_t length = 0;
  napi_typedarray_type type;
  bool is_array = napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) == napi_ok;
  if (!is_array || type != napi_uint8_array) return {nullptr, 0};
  return {static_cast<uint8_t*>(data), length};
}

Napi::Value Number(const Napi::CallbackInfo& info, double number) { return Napi::Number::New(info.Env(), number); }

// libproc's calls return bytes; 0 or less: errno says why.
Napi::Value Bytes(const Napi::CallbackInfo& info, int bytes) { return Number(info, bytes > 0 ? bytes : -errno); }

int IdOf(const Napi::CallbackInfo& info) { return info[0].ToNumber().Int32Value(); }

Napi::Value ListProcesses(const Napi::CallbackInfo& info) {
  Buffer buffer = BufferOf(info[0]);
  errno = 0;
  return Bytes(info, proc_listpids(PROC_ALL_PIDS, 0, buffer.data, static_cast<int>(buffer.length)));
}

Napi::Value ProcessInfo(const Napi::CallbackInfo& info) {
  const int flavor = info[1].ToNumber().Int32Value();
  const auto argument = static_cast<uint64_t>(info[2].ToNumber().Int64Value());
  Buffer buffer = BufferOf(info[3]);
  errno = 0;
  return Bytes(info, proc_pidinfo(IdOf(info), flavor, argument, buffer.data, static_cast<int>(buffer.length)));
}

Napi::Value ProcessPath(const Napi::CallbackInfo& info) {
  Buffer buffer = BufferOf(info[1]);
  errno = 0;
  return Bytes(info, proc_pidpath(IdOf(info), buffer.data, static_cast<uint32_t>(buffer.length)));
}

Napi::Value SessionOf(const Napi::CallbackInfo& info) {
  const pid_t session = getsid(IdOf(info));
  return Number(info, session >= 0 ? session : -errno);
}

Napi::Value TaskInfo(const Napi::CallbackInfo& info) {
  const auto flavor = static_cast<task_flavor_t>(info[1].ToNumber().Int32Value());
  Buffer buffer = BufferOf(info[2]);
  int port;
  kern_return_t error = task_port::Open(IdOf(info), &port);
  if (error != KERN_SUCCESS) return Number(info, -error);
  auto words = static_cast<mach_msg_type_number_t>(buffer.length / sizeof(natural_t));
  error = task_info(static_cast<task_name_t>(port), flavor, reinterpret_cast<task_info_t>(buffer.data), &words);
  task_port::Close(port);
  return Number(info, error == KERN_SUCCESS ? static_cast<double>(words * sizeof(natural_t)) : -error);
}

Napi::Value Region(const Napi::CallbackInfo& info) {
  Buffer buffer = BufferOf(info[2]);
  auto address = static_cast<mach_vm_address_t>(info[1].ToNumber().Int64Value());
  vm_region_basic_info_data_64_t region;
  mach_vm_size_t size;
  constexpr size_t kBytes = sizeof(address) + sizeof(size) + sizeof(region);
  if (buffer.length < kBytes) return Number(info, -KERN_INVALID_ARGUMENT);
  int port;
  kern_return_t error = task_port::Open(IdOf(info), &port);
  if (error != KERN_SUCCESS) return Number(info, -error);
  mach_msg_type_number_t words = VM_REGION_BASIC_INFO_COUNT_64;
  mach_port_t object = MACH_PORT_NULL;
  error = mach_vm_region(static_cast<vm_map_read_t>(port), &address, &size, VM_REGION_BASIC_INFO_64,
                         reinterpret_cast<vm_region_info_t>(&region), &words, &object);
  task_port::Close(port);
  if (error != KERN_SUCCESS) return Number(info, -error);
  memcpy(buffer.data, &address, sizeof(address));
  memcpy(buffer.data + sizeof(address), &size, sizeof(size));
  memcpy(buffer.data + sizeof(address) + sizeof(size), &region, sizeof(region));
  return Number(info, kBytes);
}

}  // namespace

void Add(Napi::Env env, Napi::Object exports) {
  // What is named where reading is refused. (Set of a Napi::String asks for the C++ library's strings.)
  exports.Set("readingCall", static_cast<napi_value>(Napi::String::New(env, "task_for_pid")));
  exports.Set("listProcesses", Napi::Function::New(env, ListProcesses, "listProcesses"));
  exports.Set("processInfo", Napi::Function::New(env, ProcessInfo, "processInfo"));
  exports.Set("processPath", Napi::Function::New(env, ProcessPath, "processPath"));
  exports.Set("sessionOf", Napi::Function::New(env, SessionOf, "sessionOf"));
  exports.Set("taskInfo", Napi::Function::New(env, TaskInfo, "taskInfo"));
  exports.Set("region", Napi::Function::New(env, Region, "region"));
}

}  // namespace system_calls
