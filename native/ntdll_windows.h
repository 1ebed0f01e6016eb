// Two calls of Windows that no import library of the SDK has: ntdll, which every process has, gives them by name.
#pragma once

#include <windows.h>

namespace ntdll {

constexpr int kProcesses = 5;                                   // SystemProcessInformation
constexpr LONG kTooShort = static_cast<LONG>(0xc0000004);       // STATUS_INFO_LENGTH_MISMATCH
constexpr LONG kNotImplemented = static_cast<LONG>(0xc0000002); // STATUS_NOT_IMPLEMENTED

inline void* Find(const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name));
}

inline LONG QuerySystem(int kind, void* data, ULONG room, ULONG* length) {
  static const auto call =
      reinterpret_cast<LONG(WINAPI*)(int, void*, ULONG, ULONG*)>(Find("NtQuerySystemInformation"));
  return call == nullptr ? kNotImplemented : call(kind, data, room, length);
}

inline LONG QueryProcess(HANDLE process, int kind, void* data, ULONG room, ULONG* length) {
  static const auto call =
      reinterpret_cast<LONG(WINAPI*)(HANDLE, int, void*, ULONG, ULONG*)>(Find("NtQueryInformationProcess"));
  return call == nullptr ? kNotImplemented : call(process, kind, data, room, length);
}

}  // namespace ntdll
