// How the resident memory of a process changes. In: a process id. Out: bytes, at one system call a question. The kernel
// counts in pages, and adds up what the threads have taken or given back now and then only (Documentation/filesystems/
// proc.rst on statm): a change may be seen later than it came.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { ResidentChange } from "../resident_change.js";
import { withSpares } from "../spare_files.js";

/** Seven numbers of up to 20 digits each: proc(5), /proc/pid/statm. */
const STATM_BYTES = 160;
const SPACE = 0x20;
const ZERO = 0x30;

/** AT_PAGESZ of elf.h. */
const AUXILIARY_PAGE_BYTES = 6;
const DEFAULT_PAGE_BYTES = 4096;
let knownPageBytes: number | undefined;

/** The resident memory of one process. Close it after use. */
export class ResidentMemory {
  #descriptor: number;
  #task: number;
  readonly #buffer = Buffer.allocUnsafe(STATM_BYTES);
  readonly #pageBytes = pageBytes();
  readonly #change: ResidentChange;

  constructor(pid: number) {
    this.#task = pid;
    this.#descriptor = open(pid);
    this.#change = new ResidentChange(this.bytes());
  }

  /** Bytes that are resident now; 0 where that can't be told: the process execs, exits or is gone. */
  bytes(): number {
    if (this.#descriptor < 0) return 0;
    try {
      const length = readSync(this.#descriptor, this.#buffer, 0, STATM_BYTES, 0);
      return parseResidentPages(this.#buffer, length) * this.#pageBytes;
    } catch {
      return 0;
    }
  }

  /** Bytes that became resident since the last question; negative where memory was given back. */
  change(): number {
    return this.#change.to(this.bytes());
  }

  /** From now on it is asked for under this id: the process's own, or that of a thread of it. */
  readAs(task: number): void {
    if (task === this.#task) return;
    this.close();
    this.#task = task;
    this.#descriptor = open(task);
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
  }
}

/** The second number of the first `length` bytes of a `statm`; 0 where there is none. */
export function parseResidentPages(text: Uint8Array, length: number): number {
  let at = 0;
  while (at < length && text[at] !== SPACE) at++;
  let pages = 0;
  for (at++; at < length && text[at] !== SPACE; at++) pages = pages * 10 + (text[at] as number) - ZERO;
  return pages;
}

function open(task: number): number {
  try {
    return withSpares(() => openSync(`/proc/${task}/statm`, "r"));
  } catch {
    // Gone or hidden, which the next copy of its memory will tell.
    return -1;
  }
}

/** Bytes in a page, from what the kernel told this very process at its start. */
function pageBytes(): number {
  knownPageBytes ??= pageBytesIn(readFileSync("/proc/self/auxv")) ?? DEFAULT_PAGE_BYTES;
  return knownPageBytes;
}

/**
 * What an auxiliary vector says of pages: 4 KiB on most processors, 16 or 64 on some of ARM and PowerPC. It is pairs of words, as wide as
 * the process that asks has them.
 */
export function pageBytesIn(vector: Buffer): number | undefined {
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === BigInt(AUXILIARY_PAGE_BYTES)) return Number(vector.readBigUInt64LE(at + 8));
  }
  // In one of 32 bits, the value stands where the upper half of a type would be, and there is none of 0.
  for (let at = 0; at + 8 <= vector.length; at += 8) {
    if (vector.readUInt32LE(at) === AUXILIARY_PAGE_BYTES) return vector.readUInt32LE(at + 4);
  }
  return undefined;
}
