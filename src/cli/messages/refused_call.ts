// What a call gave that was refused, with the name that its system has for it. In: the call and its number. Out: words.
import { describeErrno } from "./errno.js";
import { describeKernReturn, MACH_CALL } from "./task_port.js";
import { describeWindowsError, WINDOWS_CALLS } from "./windows_errors.js";

/** @param code of task_for_pid a kern_return_t, of calls of Windows what GetLastError gave, of all others an error number */
export function describeRefusal(call: string, code: number): string {
  if (call === MACH_CALL) return describeKernReturn(code);
  return WINDOWS_CALLS.has(call) ? describeWindowsError(code) : describeErrno(code);
}
