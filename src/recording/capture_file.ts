// The file of a capture. In: the log as it grows. Out: blocks, compressed and appended behind the sampler's back. Only its
// owner may read the file: it holds raw memory of the target. A failure is kept as a fact, and what is on the disk stays.
import { close, fchmodSync, fstatSync, openSync, write } from "node:fs";
import { promisify } from "node:util";
import { OutputError } from "../mojo/output-error.js";
import { blockOf, fileHead } from "./blocks.js";
import { CaptureLog } from "./capture_log.js";

const OWNER_ONLY = 0o600;
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
  readonly #descriptor: number;
  #bytesWritten = 0;
  #logBytes = 0;
  #queuedBytes = 0;
  #failed: OutputError | undefined;
  /** Takes what the log has, when it was held for long. */
  #timer: NodeJS.Timeout | undefined;
  /** Resolves when all that was taken is written. */
  #written: Promise<void> = Promise.resolve();

  /**
   * Create the file, or empty it.
   * @throws OutputError when it can't be opened
   */
  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, "w", OWNER_ONLY);
      // One that was there keeps its mode otherwise.
      if (fstatSync(this.#descriptor).isFile()) fchmodSync(this.#descriptor, OWNER_ONLY);
    } catch (error) {
      throw OutputError.from(path, "open", 0, error);
    }
    this.#queue(fileHead(), (head) => Promise.resolve([head]));
  }

  /** Why writing ended, once it has failed. */
  get failed(): OutputError | undefined {
    return this.#failed;
  }

  /** So much waits to be written that no sample should be taken now. */
  get saturated(): boolean {
    return this.#queuedBytes >= QUEUE_BYTES;
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
  async close(): Promise<void> {
    this.#take();
    await this.#written;
    try {
      await closeDescriptor(this.#descriptor);
    } catch (error) {
      this.#failed ??= OutputError.from(this.path, "close", this.#bytesWritten, error);
    }
    if (this.#failed !== undefined) throw this.#failed;
  }

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
    if (this.#failed === undefined) this.#queue(block, blockOf);
  }

  #queue(bytes: Uint8Array, made: (bytes: Uint8Array) => Promise<Uint8Array[]>): void {
    this.#queuedBytes += bytes.length;
    // Compressed while the one before is written.
    const pieces = made(bytes);
    pieces.catch(() => {});
    this.#written = this.#written.then(async () => {
      try {
        for (const piece of await pieces) await this.#write(piece);
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
      const { bytesWritten } = await writeDescriptor(this.#descriptor, bytes, at, bytes.length - at, null);
      at += bytesWritten;
      this.#bytesWritten += bytesWritten;
    }
  }
}
