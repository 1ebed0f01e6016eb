// Where the decoder's bytes come from. In: range requests that lie in Wasm memory. Out: the bytes, written
// into the same memory. It knows nothing of Python, and a range that can't be read is data, not an error.
import { AustinError } from "../model/error.js";

/** Size in bytes of one range request (see assembly/abi/records.ts), and its words of 32 bits. */
export const REQUEST_BYTES = 24;
export const REQUEST_WORDS = 6;
export const LENGTH_WORD = 2;
export const DESTINATION_WORD = 3;
export const COPIED_WORD = 4;
/** The upper half of this word is the request's kind; its lower half concerns off-CPU copies. */
export const KIND_WORD = 5;

/** What a request asks for: so far, memory is all that any source has (assembly/abi/records.ts). */
export const MEMORY_REQUEST = 0;

/** What came of an off-CPU copy: `MemorySource.fillOffCpu`. */
export type OffCpuAnswer = boolean | "held" | "all" | readonly number[];

export interface MemorySource {
  /**
   * Whether the last `fill` took so long that its ranges may be of different moments: whoever copied was kept waiting in
   * the midst of it. Absent: it can't have been.
   */
  readonly interrupted?: boolean;
  /**
   * Fill range requests.
   *
   * @param memory a view on the whole Wasm memory; requests and destinations are byte offsets in it
   * @param requests byte offset of the first request record
   * @param count number of request records
   * @returns how many of the ranges came whole; each record's `copied` field has its own figure in bytes
   * @throws TargetLost when the process is gone, AccessDenied when reading it is not permitted
   */
  fill(memory: Uint8Array, requests: number, count: number): number;
  /**
   * Fill range requests as `fill` does while one thread of the target does not run, if that can be had. They are filled
   * in any case.
   *
   * @param nativeId the thread's id as the target sees it, 0 where it is not known
   * @param mayHold the thread may be kept from running, for more to be filled meanwhile
   * @returns whether that thread provably did not run during the copy, and nothing in the ranges changed; "held": `endHold` will
   *   have the answer; "all": no other thread of the process ran either; or the ids of the threads that did not, as the target sees them, whether that one is among them or not
   * @throws as `fill`
   */
  fillOffCpu?(memory: Uint8Array, requests: number, count: number, nativeId: number, mayHold: boolean): OffCpuAnswer;
  /**
   * End what `fillOffCpu` has begun with "held".
   *
   * @param count of all requests that were filled since, its own included: they stand one behind the other
   * @returns whether the thread provably did not run all the while, and nothing in the ranges changed
   * @throws as `fill`
   */
  endHold?(memory: Uint8Array, requests: number, count: number): boolean;
}

/** The process whose memory was read has ended, or has replaced its address space. */
export class TargetLost extends AustinError {
  override readonly name = "TargetLost";
  readonly kind = "target-lost";
  constructor(readonly pid: number) {
    super(`process ${pid} is gone`);
  }
}

/** The system refuses to let us read the process's memory. */
export class AccessDenied extends AustinError {
  override readonly name = "AccessDenied";
  readonly kind = "access-denied";
  constructor(
    readonly pid: number,
    readonly call: string,
    readonly errno: number,
  ) {
    super(`${call} on process ${pid} failed with errno ${errno}`);
  }
}

/** The decoder asks for something that this source doesn't have: it is of another version than the source. */
export class UnknownRequest extends AustinError {
  override readonly name = "UnknownRequest";
  readonly kind = "unknown-request";
  constructor(readonly requestKind: number) {
    super(
      `a request is of kind ${requestKind}, and only memory (kind ${MEMORY_REQUEST}) is to be had here: use a decoder of this package's version`,
    );
  }
}

/** @throws UnknownRequest where one of the requests at a byte offset is for anything but memory */
export function requireMemory(words: Uint32Array, requests: number, count: number): void {
  for (let i = 0, at = (requests >>> 2) + KIND_WORD; i < count; i++, at += REQUEST_WORDS) {
    const kind = (words[at] as number) >>> 16;
    if (kind !== MEMORY_REQUEST) throw new UnknownRequest(kind);
  }
}
