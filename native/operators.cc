// new and delete over malloc, for the prebuilt add-ons: all of the C++ library that napi.h asks for. Without memory nothing goes on,
// as with the library's own where exceptions are off.
#include <cstddef>
#include <cstdlib>

void* operator new(size_t size) {
  void* memory = malloc(size == 0 ? 1 : size);
  if (memory == nullptr) abort();
  return memory;
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }
