// JavaScript arguments to C++ and back, nothing else.
//   read(pid: number, buffer: Uint8Array, requests: number, count: number, result: Int32Array): number
// `requests` is the byte offset in `buffer` of `count` request records. Returns the status; result[0] is the
// system's error number, result[1] how many requests came whole.
#include <napi.h>

#include "remote_memory.h"

namespace {

Napi::Value Read(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() != 5 || !info[0].IsNumber() || !info[1].IsTypedArray() || !info[2].IsNumber() ||
      !info[3].IsNumber() || !info[4].IsTypedArray()) {
    Napi::TypeError::New(env, "read(pid, buffer, requests, count, result)").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  Napi::Uint8Array buffer = info[1].As<Napi::Uint8Array>();
  Napi::Int32Array result = info[4].As<Napi::Int32Array>();
  uint32_t requests = info[2].As<Napi::Number>().Uint32Value();
  uint32_t count = info[3].As<Napi::Number>().Uint32Value();
  size_t length = buffer.ByteLength();
  if (requests % 8 != 0 || requests > length || count > (length - requests) / sizeof(remote_memory::Request) ||
      result.ElementLength() < 2) {
    Napi::RangeError::New(env, "the request records must lie inside the buffer").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  uint8_t* data = buffer.Data();
  remote_memory::Result outcome =
      remote_memory::Read(info[0].As<Napi::Number>().Int64Value(), data, length,
                          reinterpret_cast<remote_memory::Request*>(data + requests), count);
  result[0] = outcome.error;
  result[1] = static_cast<int32_t>(outcome.whole);
  return Napi::Number::New(env, static_cast<int32_t>(outcome.status));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("read", Napi::Function::New(env, Read, "read"));
  return exports;
}

}  // namespace

NODE_API_MODULE(remote_memory, Init)
