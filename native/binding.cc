// JavaScript arguments to C++ and back, nothing else.
//   open(pid: number, base: number): Handle
//   close(handle: Handle): void
//   bind(handle: Handle, buffer: Uint8Array, exchange: Float64Array): () => void
//   readOffCpu(handle: Handle, buffer: Uint8Array, requests: number, count: number, result: Float64Array,
//             stand: Int32Array, text: Uint8Array): number
//   endHold: as readOffCpu
//   readHeld(handle: Handle, buffer: Uint8Array, requests: number, count: number, result: Float64Array, threads: Uint8Array,
//             bounds: BigUint64Array, stacks: Uint8Array): number
//   compareWitnesses(witnesses: Uint8Array, count: number): void
//   clock(cell: Float64Array): () => void
//   call: string
//   limit(bytes: number): void
//   readsFiles(): boolean
//   shortenSlices(nanoseconds: number): boolean
//   addressOf(buffer: Uint8Array): number
//   waitUntil(microseconds: number, process: number): number
//   openProcess(pid: number): number
//   closeProcess(process: number): void
// and what system_calls.h says of the system.
// A handle that is forgotten is closed when it is collected. `base` is added to the records' addresses. `clock` gives a function that
// writes the time into the cell: a number that is returned is an object to be collected, at every tick.
// `bind` looks at its arguments once, for the function that it returns is called at every tick. That finds what it is to do in
// `exchange`, and leaves there what came of it: struct Exchange. `requests` is the byte offset in `buffer` of `count` request
// records. readOffCpu and endHold return the status; result[0] is the system's error number, result[1] how many requests came whole,
// result[2] the verdict, result[3] the bytes of the note, which lie in `text`, and result[4] which call failed.
// readHeld returns the status, too; result[2] is for how many microseconds threads were held. `threads` are records of held_copy.h, `bounds` pairs of addresses.
// `stand` is processor, patience in microseconds, witness, note, hold in microseconds.
#include <napi.h>

#include <cstdint>

#include "event_loop.h"
#include "event_wait.h"
#include "handle.h"
#include "held_copy.h"
#include "remote_memory.h"
#include "scheduling.h"
#include "off_cpu_copy.h"
#include "system_calls.h"
#include "timing.h"

namespace {

// What both ways to read are given.
struct Arguments {
  remote_memory::Handle process;
  uint8_t* data;
  size_t length;
  double* numbers;  // where their answer goes
};

// What a bound function is to do, and what came of it. JavaScript knows numbers of one kind only.
struct Exchange {
  double requests;
  double count;
  double time;    // when to begin, in microseconds of the monotonic clock; negative: where the last copy ended, if that is known
  double status;
  double error;   // the system's error number
  double whole;   // requests that came whole
  double ended;   // on that clock; 0: not known
  double began;   // on that clock
};
constexpr size_t kExchangeNumbers = sizeof(Exchange) / sizeof(double);

// What a bound function was given.
struct Bound {
  Arguments arguments;
};

bool Elements(napi_env env, napi_value array, void** data, size_t* length) {
  napi_typedarray_type type;
  return napi_get_typedarray_info(env, array, &type, length, data, nullptr, nullptr) == napi_ok;
}

// False, with an exception pending, where the arguments are not as they should be.
bool Parse(napi_env env, const Napi::Value& handle, napi_value buffer, napi_value array, size_t least,
           Arguments* arguments) {
  void* data;
  void* numbers;
  size_t count;
  if (!handle.IsExternal() || !Elements(env, buffer, &data, &arguments->length) ||
      !Elements(env, array, &numbers, &count) || count < least) {
    napi_throw_type_error(env, nullptr, "a handle, a buffer and an array of numbers");
    return false;
  }
  arguments->process = *handle.As<Napi::External<remote_memory::Handle>>().Data();
  if (!arguments->process.IsOpen()) {
    napi_throw_type_error(env, nullptr, "the handle is closed");
    return false;
  }
  arguments->data = static_cast<uint8_t*>(data);
  arguments->numbers = static_cast<double*>(numbers);
  return true;
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  int64_t id = info[0].ToNumber().Int64Value();
  auto base = static_cast<uint64_t>(info[1].ToNumber().Int64Value());
  auto* handle = new remote_memory::Handle(remote_memory::Open(id, base));
  return Napi::External<remote_memory::Handle>::New(info.Env(), handle, [](Napi::Env, remote_memory::Handle* one) { delete one; });
}

void Close(const Napi::CallbackInfo& info) {
  if (info[0].IsExternal()) info[0].As<Napi::External<remote_memory::Handle>>().Data()->Close();
}

// What to copy: records in the buffer.
struct Records {
  remote_memory::Request* first;
  uint32_t count;
};

// False, with an exception pending, where the records are not in the buffer.
bool Find(napi_env env, const Arguments& arguments, double offset, double count, Records* records) {
  const double length = static_cast<double>(arguments.length);
  if (!(offset >= 0 && count >= 0 && offset + count * sizeof(remote_memory::Request) <= length) ||
      static_cast<size_t>(offset) % alignof(remote_memory::Request) != 0) {
    napi_throw_range_error(env, nullptr, "the request records must lie inside the buffer");
    return false;
  }
  records->first = reinterpret_cast<remote_memory::Request*>(arguments.data + static_cast<size_t>(offset));
  records->count = static_cast<uint32_t>(count);
  return true;
}

// Plain Node-API, and no arguments: this is done at every tick, and each value asks V8 again.
napi_value ReadBound(napi_env env, napi_callback_info info) {
  void* data;
  if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data) != napi_ok) return nullptr;
  const Arguments& arguments = static_cast<Bound*>(data)->arguments;
  Exchange* exchange = reinterpret_cast<Exchange*>(arguments.numbers);
  Records records;
  if (!Find(env, arguments, exchange->requests, exchange->count, &records)) return nullptr;
  // Each look at the clock costs as much as the comparison of several frames.
  double began =
      exchange->time < 0 && exchange->ended > 0 ? exchange->ended : timing::WaitUntil(exchange->time);
  remote_memory::Result outcome =
      remote_memory::Read(*arguments.process, arguments.data, arguments.length, records.first, records.count);
  exchange->status = static_cast<double>(outcome.status);
  exchange->error = outcome.error;
  exchange->whole = outcome.whole;
  exchange->ended = timing::Now();
  exchange->began = began;
  return nullptr;
}

void Unbind(napi_env, void* data, void*) { delete static_cast<Bound*>(data); }

Napi::Value Bind(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Arguments arguments;
  if (!Parse(env, info[0], info[1], info[2], kExchangeNumbers, &arguments)) return env.Undefined();
  auto* bound = new Bound{arguments};
  napi_value function;
  // The arrays live as long as the function does, being its properties: references would keep them until it is finalized, which
  // is in a later turn of the event loop.
  if (napi_create_function(env, "read", NAPI_AUTO_LENGTH, ReadBound, bound, &function) != napi_ok ||
      napi_set_named_property(env, function, "buffer", info[1]) != napi_ok ||
      napi_set_named_property(env, function, "exchange", info[2]) != napi_ok ||
      napi_add_finalizer(env, function, bound, Unbind, nullptr, nullptr) != napi_ok) {
    // Without memory for this, there is none for anything else either: what was made so far is left to the end.
    napi_throw_error(env, nullptr, "the reading function could not be made");
    return env.Undefined();
  }
  return {env, function};
}

using OffCpuCall = decltype(off_cpu_copy::ReadOffCpu);

Napi::Value CallOffCpu(const Napi::CallbackInfo& info, OffCpuCall* call) {
  Napi::Env env = info.Env();
  Arguments arguments;
  if (!Parse(env, info[0], info[1], info[4], 5, &arguments)) return env.Undefined();
  Records records;
  double offset = info[2].ToNumber().DoubleValue();
  double count = info[3].ToNumber().DoubleValue();
  if (!Find(env, arguments, offset, count, &records)) return env.Undefined();
  if (!info[5].IsTypedArray() || !info[6].IsTypedArray() || info[5].As<Napi::Int32Array>().ElementLength() < 5) {
    Napi::TypeError::New(env, "a stand of five numbers, and a text").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const int32_t* how = info[5].As<Napi::Int32Array>().Data();
  Napi::Uint8Array text = info[6].As<Napi::Uint8Array>();
  off_cpu_copy::Stand stand{how[0], static_cast<uint32_t>(how[1]), how[2],           how[3],
                             static_cast<uint32_t>(how[4]),         text.Data(), text.ByteLength()};
  off_cpu_copy::OffCpuResult outcome =
      call(*arguments.process, arguments.data, arguments.length, records.first, records.count, stand);
  arguments.numbers[0] = outcome.copy.error;
  arguments.numbers[1] = outcome.copy.whole;
  arguments.numbers[2] = static_cast<double>(outcome.verdict);
  arguments.numbers[3] = outcome.noted;
  arguments.numbers[4] = static_cast<double>(outcome.failed);
  return Napi::Number::New(env, static_cast<int32_t>(outcome.copy.status));
}

Napi::Value ReadOffCpu(const Napi::CallbackInfo& info) { return CallOffCpu(info, off_cpu_copy::ReadOffCpu); }

Napi::Value EndHold(const Napi::CallbackInfo& info) { return CallOffCpu(info, off_cpu_copy::EndHold); }

// Where an array's bytes lie, and how many; false where it's none, or not aligned for records.
bool Bytes(napi_env env, const Napi::Value& value, void** data, size_t* bytes) {
  size_t length;
  if (!value.IsTypedArray() || !Elements(env, value, data, &length)) return false;
  *bytes = length * value.As<Napi::TypedArray>().ElementSize();
  return reinterpret_cast<uintptr_t>(*data) % alignof(uint64_t) == 0;
}

Napi::Value ReadHeld(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Arguments arguments;
  if (!Parse(env, info[0], info[1], info[4], 3, &arguments)) return env.Undefined();
  Records records;
  if (!Find(env, arguments, info[2].ToNumber().DoubleValue(), info[3].ToNumber().DoubleValue(), &records)) return env.Undefined();
  void* threads;
  void* bounds;
  void* stacks;
  size_t thread_bytes, bound_bytes, stacks_length;
  if (!Bytes(env, info[5], &threads, &thread_bytes) || !Bytes(env, info[6], &bounds, &bound_bytes) ||
      !Bytes(env, info[7], &stacks, &stacks_length)) {
    Napi::TypeError::New(env, "threads, bounds and room for stacks").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  held_copy::Stacks how{static_cast<held_copy::HeldThread*>(threads),
                        static_cast<uint32_t>(thread_bytes / sizeof(held_copy::HeldThread)),
                        static_cast<held_copy::Bounds*>(bounds),
                        static_cast<uint32_t>(bound_bytes / sizeof(held_copy::Bounds)),
                        static_cast<uint8_t*>(stacks),
                        stacks_length};
  held_copy::HeldResult outcome =
      held_copy::Read(*arguments.process, arguments.data, arguments.length, records.first, records.count, how);
  arguments.numbers[0] = outcome.copy.error;
  arguments.numbers[1] = outcome.copy.whole;
  arguments.numbers[2] = outcome.microseconds;
  return Napi::Number::New(env, static_cast<int32_t>(outcome.copy.status));
}

// Records of held_copy.h's Witness, so many of them.
Napi::Value CompareWitnesses(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  void* witnesses;
  size_t length;
  if (!Bytes(env, info[0], &witnesses, &length)) {
    Napi::TypeError::New(env, "witnesses").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const uint32_t count = static_cast<uint32_t>(info[1].ToNumber().Int64Value());
  const size_t room = length / sizeof(held_copy::Witness);
  held_copy::CompareWitnesses(static_cast<held_copy::Witness*>(witnesses), count < room ? count : static_cast<uint32_t>(room));
  return env.Undefined();
}

napi_value ReadClock(napi_env env, napi_callback_info info) {
  void* cell;
  if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &cell) != napi_ok) return nullptr;
  *static_cast<double*>(cell) = timing::Now();
  return nullptr;
}

Napi::Value Clock(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  void* cell;
  size_t length;
  napi_value function;
  if (!Elements(env, info[0], &cell, &length) || length < 1 ||
      napi_create_function(env, "readClock", NAPI_AUTO_LENGTH, ReadClock, cell, &function) != napi_ok ||
      napi_set_named_property(env, function, "cell", info[0]) != napi_ok) {
    napi_throw_type_error(env, nullptr, "a cell for the time");
    return env.Undefined();
  }
  return {env, function};
}

void Limit(const Napi::CallbackInfo& info) {
  remote_memory::Limit(static_cast<size_t>(info[0].ToNumber().Int64Value()));
}

Napi::Value ReadsFiles(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), remote_memory::ReadsFiles());
}

Napi::Value ShortenSlices(const Napi::CallbackInfo& info) {
  auto nanoseconds = static_cast<uint64_t>(info[0].ToNumber().Int64Value());
  return Napi::Boolean::New(info.Env(), scheduling::ShortenSlices(nanoseconds));
}

// Where a buffer lies in our own memory, which may be read as any other process's.
Napi::Value AddressOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  void* data;
  size_t length;
  if (!Elements(env, info[0], &data, &length)) {
    napi_throw_type_error(env, nullptr, "a buffer");
    return env.Undefined();
  }
  return Napi::Number::New(env, static_cast<double>(reinterpret_cast<uintptr_t>(data)));
}

void SoonestTimer(uv_handle_t* handle, void* soonest) {
  if (static_cast<int>(uv_handle_get_type(handle)) != kUvTimer || !uv_is_active(handle)) return;
  auto* least = static_cast<double*>(soonest);
  const uint64_t due = uv_timer_get_due_in(reinterpret_cast<uv_timer_t*>(handle));
  // To make a number of 64 bits a double takes the compiler's library on ARM; no timer is due in more milliseconds than this.
  const auto milliseconds = static_cast<double>(static_cast<uint32_t>(due));
  if (due <= UINT32_MAX && milliseconds < *least) *least = milliseconds;
}

// When the event loop has a timer that is due, in microseconds of the monotonic clock. (uv_backend_timeout says "at once" in any callback
// of setImmediate, where whoever waits is called from.)
double NextTimer(uv_loop_t* loop) {
  double milliseconds = __builtin_huge_val();
  uv_update_time(loop);
  uv_walk(loop, SoonestTimer, &milliseconds);
  return timing::Now() + milliseconds * 1e3;
}

// Waits for a time, an event loop or the end of a process, by its descriptor: enum class Woken. The event loop is the calling environment's own,
// or, where a third argument has a descriptor, that: a runtime that is built on another one than libuv.
Napi::Value WaitUntil(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  double time = info[0].ToNumber().DoubleValue();
  int process = info[1].ToNumber().Int32Value();
  if (info.Length() > 2) {
    const int event_loop = info[2].ToNumber().Int32Value();
    return Napi::Number::New(env, static_cast<int>(event_wait::WaitUntil(time, event_loop, process)));
  }
  uv_loop_t* loop;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) {
    return Napi::Number::New(env, static_cast<int>(event_wait::Woken::kEventLoop));
  }
  double timer = NextTimer(loop);
  event_wait::Woken woken = event_wait::WaitUntil(timer < time ? timer : time, uv_backend_fd(loop), process);
  if (woken == event_wait::Woken::kTime && timer <= time) woken = event_wait::Woken::kEventLoop;
  return Napi::Number::New(env, static_cast<int>(woken));
}

Napi::Value OpenProcess(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), event_wait::OpenProcess(info[0].ToNumber().Int32Value()));
}

void CloseProcess(const Napi::CallbackInfo& info) { event_wait::CloseProcess(info[0].ToNumber().Int32Value()); }

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  off_cpu_copy::Begin();
  env.AddCleanupHook(off_cpu_copy::End);
  exports.Set("open", Napi::Function::New(env, Open, "open"));
  exports.Set("close", Napi::Function::New(env, Close, "close"));
  exports.Set("bind", Napi::Function::New(env, Bind, "bind"));
  exports.Set("clock", Napi::Function::New(env, Clock, "clock"));
  // Napi::String would take std::string along.
  napi_value call;
  if (napi_create_string_utf8(env, remote_memory::kCall, NAPI_AUTO_LENGTH, &call) == napi_ok) exports.Set("call", call);
  exports.Set("limit", Napi::Function::New(env, Limit, "limit"));
  exports.Set("readsFiles", Napi::Function::New(env, ReadsFiles, "readsFiles"));
  exports.Set("shortenSlices", Napi::Function::New(env, ShortenSlices, "shortenSlices"));
  exports.Set("addressOf", Napi::Function::New(env, AddressOf, "addressOf"));
  exports.Set("waitUntil", Napi::Function::New(env, WaitUntil, "waitUntil"));
  exports.Set("openProcess", Napi::Function::New(env, OpenProcess, "openProcess"));
  exports.Set("closeProcess", Napi::Function::New(env, CloseProcess, "closeProcess"));
  exports.Set("readOffCpu", Napi::Function::New(env, ReadOffCpu, "readOffCpu"));
  exports.Set("compareWitnesses", Napi::Function::New(env, CompareWitnesses, "compareWitnesses"));
  exports.Set("readHeld", Napi::Function::New(env, ReadHeld, "readHeld"));
  exports.Set("endHold", Napi::Function::New(env, EndHold, "endHold"));
  system_calls::Add(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(remote_memory, Init)
