// Windows' error numbers as words (winerror.h). In: what GetLastError gave. Out: a name and what it means.

/** Calls that fail with such a number. */
export const WINDOWS_CALLS: ReadonlySet<string> = new Set(["OpenProcess", "ReadProcessMemory"]);

const ERRORS: Readonly<Record<number, string>> = {
  5: "ERROR_ACCESS_DENIED (access is denied)",
  6: "ERROR_INVALID_HANDLE (the handle is invalid)",
  8: "ERROR_NOT_ENOUGH_MEMORY (not enough memory)",
  87: "ERROR_INVALID_PARAMETER (there is no such process)",
  299: "ERROR_PARTIAL_COPY (only a part could be read)",
  998: "ERROR_NOACCESS (invalid access to memory)",
  1455: "ERROR_COMMITMENT_LIMIT (the paging file is too small)",
};

export function describeWindowsError(error: number): string {
  return ERRORS[error] ?? `error ${error} of Windows`;
}
