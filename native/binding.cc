// JavaScript arguments to C++ and back, nothing else.
//   read(pid: number, buffer: Uint8Array, requests: number, count: number, result: Int32Array): number
//   readStill(pid: number, buffer: Uint8Array, requests: number, count: number, result: Int32Array,
//             stand: Int32Array, text: Uint8Array): number
// `requests` is the byte offset in `buffer` of `count` request records. Returns the status; result[0] is the
// system's error number, result[1] how many requests came whole; from read, result[2] is how many microseconds it took;
// from readStill, result[2] is the stillness and result[3] the bytes of the note, which lie in `text`. `stand` is
// processor, patience in microseconds, witness, note.
#include <napi.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "remote_memory.h"

namespace {

// What both functions are given, and where their answer goes.
struct Arguments {
  int64_t process;
  uint8_t* data;
  size_t length;
  remote_memory::Request* requests;
  uint32_t count;
  int32_t* result;
};

// Plain Node-API: this is done at every tick, and each of the wrapper's conveniences asks V8 again.
bool Elements(napi_env env, napi_value array, void** data, size_t* length) {
  napi_typedarray_type type;
  return napi_get_typedarray_info(env, array, &type, length, data, nullptr, nullptr) == napi_ok;
}

// False, with an exception pending, where the arguments are not as they should be.
bool Parse(const Napi::CallbackInfo& info, size_t results, Arguments* arguments) {
  napi_env env = info.Env();
  uint32_t requests;
  void* data;
  void* result;
  size_t length;
  size_t result_length;
  if (napi_get_value_int64(env, info[0], &arguments->process) != napi_ok ||
      !Elements(env, info[1], &data, &length) || napi_get_value_uint32(env, info[2], &requests) != napi_ok ||
      napi_get_value_uint32(env, info[3], &arguments->count) != napi_ok ||
      !Elements(env, info[4], &result, &result_length)) {
    Napi::TypeError::New(env, "a pid, a buffer, an offset, a count and a result array").ThrowAsJavaScriptException();
    return false;
  }
  if (requests % 8 != 0 || requests > length ||
      arguments->count > (length - requests) / sizeof(remote_memory::Request) || result_length < results) {
    Napi::RangeError::New(env, "the request records must lie inside the buffer").ThrowAsJavaScriptException();
    return false;
  }
  arguments->data = static_cast<uint8_t*>(data);
  arguments->length = length;
  arguments->requests = reinterpret_cast<remote_memory::Request*>(arguments->data + requests);
  arguments->result = static_cast<int32_t*>(result);
  return true;
}

Napi::Value Answer(Napi::Env env, const Arguments& arguments, const remote_memory::Result& outcome) {
  arguments.result[0] = outcome.error;
  arguments.result[1] = static_cast<int32_t>(outcome.whole);
  return Napi::Number::New(env, static_cast<int32_t>(outcome.status));
}

Napi::Value Read(const Napi::CallbackInfo& info) {
  Arguments arguments;
  if (!Parse(info, 3, &arguments)) return info.Env().Undefined();
  auto& [process, data, length, requests, count, result] = arguments;
  auto before = std::chrono::steady_clock::now();
  remote_memory::Result outcome = remote_memory::Read(process, data, length, requests, count);
  auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - before);
  result[2] = static_cast<int32_t>(std::min<int64_t>(took.count(), INT32_MAX));
  return Answer(info.Env(), arguments, outcome);
}

Napi::Value ReadStill(const Napi::CallbackInfo& info) {
  Arguments arguments;
  if (!Parse(info, 4, &arguments)) return info.Env().Undefined();
  if (!info[5].IsTypedArray() || !info[6].IsTypedArray() || info[5].As<Napi::Int32Array>().ElementLength() < 4) {
    Napi::TypeError::New(info.Env(), "a stand of four numbers, and a text").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  const int32_t* how = info[5].As<Napi::Int32Array>().Data();
  Napi::Uint8Array text = info[6].As<Napi::Uint8Array>();
  remote_memory::Stand stand{how[0], static_cast<uint32_t>(how[1]), how[2], how[3], text.Data(), text.ByteLength()};
  auto& [process, data, length, requests, count, result] = arguments;
  remote_memory::StillResult outcome = remote_memory::ReadStill(process, data, length, requests, count, stand);
  result[2] = static_cast<int32_t>(outcome.stillness);
  result[3] = static_cast<int32_t>(outcome.noted);
  return Answer(info.Env(), arguments, outcome.copy);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  remote_memory::Open();
  env.AddCleanupHook(remote_memory::Close);
  exports.Set("read", Napi::Function::New(env, Read, "read"));
  exports.Set("readStill", Napi::Function::New(env, ReadStill, "readStill"));
  return exports;
}

}  // namespace

NODE_API_MODULE(remote_memory, Init)
