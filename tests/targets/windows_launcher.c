// Does what py.exe and a virtual environment's python.exe do with Windows: starts the command behind its own name, waits, and ends as that does.
#include <windows.h>

// The name that a linker without a C library looks for.
int wWinMainCRTStartup(void) {
  wchar_t* rest = GetCommandLineW();
  const wchar_t end = *rest == L'"' ? L'"' : L' ';
  for (rest++; *rest != 0 && *rest != end; rest++) {
  }
  if (*rest == L'"') rest++;
  while (*rest == L' ') rest++;
  STARTUPINFOW startup;
  for (unsigned i = 0; i < sizeof(startup); i++) ((volatile char*)&startup)[i] = 0;
  startup.cb = sizeof(startup);
  PROCESS_INFORMATION started;
  if (!CreateProcessW(0, rest, 0, 0, TRUE, 0, 0, 0, &startup, &started)) ExitProcess(GetLastError());
  WaitForSingleObject(started.hProcess, INFINITE);
  DWORD status = 1;
  GetExitCodeProcess(started.hProcess, &status);
  ExitProcess(status);
}
