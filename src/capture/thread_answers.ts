// Which threads ran at a sample, as a capture has it. How that is written: the count of threads that were asked for; unless
// it is 0, a byte that is 1 where they are those of the sample before, else 0 and their native ids; a bit for each, the first
// in the lowest bit of the first byte.
import { LogError } from "./error.js";
import type { LogCursor } from "./log_cursor.js";

/** Threads of one sample (assembly/abi/limits.ts). */
export const MAX_THREADS = 4096;

export class ThreadAnswers {
  #ids: number[] = [];
  #bits: Uint8Array = new Uint8Array(0);
  /** The answer that is due: a decoder that sees the same threads asks in the same order. */
  #next = 0;

  /** Whether a thread ran; nobody asked of a thread that only another decoder sees, and it counts as running. */
  isRunning(nativeId: number): boolean {
    const index = this.#ids[this.#next] === nativeId ? this.#next : this.#ids.indexOf(nativeId);
    if (index < 0) return true;
    this.#next = index + 1;
    return ((this.#bits[index >> 3] as number) & (1 << (index & 7))) !== 0;
  }

  read(cursor: LogCursor): void {
    this.#next = 0;
    const count = cursor.natural(MAX_THREADS, "a count of threads");
    if (count === 0) return;
    const isSame = cursor.byte() === 1;
    if (isSame && count !== this.#ids.length) throw new LogError("other threads are called the same");
    if (!isSame) this.#ids = Array.from({ length: count }, () => cursor.natural(2 ** 32 - 1, "a thread's id"));
    const start = cursor.skip((count + 7) >> 3);
    this.#bits = cursor.bytes.slice(start, cursor.at);
  }
}
