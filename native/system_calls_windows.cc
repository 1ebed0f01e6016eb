// What Windows has calls for: the list of processes, what is known of one, jobs. Statuses are Windows' own, numbers are JavaScript's.
//   querySystem(kind: number, buffer: Uint8Array, length: Float64Array): number
//   queryProcess(handle: number, kind: number, buffer: Uint8Array, length: Float64Array): number
// Both fill the buffer with an information of that kind (NtQuerySystemInformation, NtQueryInformationProcess), say in length[0] how many bytes
// came or are wanted, and return an NTSTATUS.
//   openHandle(pid: number, access: number): number     a handle, or the negative error number
//   closeHandle(handle: number): void
//   isSignalled(handle: number): boolean
//   createJob(): number                                 a handle, or the negative error number
//   assignToJob(job: number, handle: number): number    an error number, 0: done
//   limitJob(job: number, flags: number): number        the same; JOBOBJECT_BASIC_LIMIT_INFORMATION.LimitFlags
//   terminateJob(job: number, exitCode: number): number the same
#include "system_calls.h"

#include <windows.h>

#include "handles_windows.h"
#include "ntdll_windows.h"
#include "thread_facts_windows.h"

namespace thread_facts {
namespace {

// The parts of SYSTEM_PROCESS_INFORMATION that lead to a thread; those of 64 bits, as winternl.h has them.
constexpr size_t kThreadCount = 4;
constexpr size_t kThreads = 256;
constexpr size_t kThreadId = 48;  // CLIENT_ID.UniqueThread in a SYSTEM_THREAD_INFORMATION
constexpr size_t kLeastBytes = 1 << 18;

uint32_t Word(const uint8_t* at) { return *reinterpret_cast<const uint32_t*>(at); }

}  // namespace

int Look(int thread, Entry* entry) {
  int error = ERROR_NOT_FOUND;
  for (size_t room = kLeastBytes;; room *= 2) {
    auto* list = static_cast<uint8_t*>(HeapAlloc(GetProcessHeap(), 0, room));
    if (list == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    ULONG length = 0;
    const LONG status = ntdll::QuerySystem(ntdll::kProcesses, list, static_cast<ULONG>(room), &length);
    if (status == 0) {
      for (const uint8_t* process = list;; process += Word(process)) {
        const uint8_t* one = process + kThreads;
        for (uint32_t i = Word(process + kThreadCount); i > 0; i--, one += sizeof(Entry)) {
          if (static_cast<int>(Word(one + kThreadId)) != thread) continue;
          *entry = *reinterpret_cast<const Entry*>(one);
          error = 0;
        }
        if (Word(process) == 0) break;
      }
    }
    HeapFree(GetProcessHeap(), 0, list);
    if (status != ntdll::kTooShort) return status == 0 ? error : ERROR_GEN_FAILURE;
  }
}

}  // namespace thread_facts

namespace system_calls {
namespace {

bool Bytes(const Napi::Value& value, void** data, size_t* length) {
  napi_typedarray_type type;
  return napi_get_typedarray_info(value.Env(), value, &type, length, data, nullptr, nullptr) == napi_ok;
}

// The arguments from `first` on: where bytes go, and where their number does.
struct Place {
  void* data = nullptr;
  size_t room = 0;
  double* length = nullptr;
};

bool Parse(const Napi::CallbackInfo& info, size_t first, Place* place) {
  void* cell;
  size_t cells;
  if (Bytes(info[first], &place->data, &place->room) && Bytes(info[first + 1], &cell, &cells) && cells > 0) {
    place->length = static_cast<double*>(cell);
    return true;
  }
  napi_throw_type_error(info.Env(), nullptr, "a buffer and a cell for a length");
  return false;
}

int Integer(const Napi::Value& value) { return value.ToNumber().Int32Value(); }

Napi::Value NumberOf(const Napi::CallbackInfo& info, double number) { return Napi::Number::New(info.Env(), number); }

Napi::Value QuerySystem(const Napi::CallbackInfo& info) {
  Place place;
  if (!Parse(info, 1, &place)) return info.Env().Undefined();
  ULONG length = 0;
  const LONG status = ntdll::QuerySystem(Integer(info[0]), place.data, static_cast<ULONG>(place.room), &length);
  *place.length = length;
  return NumberOf(info, status);
}

Napi::Value QueryProcess(const Napi::CallbackInfo& info) {
  Place place;
  if (!Parse(info, 2, &place)) return info.Env().Undefined();
  ULONG length = 0;
  const LONG status = ntdll::QueryProcess(handles::Of(Integer(info[0])), Integer(info[1]), place.data,
                                          static_cast<ULONG>(place.room), &length);
  *place.length = length;
  return NumberOf(info, status);
}

Napi::Value HandleOf(const Napi::CallbackInfo& info, HANDLE handle) {
  return NumberOf(info, handle == nullptr ? -static_cast<double>(GetLastError()) : handles::NumberOf(handle));
}

Napi::Value ErrorOf(const Napi::CallbackInfo& info, BOOL done) { return NumberOf(info, done ? 0 : GetLastError()); }

Napi::Value OpenHandle(const Napi::CallbackInfo& info) {
  const auto access = static_cast<DWORD>(info[1].ToNumber().Int64Value());
  return HandleOf(info, OpenProcess(access, FALSE, static_cast<DWORD>(info[0].ToNumber().Int64Value())));
}

void Close(const Napi::CallbackInfo& info) { CloseHandle(handles::Of(Integer(info[0]))); }

Napi::Value IsSignalled(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), WaitForSingleObject(handles::Of(Integer(info[0])), 0) == WAIT_OBJECT_0);
}

Napi::Value CreateJob(const Napi::CallbackInfo& info) { return HandleOf(info, CreateJobObjectW(nullptr, nullptr)); }

Napi::Value AssignToJob(const Napi::CallbackInfo& info) {
  return ErrorOf(info, AssignProcessToJobObject(handles::Of(Integer(info[0])), handles::Of(Integer(info[1]))));
}

Napi::Value LimitJob(const Napi::CallbackInfo& info) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {};
  limits.BasicLimitInformation.LimitFlags = static_cast<DWORD>(info[1].ToNumber().Int64Value());
  return ErrorOf(info, SetInformationJobObject(handles::Of(Integer(info[0])), JobObjectExtendedLimitInformation, &limits,
                                               sizeof(limits)));
}

Napi::Value TerminateJob(const Napi::CallbackInfo& info) {
  return ErrorOf(info, TerminateJobObject(handles::Of(Integer(info[0])), static_cast<UINT>(info[1].ToNumber().Int64Value())));
}

}  // namespace

void Add(Napi::Env env, Napi::Object exports) {
  exports.Set("querySystem", Napi::Function::New(env, QuerySystem, "querySystem"));
  exports.Set("queryProcess", Napi::Function::New(env, QueryProcess, "queryProcess"));
  exports.Set("openHandle", Napi::Function::New(env, OpenHandle, "openHandle"));
  exports.Set("closeHandle", Napi::Function::New(env, Close, "closeHandle"));
  exports.Set("isSignalled", Napi::Function::New(env, IsSignalled, "isSignalled"));
  exports.Set("createJob", Napi::Function::New(env, CreateJob, "createJob"));
  exports.Set("assignToJob", Napi::Function::New(env, AssignToJob, "assignToJob"));
  exports.Set("limitJob", Napi::Function::New(env, LimitJob, "limitJob"));
  exports.Set("terminateJob", Napi::Function::New(env, TerminateJob, "terminateJob"));
}

}  // namespace system_calls
