// Calls that JavaScript has no other way to make, where a system tells of processes by calls and not by files. In: arguments. Out: the bytes
// that the system gave, as they are. One implementation a platform says which; Linux has none of these.
#pragma once

#include <napi.h>

namespace system_calls {

// Adds them to what the add-on exports.
#ifdef __linux__
inline void Add(Napi::Env, Napi::Object) {}
#else
void Add(Napi::Env env, Napi::Object exports);
#endif

}  // namespace system_calls
