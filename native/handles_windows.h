// Windows' handles as numbers that JavaScript has: only 32 bits of one mean anything, on any Windows.
#pragma once

#include <windows.h>

#include <cstdint>

namespace handles {

inline HANDLE Of(int number) { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(number)); }

inline int NumberOf(HANDLE handle) { return static_cast<int>(reinterpret_cast<intptr_t>(handle)); }

}  // namespace handles
