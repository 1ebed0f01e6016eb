// Threads whose stacks are copied, some of them while they are held: the records of native/held_copy.h, and room for the stacks. In: thread ids, and the stack pointers
// of those that wait. Out: what became of each, its registers, its stack. It copies nothing itself.

/** What became of a thread; native/held_copy.h, enum class HeldStatus. */
export const HELD_STATUSES = [
  "not held",
  "held",
  "late",
  "gone",
  "not permitted",
  "other words",
  "unsupported",
  "failed",
] as const;
export type HeldStatus = (typeof HELD_STATUSES)[number];

/** struct HeldThread */
const RECORD_BYTES = 328;
const FIELD = {
  id: 0,
  status: 4,
  error: 8,
  hold: 12,
  pointer: 16,
  start: 24,
  end: 32,
  destination: 40,
  room: 44,
  copied: 48,
  registers: 52,
};
const FIRST_REGISTER = 56;
/** The kernel has registers as words of 8 bytes. */
const WORD_BYTES = 8;
/** Of stacks all in all: more threads get less each. */
const MOST_BYTES = 128 << 20;
const LEAST_ROOM = 1 << 16;

/** What is known of a thread once it was copied. */
export interface ThreadCopy {
  readonly tid: number;
  readonly status: HeldStatus;
  /** The system's error number, where it could not be held. */
  readonly errno: number;
  readonly stackPointer: bigint;
  /** The address of the first byte of `stack`, and where the stack ends at the latest, for all that is known. */
  readonly stackStart: bigint;
  readonly stackEnd: bigint;
  /** A view on room that the next copy uses again. */
  readonly stack: Uint8Array;
  /** Its registers, in the kernel's order; none of one that was not held. */
  readonly registers: BigUint64Array;
}

export class HeldThreads {
  records = new Uint8Array();
  stacks = new Uint8Array();
  #view = new DataView(this.records.buffer);
  #count = 0;
  /** Bytes for each stack: more, once a stack was longer. */
  #room = 1 << 18;

  /** Begin with other threads. @param threads ids as we see them, with the stack pointer of each that isn't to be held */
  set(threads: readonly { readonly tid: number; readonly stackPointer: bigint | undefined }[]): void {
    const room = Math.max(LEAST_ROOM, Math.min(this.#room, Math.floor(MOST_BYTES / Math.max(1, threads.length)) & ~7));
    if (this.records.length !== threads.length * RECORD_BYTES) {
      this.records = new Uint8Array(threads.length * RECORD_BYTES);
      this.#view = new DataView(this.records.buffer);
    }
    if (this.stacks.length < threads.length * room) this.stacks = new Uint8Array(threads.length * room);
    this.#count = threads.length;
    threads.forEach(({ tid, stackPointer }, i) => {
      const at = i * RECORD_BYTES;
      this.records.fill(0, at, at + RECORD_BYTES);
      this.#view.setInt32(at + FIELD.id, tid, true);
      this.#view.setUint32(at + FIELD.hold, stackPointer === undefined ? 1 : 0, true);
      this.#view.setBigUint64(at + FIELD.pointer, stackPointer ?? 0n, true);
      this.#view.setUint32(at + FIELD.destination, i * room, true);
      this.#view.setUint32(at + FIELD.room, room, true);
    });
  }

  get count(): number {
    return this.#count;
  }

  /** What became of thread number `index`. */
  copy(index: number): ThreadCopy {
    const at = index * RECORD_BYTES;
    const view = this.#view;
    const destination = view.getUint32(at + FIELD.destination, true);
    const registers = view.getUint32(at + FIELD.registers, true);
    return {
      tid: view.getInt32(at + FIELD.id, true),
      status: HELD_STATUSES[view.getInt32(at + FIELD.status, true)] ?? "failed",
      errno: view.getInt32(at + FIELD.error, true),
      stackPointer: view.getBigUint64(at + FIELD.pointer, true),
      stackStart: view.getBigUint64(at + FIELD.start, true),
      stackEnd: view.getBigUint64(at + FIELD.end, true),
      stack: this.stacks.subarray(destination, destination + view.getUint32(at + FIELD.copied, true)),
      registers: new BigUint64Array(
        this.records.slice(at + FIRST_REGISTER, at + FIRST_REGISTER + registers * WORD_BYTES).buffer,
      ),
    };
  }

  /** A stack was longer than its room: the next copy is to have so many bytes of each. @returns whether there is more to be had */
  enlarge(bytes: number): boolean {
    const before = this.#room;
    const most = Math.floor(MOST_BYTES / Math.max(1, this.#count)) & ~7;
    this.#room = Math.max(before, Math.min(most, (bytes + 7) & ~7));
    return this.#room > before;
  }
}
