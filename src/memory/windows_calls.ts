// What the add-on of Windows exports beside what all have: calls that have no files in their place. Statuses and errors are Windows' own.
import { addOn } from "./add_on.js";

/** native/system_calls_windows.cc, which says it in full. */
export interface WindowsCalls {
  /** @returns an NTSTATUS */
  querySystem(kind: number, buffer: Uint8Array, length: Float64Array): number;
  /** @returns an NTSTATUS */
  queryProcess(handle: number, kind: number, buffer: Uint8Array, length: Float64Array): number;
  /** @returns a handle, or the negative error number */
  openHandle(pid: number, access: number): number;
  closeHandle(handle: number): void;
  isSignalled(handle: number): boolean;
  /** @returns a handle, or the negative error number */
  createJob(): number;
  /** @returns an error number */
  assignToJob(job: number, handle: number): number;
  /** @returns an error number */
  limitJob(job: number, flags: number): number;
  /** @returns an error number */
  terminateJob(job: number, exitCode: number): number;
}

/** @throws AddOnMissing */
export function windowsCalls(): WindowsCalls {
  return addOn() as unknown as WindowsCalls;
}
