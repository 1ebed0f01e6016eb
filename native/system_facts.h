// What a system that has no files about its processes tells of them, by calls of its own: raw bytes, which TypeScript parses. Each platform has
// calls of its own, and src/host/ a folder that knows them.
#pragma once

#include <napi.h>

namespace system_facts {

// Adds them to what the add-on exports.
void AddTo(Napi::Env env, Napi::Object exports);

}  // namespace system_facts
