// What the add-on asks of macOS (native/system_calls_darwin.cc, which says it in full): raw bytes, which structs.ts reads. In: process ids.
// Out: bytes, or a ProcessGone, ProcessDenied or ProcessUnseen.
import { constants } from "node:os";
import { addOn } from "../../memory/add_on.js";
import { ProcessDenied, ProcessGone, ProcessUnseen } from "../errors.js";

/** Each gives the bytes written; negative: the system's error number, or of the last two a kern_return_t. */
export interface DarwinCalls {
  listProcesses(buffer: Uint8Array): number;
  processInfo(pid: number, flavor: number, argument: number, buffer: Uint8Array): number;
  processPath(pid: number, buffer: Uint8Array): number;
  /** The id of the session. */
  sessionOf(pid: number): number;
  taskInfo(pid: number, flavor: number, buffer: Uint8Array): number;
  region(pid: number, address: number, buffer: Uint8Array): number;
}

/** @throws AddOnMissing */
export function darwinCalls(): DarwinCalls {
  return addOn() as unknown as DarwinCalls;
}

const { EPERM, EACCES, ENOMEM, ENOENT, ESRCH } = constants.errno;
/** What opens the way to a process's memory; its refusal is all that tells of a right that is lacking. */
export const TASK_CALL = "task_for_pid";

/** The error of a call that gave `result`, a negative error number. @param what the call's flavor */
export function explained(pid: number, call: string, what: string, result: number): Error {
  const errno = -result;
  if (errno === ESRCH || errno === ENOENT) return new ProcessGone(pid);
  if (errno === EPERM || errno === EACCES) return new ProcessDenied(pid, call, errno, what);
  if (errno === ENOMEM) return new ProcessUnseen(pid, call, errno, what);
  return new Error(`${call} of ${what} on process ${pid} failed with errno ${errno}`);
}
