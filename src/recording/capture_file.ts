// The file of a capture. In: the log as it grows. Out: blocks, compressed and appended behind the sampler's back. Only its
// owner may read the file: it holds raw memory of the target. A failure is kept as a fact, and what is on the disk stays.
import { close, rmSync, write } from "node:fs";
import { rename } from "node:fs/promises";
import { promisify } from "node:util";
import { OutputError } from "../mojo/output-error.js";
import { blockOf, fileHead } from "./blocks.js";
import { type CaptureDestination, isFree, openDestination } from "./capture_destination.js";
import { CaptureLog } from "./capture_log.js";

/** So much makes a block … */
const BLOCK_BYTES = 1 << 17;
/** … and as much as there is after so long: what the sampler's own violent death can cost. */
const HOLD_MILLISECONDS = 250;
/** Bytes of the log that may wait to be compressed and written before sampling waits for them. */
const QUEUE_BYTES = 32 << 20;

const closeDescriptor = promisify(close);
const writeDescriptor = promisify(write);

export class CaptureFile {
  readonly path: string;
  readonly log = new CaptureLog(() => this.#whole());
  readonly #destination: CaptureDestination;
  /** The new file's name until it takes its own. */
  #unfinished: string | undefined;
  #bytesWritten = 0;
  #logBytes = 0;
  #queuedBytes = 0;
  #failed: OutputError | undefined;
  /** Takes what the log has, when it was held for long. */
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  /** Resolves when all that was taken is written. */
  #written: Promise<void> = Promise.resolve();

  /**
   * Create the file. It takes its name, and the place of what had it, once it has memory that was read: whatever ends the run from then
   * on, what was captured is found there.
   *
   * @throws OutputError when it can't be created, ForeignDestination where it would be somebody else's
   */
  constructor(path: string) {
    this.path = path;
    this.#destination = openDestination(path);
    this.#unfinished = this.#destination.unfinished;
    if (this.#unfinished !== undefined) process.on("exit", this.#drop);
    this.#queue(fileHead(), (head) => Promise.resolve([head]), false);
  }

  /** Why writing ended, once it has failed. */
  get failed(): OutputError | undefined {
    return this.#failed;
  }

  /** So much waits to be written that no sample should be taken now. */
  get saturated(): boolean {
    return this.#queuedBytes >= QUEUE_BYTES;
  }

  /** Whether there is a capture: what had its name is as it was otherwise. */
  get isThere(): boolean {
    return this.#unfinished === undefined && this.#failed === undefined;
  }

  /** Bytes that have reached the file. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Bytes of the log in them, before they were compressed. */
  get logBytes(): number {
    return this.#logBytes;
  }

  /** Write out everything and close; rejects with the OutputError when that can't be done. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  /** Close in place of `close`, and leave no file where none has taken its name. */
  async discard(): Promise<void> {
    await this.#written;
    this.#drop();
    await this.#closeOwned();
  }

  async #finish(): Promise<void> {
    this.#take();
    await this.#written;
    if (this.#unfinished !== undefined) {
      // One without memory says that nothing was found to sample. It takes nobody's place.
      if (isFree(this.path)) await this.#takeName(this.#unfinished);
      else this.#drop();
    }
    try {
      await this.#closeOwned();
    } catch (error) {
      this.#failed ??= OutputError.from(this.path, "close", this.#bytesWritten, error);
    }
    if (this.#failed !== undefined) throw this.#failed;
  }

  async #closeOwned(): Promise<void> {
    const { descriptor, isOwned } = this.#destination;
    if (isOwned) await closeDescriptor(descriptor);
  }

  /** The new file goes, which has no name of its own yet. */
  readonly #drop = (): void => {
    process.off("exit", this.#drop);
    if (this.#unfinished !== undefined) rmSync(this.#unfinished, { force: true }); // it may be taking its name
    this.#unfinished = undefined;
  };

  #whole(): void {
    if (this.log.buffer.length >= BLOCK_BYTES) this.#take();
    else this.#timer ??= setTimeout(() => this.#take(), HOLD_MILLISECONDS).unref();
  }

  /** The log up to here becomes a block. */
  #take(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { buffer } = this.log;
    if (buffer.length === 0) return;
    const block = buffer.bytes.slice(0, buffer.length);
    buffer.length = 0;
    if (this.#failed === undefined) this.#queue(block, blockOf, this.log.copied > 0);
  }

  /** What had the name goes, on the thread pool, as a file system may take its time; where that was a link, what it leads to stays as it is. */
  async #takeName(unfinished: string): Promise<void> {
    try {
      await rename(unfinished, this.path);
      process.off("exit", this.#drop);
      this.#unfinished = undefined;
    } catch (error) {
      this.#drop();
      this.#failed ??= OutputError.from(this.path, "rename", 0, error);
    }
  }

  /** @param hasMemory the file has memory once they are written */
  #queue(bytes: Uint8Array, made: (bytes: Uint8Array) => Promise<Uint8Array[]>, hasMemory: boolean): void {
    this.#queuedBytes += bytes.length;
    // Compressed while the one before is written.
    const pieces = made(bytes);
    pieces.catch(() => {});
    this.#written = this.#written.then(async () => {
      try {
        for (const piece of await pieces) await this.#write(piece);
        if (hasMemory && this.#unfinished !== undefined && this.#failed === undefined) {
          await this.#takeName(this.#unfinished);
        }
        this.#logBytes += bytes.length;
      } catch (error) {
        this.#failed ??= OutputError.from(this.path, "write", this.#bytesWritten, error);
      }
      this.#queuedBytes -= bytes.length;
    });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#failed !== undefined) return;
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await writeDescriptor(this.#destination.descriptor, bytes, at, bytes.length - at, null);
      at += bytesWritten;
      this.#bytesWritten += bytesWritten;
    }
  }
}
