// What a C runtime does, for the add-on of Windows: it has none, so that it asks for nothing but kernel32, whichever runtime the program that
// loads it has. And Node-API: its functions are those of that program, whatever it is called, or of libnode.dll.
#include <windows.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {

// Linkers ask for it where floating point is used.
int _fltused = 0;

void* memcpy(void* to, const void* from, size_t length) {
  auto* out = static_cast<volatile uint8_t*>(to);
  auto* in = static_cast<const uint8_t*>(from);
  for (size_t i = 0; i < length; i++) out[i] = in[i];
  return to;
}

void* memset(void* to, int value, size_t length) {
  auto* out = static_cast<volatile uint8_t*>(to);
  for (size_t i = 0; i < length; i++) out[i] = static_cast<uint8_t>(value);
  return to;
}

int memcmp(const void* one, const void* other, size_t length) {
  auto* a = static_cast<const volatile uint8_t*>(one);
  auto* b = static_cast<const uint8_t*>(other);
  for (size_t i = 0; i < length; i++) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

size_t strlen(const char* text) {
  size_t length = 0;
  while (static_cast<const volatile char*>(text)[length] != 0) length++;
  return length;
}

void* malloc(size_t size) { return HeapAlloc(GetProcessHeap(), 0, size); }

void free(void* memory) {
  if (memory != nullptr) HeapFree(GetProcessHeap(), 0, memory);
}

void abort() {
  TerminateProcess(GetCurrentProcess(), 3);
  __builtin_unreachable();
}

}  // extern "C"

// Each is a jump to where the program has it.
#if defined(__x86_64__)
#define JUMP(name) "\tjmpq *place_of_" #name "(%rip)\n"
#else
#define JUMP(name) \
  "\tadrp x16, place_of_" #name "\n\tldr x16, [x16, :lo12:place_of_" #name "]\n\tbr x16\n"
#endif
#define NODE_FUNCTION(name)                              \
  extern "C" {                                           \
  __attribute__((used)) void* place_of_##name;            \
  }                                                      \
  asm(".text\n\t.globl " #name "\n\t.p2align 4\n" #name ":\n" JUMP(name));
#include "node_functions_windows.h"
#undef NODE_FUNCTION

namespace {

struct NodeFunction {
  const char* name;
  void** place;
};

#define NODE_FUNCTION(name) {#name, &place_of_##name},
const NodeFunction node_functions[] = {
#include "node_functions_windows.h"
};
#undef NODE_FUNCTION

bool FindNodeFunctions(HMODULE program) {
  if (program == nullptr) return false;
  for (const NodeFunction& function : node_functions) {
    *function.place = reinterpret_cast<void*>(GetProcAddress(program, function.name));
    if (*function.place == nullptr) return false;
  }
  return true;
}

}  // namespace

// Without a function of Node's, loading the add-on fails (ERROR_DLL_INIT_FAILED), and no call of it does later on.
extern "C" BOOL WINAPI DllMainCRTStartup(HINSTANCE, DWORD reason, void*) {
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  return FindNodeFunctions(GetModuleHandleW(nullptr)) || FindNodeFunctions(GetModuleHandleW(L"libnode.dll"));
}
