// Handles of processes. In: an id. Out: a handle, or why there is none, in the host's words.
import { windowsCalls } from "../../memory/windows_calls.js";
import { ProcessDenied, ProcessGone, ProcessUnseen } from "../errors.js";

export const PROCESS_TERMINATE = 0x1;
export const PROCESS_SET_QUOTA = 0x100;
export const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
export const SYNCHRONIZE = 0x100000;

const ERROR_ACCESS_DENIED = 5;
const ERROR_INVALID_PARAMETER = 87;

/** Close it after use. @throws ProcessGone, ProcessDenied, ProcessUnseen */
export function openHandle(pid: number, access: number): number {
  const handle = windowsCalls().openHandle(pid, access);
  if (handle > 0) return handle;
  if (handle === -ERROR_INVALID_PARAMETER) throw new ProcessGone(pid);
  const path = `process ${pid}`;
  if (handle === -ERROR_ACCESS_DENIED) throw new ProcessDenied(pid, "OpenProcess", -handle, path);
  throw new ProcessUnseen(pid, "OpenProcess", -handle, path);
}

/** @throws ProcessGone, ProcessDenied, ProcessUnseen, and what `use` throws */
export function withHandle<T>(pid: number, access: number, use: (handle: number) => T): T {
  const handle = openHandle(pid, access);
  try {
    return use(handle);
  } finally {
    windowsCalls().closeHandle(handle);
  }
}

const length = new Float64Array(1);

/** An information of the process, or undefined where the system doesn't give it in so many bytes. */
export function queryProcess(handle: number, kind: number, bytes: number): Uint8Array | undefined {
  const buffer = new Uint8Array(bytes);
  if (windowsCalls().queryProcess(handle, kind, buffer, length) !== 0) return undefined;
  return buffer.subarray(0, Math.min(length[0] as number, bytes));
}
