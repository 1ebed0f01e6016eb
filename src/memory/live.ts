// The add-on as a memory source: ranges of a running process, straight into Wasm memory.
import { addOn, type Handle, type ReadOffCpu } from "./add_on.js";
import type { HeldThreads } from "./held_threads.js";
import {
  AccessDenied,
  COPIED_WORD,
  LENGTH_WORD,
  type MemorySource,
  REQUEST_BYTES,
  REQUEST_WORDS,
  TargetLost,
  UnknownRequest,
} from "./source.js";

/** What a bound function is to do, and what came of it: numbers in an array, which cost less than arguments. */
const EXCHANGE = { requests: 0, count: 1, time: 2, status: 3, errno: 4, whole: 5, ended: 6, began: 7 } as const;

// native/remote_memory.h, enum class Status
const STATUS_OK = 0;
const STATUS_NO_PROCESS = 1;
const STATUS_NOT_PERMITTED = 2;
const STATUS_UNKNOWN_KIND = 4;

/** What came of an off-CPU copy; native/off_cpu_copy.h, enum class OffCpuVerdict. */
export const OFF_CPU_VERDICTS = ["still", "moved", "late", "unpinnable", "unwitnessed", "held", "lapsed"] as const;
export type OffCpuVerdict = (typeof OFF_CPU_VERDICTS)[number];

/** What kept an off-CPU copy from being made, or from being one; native/off_cpu_copy.h, enum class FailedCall. */
const FAILED_CALLS = [
  undefined,
  "pthread_create",
  "pthread_setaffinity_np",
  "pread of the witness",
  "pread of the note",
];

/** How an off-CPU copy is made; native/off_cpu_copy.h, struct Stand. */
export interface Stand {
  /** The processor on which the copy is made, -1 for wherever we are. */
  readonly processor: number;
  /** How long to wait for that processor. */
  readonly patienceMicroseconds: number;
  /** A descriptor whose text is another one as soon as the thread has run. */
  readonly witness: number;
  /** A descriptor whose text is read while the witness says that nothing ran, or -1. */
  readonly note: number;
  /** For how long at most the thread is kept from running, for more to be copied meanwhile; 0: not beyond the copy. */
  readonly holdMicroseconds: number;
}

/** Room for a note. */
const NOTE_BYTES = 1024;

/** From now on no single read of this process asks for more than so many bytes; 0: no such limit. */
export function limitReads(bytes: number): void {
  addOn().limit(bytes);
}

/** Whether the call that copies memory turned out to be missing, or not to reach it all; see native/memory_file.h. */
export function readsFiles(): boolean {
  return addOn().readsFiles();
}

/** The system's call that copies memory. */
export function copyingCall(): string {
  return addOn().call;
}

/** The call that memory is read with: the one that copies it, or, where that turned out to be missing, what is done in its place. */
function readingCall(): string {
  return addOn().readingCall ?? (readsFiles() ? "open of mem in procfs" : copyingCall());
}

/** Where a buffer lies in our own memory, which may be read as any other process's. */
export function addressOf(buffer: Uint8Array): bigint {
  return BigInt(addOn().addressOf(buffer));
}

/**
 * A copy takes some 2 us, and 0.5 us more a range, 2 where nobody has touched that of late; one that takes these times was
 * interrupted for another process, and the target ran on meanwhile.
 */
const INTERRUPTED_MICROSECONDS = 100;
const INTERRUPTED_MICROSECONDS_A_RANGE = 2;
/** The same for bytes, where they are many: some 4 GB a second. */
const INTERRUPTED_MICROSECONDS_A_BYTE = 0.25 / 1024;

/** For `due`, where the last `fill` has only just ended: its end is taken for the beginning, without a look at the clock. */
export const AT_ONCE = -1;

/** Memory of the process `pid`. Close it after use. */
export class LiveMemory implements MemorySource {
  interrupted = false;
  /** When the next `fill` is to begin, in microseconds of the monotonic clock, or AT_ONCE: once. */
  due = 0;
  /** When the last `fill` began. */
  began = 0;
  /** The text that `readOffCpu` read from its note; the bytes behind `noteLength` mean nothing. */
  readonly note = new Uint8Array(NOTE_BYTES);
  noteLength = 0;
  /** Which call failed where an off-CPU copy was "unpinnable" or "unwitnessed", and its error number: 0 for a text of no bytes. */
  failedCall: string | undefined;
  failedErrno = 0;
  readonly #native = addOn();
  readonly #base: number;
  #task: number;
  /** Undefined where it is closed, or to be opened under another id. */
  #handle: Handle | undefined;
  readonly #exchange = new Float64Array(Object.keys(EXCHANGE).length);
  readonly #result = new Float64Array(5);
  readonly #stand = new Int32Array(5);
  /** Reads into the buffer that was filled last. */
  #read: (() => void) | undefined;
  #bound: Uint8Array | undefined;

  /**
   * @param guestBase what to add to an address of the program to get the process's: 0 but where an emulator runs the
   *   program in a part of its own address space
   */
  constructor(
    readonly pid: number,
    readonly guestBase = 0n,
  ) {
    this.#base = Number(guestBase);
    this.#task = pid;
  }

  /** The id under which the process is read. */
  get task(): number {
    return this.#task;
  }

  /**
   * From now on read under this id: the process's own, or that of a thread of it, where the first one has ended and left no memory.
   * @returns whether it is another one than before
   */
  readAs(task: number): boolean {
    if (task === this.#task) return false;
    this.close();
    this.#task = task;
    return true;
  }

  /** Keep nothing open; the next `fill` opens it again. What is forgotten is closed when it is collected. */
  close(): void {
    if (this.#handle !== undefined) this.#native.close(this.#handle);
    this.#handle = undefined;
    this.#read = undefined;
  }

  #opened(): Handle {
    this.#handle ??= this.#native.open(this.#task, this.#base);
    return this.#handle;
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    const read = this.#bound === memory && this.#read ? this.#read : this.#bind(memory);
    const exchange = this.#exchange;
    exchange[EXCHANGE.requests] = requests;
    exchange[EXCHANGE.count] = count;
    exchange[EXCHANGE.time] = this.due;
    read();
    this.due = 0;
    const began = exchange[EXCHANGE.began] as number;
    this.began = began;
    if (exchange[EXCHANGE.status] !== STATUS_OK) {
      this.#check(exchange[EXCHANGE.status] as number, exchange[EXCHANGE.errno] as number);
      this.interrupted = false;
      return nothingCame(memory, requests, count);
    }
    const time = (exchange[EXCHANGE.ended] as number) - began - count * INTERRUPTED_MICROSECONDS_A_RANGE;
    this.interrupted =
      time > INTERRUPTED_MICROSECONDS &&
      time > INTERRUPTED_MICROSECONDS + bytesOf(memory, requests, count) * INTERRUPTED_MICROSECONDS_A_BYTE;
    return exchange[EXCHANGE.whole] as number;
  }

  /**
   * Fill range requests twice, with nothing else running on a processor, and compare. Only "still", "moved" and "unwitnessed"
   * have filled them; `copied` in each record has what came. With a hold they are filled once, and where that is "held",
   * `readAgain` has the answer.
   *
   * @throws as `fill`
   */
  readOffCpu(memory: Uint8Array, requests: number, count: number, stand: Stand): OffCpuVerdict {
    return this.#offCpu(this.#native.readOffCpu, memory, requests, count, stand);
  }

  /**
   * End a hold: fill a second time what was filled since it began, and compare. "lapsed": the thread was not kept from running any more.
   *
   * @param count of all requests, those that `fill` has filled meanwhile included
   * @throws as `fill`
   */
  readAgain(memory: Uint8Array, requests: number, count: number, stand: Stand): OffCpuVerdict {
    return this.#offCpu(this.#native.endHold, memory, requests, count, stand);
  }

  #offCpu(read: ReadOffCpu, memory: Uint8Array, requests: number, count: number, stand: Stand): OffCpuVerdict {
    // It may take a while.
    this.#exchange[EXCHANGE.ended] = 0;
    this.#stand[0] = stand.processor;
    this.#stand[1] = stand.patienceMicroseconds;
    this.#stand[2] = stand.witness;
    this.#stand[3] = stand.note;
    this.#stand[4] = stand.holdMicroseconds;
    const result = this.#result;
    const status = read(this.#opened(), memory, requests, count, result, this.#stand, this.note);
    this.#check(status, result[0] as number);
    this.failedErrno = this.#result[0] as number;
    if (status !== STATUS_OK) {
      this.failedCall = "an off-CPU copy";
      this.interrupted = false;
      nothingCame(memory, requests, count);
      return "unwitnessed";
    }
    this.failedCall = FAILED_CALLS[this.#result[4] as number];
    this.noteLength = this.#result[3] as number;
    const verdict = OFF_CPU_VERDICTS[this.#result[2] as number] as OffCpuVerdict;
    // Unlike in a plain copy, the thread can't have run on while we were kept waiting.
    this.interrupted = verdict === "moved";
    return verdict;
  }

  /**
   * Fill range requests while threads of the process are held, and copy the stacks of all `threads`: native/held_copy.h. They stand for
   * the time of the copy, 20 ms at most where one doesn't stop.
   *
   * @returns for how many microseconds threads were held
   * @throws as `fill`
   */
  readHeld(memory: Uint8Array, requests: number, count: number, threads: HeldThreads, bounds: BigUint64Array): number {
    this.#exchange[EXCHANGE.ended] = 0;
    const result = this.#result;
    const { records, stacks } = threads;
    const status = this.#native.readHeld(this.#opened(), memory, requests, count, result, records, bounds, stacks);
    this.interrupted = false;
    this.#check(status, result[0] as number);
    if (status !== STATUS_OK) nothingCame(memory, requests, count);
    return result[2] as number;
  }

  #bind(memory: Uint8Array): () => void {
    this.#bound = memory;
    this.#read = this.#native.bind(this.#opened(), memory, this.#exchange);
    return this.#read;
  }

  /** Any other failure, such as ENOMEM, may be over at the next copy: then nothing came, which is data. */
  #check(status: number, errno: number): void {
    if (status === STATUS_NO_PROCESS) throw new TargetLost(this.pid);
    if (status === STATUS_NOT_PERMITTED) throw new AccessDenied(this.pid, readingCall(), errno);
    if (status === STATUS_UNKNOWN_KIND) throw new UnknownRequest(errno);
  }

  /**
   * Read `length` bytes at `address`: for finding things at attach, never in the tick.
   * @returns the bytes that came, possibly fewer than asked for
   */
  read(address: bigint, length: number): Uint8Array {
    const buffer = new Uint8Array(REQUEST_BYTES + length);
    const view = new DataView(buffer.buffer);
    view.setBigUint64(0, address, true);
    view.setUint32(8, length, true);
    view.setUint32(12, REQUEST_BYTES, true);
    this.fill(buffer, 0, 1);
    return buffer.subarray(REQUEST_BYTES, REQUEST_BYTES + view.getUint32(16, true));
  }
}

/** The bytes that requests ask for. */
function bytesOf(memory: Uint8Array, requests: number, count: number): number {
  let bytes = 0;
  const words = new Uint32Array(memory.buffer, memory.byteOffset + requests, count * REQUEST_WORDS);
  for (let at = LENGTH_WORD; at < words.length; at += REQUEST_WORDS) bytes += words[at] as number;
  return bytes;
}

/** Say of each request that no byte came. @returns how many came whole */
function nothingCame(memory: Uint8Array, requests: number, count: number): number {
  const words = new Uint32Array(memory.buffer, memory.byteOffset + requests, count * REQUEST_WORDS);
  for (let at = COPIED_WORD; at < words.length; at += REQUEST_WORDS) words[at] = 0;
  return 0;
}
