// Where a MOJO stream goes. In: an encoder's chunks. Out: a file or a pipe, written behind the sampler's back.
// Knows no events; a failure is kept as a fact, the file behind it is left readable.
import { close, constants, fstatSync, ftruncateSync, openSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import { MojoChunk } from "./chunk.js";
import type { MojoEncoder } from "./encoder.js";
import { OutputError } from "./output-error.js";

/** Bytes that may wait to be written before the output calls itself saturated. */
export const DEFAULT_QUEUE_BYTES = 4 * 1024 * 1024;

const RECYCLED_CHUNKS = 4;
const FIRST_WAIT_MILLISECONDS = 1;
const LONGEST_WAIT_MILLISECONDS = 16;
const closeDescriptor = promisify(close);

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: OutputError) => void;
}

/**
 * One write is under way at any time, on the thread pool; chunks queue behind it. After a failure nothing more is
 * written, `take` forgets what it is given, and `drained` and `close` reject.
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
  #flying: MojoChunk | undefined;
  /** Bytes of the flying chunk that were written. */
  #sent = 0;
  #written = 0;
  #queuedBytes = 0;
  #wait = FIRST_WAIT_MILLISECONDS;
  #failed: OutputError | undefined;
  #stopped = false;
  #closing: Promise<void> | undefined;

  private constructor(path: string, descriptor: number, owned: boolean, queueLimit: number) {
    this.path = path;
    this.#queueLimit = queueLimit;
    const stat = attempt(path, "fstat", () => fstatSync(descriptor));
    const own = stat.isFIFO() && !owned ? reopenWithoutBlocking(descriptor) : undefined;
    this.#descriptor = own ?? descriptor;
    this.#owned = owned || own !== undefined;
    this.#regular = stat.isFile();
    this.#origin = owned && stat.isFile() ? 0 : undefined;
    this.#sizeBefore = stat.size;
  }

  /**
   * Create the file `path`, or empty it.
   *
   * @param queueBytes bytes that may wait to be written before `saturated` becomes true
   * @throws OutputError when it can't be opened
   */
  static create(path: string, queueBytes = DEFAULT_QUEUE_BYTES): MojoOutput {
    const descriptor = attempt(path, "open", () => openSync(path, "w", 0o644));
    return new MojoOutput(path, descriptor, true, queueBytes);
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

  /** Bytes that have reached the output. */
  get bytesWritten(): number {
    return this.#written;
  }

  /**
   * Take the encoder's whole samples and start writing them; the encoder goes on with a fresh chunk. Call it when
   * the encoder has CHUNK_BYTES or more, or at any time when the reader waits for every sample.
   */
  take(encoder: MojoEncoder): void {
    if (this.#closing !== undefined) throw new Error(`${this.path} is closed`);
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
    if (this.#flying === undefined) this.#writeNextChunk();
  }

  /** Resolves when everything that was taken is written; rejects with the OutputError when it can't be. */
  drained(): Promise<void> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    if (this.#flying === undefined) return Promise.resolve();
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
    if (this.#flying !== undefined && this.#origin === undefined) return false;
    this.#stopped = true;
    if (this.#flying === undefined) this.#beginChunk();
    try {
      for (; this.#flying !== undefined; this.#beginChunk()) {
        const { bytes, length } = this.#flying;
        while (this.#sent < length) {
          this.#advance(writeSync(this.#descriptor, bytes, this.#sent, length - this.#sent, this.#position()));
        }
      }
    } catch (error) {
      this.#fail("write", error);
    }
    return this.#failed === undefined;
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

  #beginChunk(): void {
    this.#flying = this.#queue.shift();
    this.#sent = 0;
  }

  #writeNextChunk(): void {
    this.#beginChunk();
    if (this.#flying !== undefined) this.#write();
    else for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #position(): number | null {
    return this.#origin === undefined ? null : this.#origin + this.#written;
  }

  #write(): void {
    const chunk = this.#flying;
    if (chunk === undefined || this.#stopped) return;
    const rest = chunk.length - this.#sent;
    write(this.#descriptor, chunk.bytes, this.#sent, rest, this.#position(), (error, count) => {
      if (!this.#stopped) this.#onWritten(chunk, error, count);
    });
  }

  #onWritten(chunk: MojoChunk, error: NodeJS.ErrnoException | null, count: number): void {
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
    if (this.#sent < chunk.length) {
      this.#write();
      return;
    }
    chunk.clear();
    if (this.#recycled.length < RECYCLED_CHUNKS) this.#recycled.push(chunk);
    this.#writeNextChunk();
  }

  #advance(count: number): void {
    this.#sent += count;
    this.#written += count;
    this.#queuedBytes -= count;
  }

  #fail(call: string, cause: unknown): OutputError {
    if (this.#flying !== undefined && this.#regular) this.#cutBack(this.#flying);
    const failure = OutputError.from(this.path, call, this.#written, cause);
    this.#failed = failure;
    this.#flying = undefined;
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
