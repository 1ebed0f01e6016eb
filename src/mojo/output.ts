// Where a MOJO stream goes. In: an encoder's chunks. Out: a file or a pipe, written behind the sampler's back.
// Knows no events; a failure is kept as a fact, the file behind it is left readable.
import {
  close,
  closeSync,
  constants,
  fstatSync,
  ftruncate,
  ftruncateSync,
  lstatSync,
  openSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
  writev,
} from "node:fs";
import { promisify } from "node:util";
import { MisuseError } from "../model/error.js";
import { MojoChunk } from "./chunk.js";
import type { MojoEncoder } from "./encoder.js";
import { OutputError } from "./output-error.js";

/** Bytes that may wait to be written before the output calls itself saturated. */
export const DEFAULT_QUEUE_BYTES = 4 * 1024 * 1024;

/** As many as fill up between two turns of the event loop at the highest rates. */
const RECYCLED_CHUNKS = 32;
/** Chunks that one write takes; the system's limit is 1024. */
const WRITTEN_CHUNKS = 256;
const FIRST_WAIT_MILLISECONDS = 1;
const LONGEST_WAIT_MILLISECONDS = 16;
/** How long an exit waits for what was in a file to go. */
const LONGEST_CUT_MILLISECONDS = 2000;
const closeDescriptor = promisify(close);

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: OutputError) => void;
}

/**
 * One write is under way at any time, on the thread pool; chunks queue behind it, and the next write takes them all. So does what empties a file that
 * was there: a file system may take a tenth of a second for it. After a failure nothing more is written, `take` forgets what it is
 * given, and `drained` and `close` reject.
 */
export class MojoOutput {
  readonly path: string;
  readonly #descriptor: number;
  readonly #owned: boolean;
  readonly #regular: boolean;
  /** Where our first byte lies in a regular file of our own; undefined: at the descriptor's own position. */
  readonly #origin: number | undefined;
  /** Size of the regular file before our first byte. */
  readonly #sizeBefore: number;
  readonly #queueLimit: number;
  readonly #queue: MojoChunk[] = [];
  readonly #recycled: MojoChunk[] = [];
  readonly #waiters: Waiter[] = [];
  /** Chunks that are being written. */
  #flying: MojoChunk[] = [];
  /** Bytes of the first flying chunk that were written. */
  #sent = 0;
  #written = 0;
  #queuedBytes = 0;
  #wait = FIRST_WAIT_MILLISECONDS;
  #failed: OutputError | undefined;
  #stopped = false;
  /** Whether what was in the file before is still there, and stays. */
  #isHeld: boolean;
  /** It is going. */
  #isEmptying = false;
  #closing: Promise<void> | undefined;

  /** The regular file of our own; undefined where it is something else. */
  readonly #file: { readonly dev: number; readonly ino: number; readonly isNew: boolean } | undefined;

  private constructor(path: string, descriptor: number, owned: boolean, queueLimit: number, isNew = false) {
    this.path = path;
    this.#queueLimit = queueLimit;
    const stat = attempt(path, "fstat", () => fstatSync(descriptor));
    this.#file = owned && stat.isFile() ? { dev: stat.dev, ino: stat.ino, isNew } : undefined;
    const own = stat.isFIFO() ? reopenWithoutBlocking(descriptor) : undefined;
    this.#descriptor = own ?? descriptor;
    if (owned && own !== undefined) closeSync(descriptor);
    this.#owned = owned || own !== undefined;
    this.#regular = stat.isFile();
    this.#origin = owned && stat.isFile() ? 0 : undefined;
    this.#isHeld = this.#origin === 0 && stat.size > 0;
    this.#sizeBefore = this.#isHeld ? 0 : stat.size;
  }

  /**
   * Create the file `path`. One that is there stays as it is until there is a sample to write, or `begin` is called.
   *
   * @param isNew whether it must not be there
   * @param queueBytes bytes that may wait to be written before `saturated` becomes true
   * @throws OutputError when it can't be opened
   */
  static create(path: string, isNew = false, queueBytes = DEFAULT_QUEUE_BYTES): MojoOutput {
    const made = attempt(path, "open", () => openNew(path, !isNew));
    const descriptor =
      made ?? attempt(path, "open", () => openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o644));
    return new MojoOutput(path, descriptor, true, queueBytes, made !== undefined);
  }

  /**
   * Write to a descriptor that is open already, such as 1; `close` leaves it open.
   *
   * @param name what errors call it
   * @param queueBytes bytes that may wait to be written before `saturated` becomes true
   * @throws OutputError when the descriptor is not open
   */
  static toDescriptor(descriptor: number, name: string, queueBytes = DEFAULT_QUEUE_BYTES): MojoOutput {
    return new MojoOutput(name, descriptor, false, queueBytes);
  }

  /** Why writing ended, once it has failed. */
  get failed(): OutputError | undefined {
    return this.#failed;
  }

  /** So much waits to be written that no sample should be taken now. */
  get saturated(): boolean {
    return this.#queuedBytes >= this.#queueLimit;
  }

  /** The file is as it was before: nothing was written yet. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Bytes that have reached the output. */
  get bytesWritten(): number {
    return this.#written;
  }

  /**
   * Take the encoder's whole samples and start writing them; the encoder goes on with a fresh chunk. Call it when
   * the encoder has CHUNK_BYTES or more, or at any time when the reader waits for every sample.
   */
  take(encoder: MojoEncoder): void {
    if (this.#closing !== undefined) throw new MisuseError(`${this.path} is closed`);
    if (this.#isHeld) {
      if (!encoder.hasSampled) return;
      this.begin();
    }
    const length = encoder.sampledLength;
    if (length === 0) return;
    if (this.#failed !== undefined || this.#stopped) {
      encoder.dropSamples();
      return;
    }
    const last = this.#queue.at(-1);
    if (last?.fits(length)) encoder.moveSamplesTo(last);
    else this.#queue.push(encoder.swap(this.#recycled.pop() ?? new MojoChunk()));
    this.#queuedBytes += length;
    if (!this.#isBusy) this.#writeNext();
  }

  /** There is something to write, though it may be no sample: what was in the file before goes. */
  begin(): void {
    if (!this.#isHeld || this.#failed !== undefined) return;
    this.#isHeld = false;
    this.#isEmptying = true;
    ftruncate(this.#descriptor, 0, (error) => {
      this.#isEmptying = false;
      if (error === null) return this.#writeNext();
      this.#isHeld = true;
      this.#fail("ftruncate", error);
    });
  }

  /** Something is under way that what is taken waits for. */
  get #isBusy(): boolean {
    return this.#isEmptying || this.#flying.length > 0;
  }

  /** Resolves when everything that was taken is written; rejects with the OutputError when it can't be. */
  drained(): Promise<void> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    if (!this.#isBusy) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Write out everything that was taken and close; rejects with the OutputError when that can't be done. */
  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose();
    return this.#closing;
  }

  /**
   * The last resort of a process that exits now: write everything that was taken, waiting for nothing. Nothing is
   * written afterwards; the descriptor is left to the exit.
   *
   * @returns whether everything is out; false also where a pipe's write under way can't be waited for
   */
  flushNow(): boolean {
    if (this.#stopped || this.#failed !== undefined) return this.#failed === undefined;
    // A write under way into our own file goes to a place we know: writing the same bytes there again is harmless.
    if (this.#flying.length > 0 && this.#origin === undefined) return false;
    try {
      if (this.#isEmptying && !this.#waitUntilEmpty()) return false;
      this.#stopped = true;
      for (let first = this.#first(); first !== undefined; first = this.#first()) {
        const rest = first.length - this.#sent;
        this.#advance(writeSync(this.#descriptor, first.bytes, this.#sent, rest, this.#position()));
      }
    } catch (error) {
      this.#fail("write", error);
    }
    return this.#failed === undefined;
  }

  /** What is emptied later than it is written to loses what was written. @returns whether it is empty */
  #waitUntilEmpty(): boolean {
    const turn = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const end = performance.now() + LONGEST_CUT_MILLISECONDS;
    while (fstatSync(this.#descriptor).size > 0) {
      if (performance.now() >= end) return false;
      Atomics.wait(turn, 0, 0, FIRST_WAIT_MILLISECONDS);
    }
    return true;
  }

  /** Nobody is waited for any more that doesn't read a pipe: what has not been written is lost, which `failed` says. Files are written. */
  giveUp(): void {
    if (this.#regular || this.#failed !== undefined || (this.#flying.length === 0 && this.#queue.length === 0)) return;
    this.#fail("write", Object.assign(new Error("interrupted"), { code: "EINTR" }));
  }

  /**
   * Nothing was sampled, and the output is closed: a file that `create` has made goes, and one that was there and empty is empty again. So it is if the
   * name still leads to it.
   */
  takeBack(): void {
    if (this.#file === undefined || this.#isHeld) return;
    try {
      const { isNew } = this.#file;
      const { dev, ino } = isNew ? lstatSync(this.path) : statSync(this.path);
      if (dev !== this.#file.dev || ino !== this.#file.ino) return;
      if (isNew) unlinkSync(this.path);
      else truncateSync(this.path);
    } catch {
      // Then it stays, with nothing in it but what every profile begins with.
    }
  }

  async #drainAndClose(): Promise<void> {
    try {
      await this.drained();
    } finally {
      if (this.#owned && !this.#stopped) await this.#closeOwned();
    }
  }

  async #closeOwned(): Promise<void> {
    try {
      await closeDescriptor(this.#descriptor);
    } catch (error) {
      if (this.#failed === undefined) throw this.#fail("close", error);
    }
  }

  /** The first chunk to be written, or undefined. */
  #first(): MojoChunk | undefined {
    if (this.#flying.length === 0) this.#flying = this.#queue.splice(0, WRITTEN_CHUNKS);
    return this.#flying[0];
  }

  #writeNext(): void {
    if (this.#first() !== undefined) this.#write();
    else for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #position(): number | null {
    return this.#origin === undefined ? null : this.#origin + this.#written;
  }

  #write(): void {
    if (this.#flying.length === 0 || this.#stopped) return;
    const pieces = this.#flying.map(({ bytes, length }, i) => bytes.subarray(i === 0 ? this.#sent : 0, length));
    writev(this.#descriptor, pieces, this.#position(), (error, count) => {
      if (!this.#stopped) this.#onWritten(error, count);
    });
  }

  #onWritten(error: NodeJS.ErrnoException | null, count: number): void {
    if (this.#failed !== undefined) return;
    if (error?.code === "EAGAIN") {
      setTimeout(() => this.#write(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MILLISECONDS);
      return;
    }
    if (error !== null) {
      this.#fail("write", error);
      return;
    }
    this.#wait = FIRST_WAIT_MILLISECONDS;
    this.#advance(count);
    if (this.#flying.length > 0) this.#write();
    else this.#writeNext();
  }

  /** Another `count` bytes are out: the chunks that are out as a whole can be used again. */
  #advance(count: number): void {
    this.#sent += count;
    this.#written += count;
    this.#queuedBytes -= count;
    let whole = 0;
    for (const chunk of this.#flying) {
      if (this.#sent < chunk.length) break;
      this.#sent -= chunk.length;
      whole++;
      chunk.clear();
      if (this.#recycled.length < RECYCLED_CHUNKS) this.#recycled.push(chunk);
    }
    this.#flying.splice(0, whole);
  }

  #fail(call: string, cause: unknown): OutputError {
    const [first] = this.#flying;
    if (first !== undefined && this.#regular) this.#cutBack(first);
    const failure = OutputError.from(this.path, call, this.#written, cause);
    this.#failed = failure;
    this.#flying = [];
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    for (const { reject } of this.#waiters.splice(0)) reject(failure);
    return failure;
  }

  /** Cut the regular file behind the last whole sample of the chunk that was written in part. */
  #cutBack(chunk: MojoChunk): void {
    const excess = this.#sent - chunk.cutBefore(this.#sent);
    if (excess === 0) return;
    try {
      const { size } = fstatSync(this.#descriptor);
      // Where our bytes aren't the file's end, somebody else's are: leave them alone.
      if (size !== this.#sizeBefore + this.#written) return;
      ftruncateSync(this.#descriptor, size - excess);
      this.#written -= excess;
    } catch {
      // The write's own failure is what the caller needs to hear of.
    }
  }
}

function attempt<T>(path: string, call: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw OutputError.from(path, call, 0, error);
  }
}

/** @param mayBe whether a file may be there @returns undefined where one is that may be */
function openNew(path: string, mayBe: boolean): number | undefined {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL, 0o644);
  } catch (error) {
    if (mayBe && (error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

/**
 * A non-blocking description of our own of the same pipe: a reader that has stopped reading would hold a blocking
 * write for ever, and the process's exit with it. The shared description stays as it is.
 *
 * @returns undefined where the system offers no such thing
 */
function reopenWithoutBlocking(descriptor: number): number | undefined {
  try {
    return openSync(`/dev/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
