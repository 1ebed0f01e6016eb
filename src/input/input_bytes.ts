// The bytes of an input as they come, unpacked where gzip has compressed them. In: a path, or "-". Out: its beginning, and chunks.
// Knows no format.
import { constants, lstatSync, openSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Unpacked } from "./gzip.js";
import { InputError } from "./input_error.js";

const CHUNK_BYTES = 1024 * 1024;
/** So much is looked at to tell what an input is. */
const HEAD_BYTES = 64 * 1024;
const EMPTY = new Uint8Array();
/** How often a file that is followed is looked at. */
const LOOK_MILLISECONDS = 50;

/**
 * Iterate once. A chunk is valid until the next one is asked for. A file that grows is read to the end that it has when that is
 * reached, or is followed; a pipe, until its writers have closed it.
 */
export class InputBytes implements AsyncIterable<Uint8Array> {
  readonly path: string;
  /** Size when it was opened, in bytes; undefined for what is not a regular file. */
  readonly size: number | undefined;
  /** Of a file that is followed: whether nothing more is to come behind what was read. */
  isWhole = (): boolean => false;
  readonly #unpacked: Unpacked;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #isFollowed: boolean;
  readonly #close: () => Promise<void>;
  #head: Uint8Array = EMPTY;
  #given = 0;
  #isOver = false;
  /** What came of reading on behind the head. */
  #failure: unknown;

  private constructor(
    path: string,
    chunks: AsyncIterable<Uint8Array>,
    size: number | undefined,
    close: () => Promise<void>,
    until?: AbortSignal,
  ) {
    this.path = path;
    this.size = size;
    this.#isFollowed = until !== undefined && size !== undefined;
    this.#unpacked = new Unpacked(path, this.#counted(this.#until(chunks, until)));
    this.#chunks = this.#unpacked[Symbol.asyncIterator]();
    this.#close = close;
  }

  /**
   * Open an input.
   *
   * @param path "-" is standard input
   * @param until where a file is to be followed beyond its end: ends that, and the reading of a pipe that nobody closes
   * @throws InputError when it can't be opened
   */
  static async open(path: string, until?: AbortSignal): Promise<InputBytes> {
    if (path === "-") {
      const { stdin } = process;
      if (stdin.isTTY) throw new InputError(path, { kind: "terminal" });
      const close = async (): Promise<void> => {
        stdin.destroy();
      };
      return new InputBytes(path, stdin, undefined, close, until);
    }
    let file: FileHandle | undefined;
    try {
      const named = pipeByName(path);
      if (named !== undefined) return new InputBytes(path, named, undefined, async () => void named.destroy(), until);
      file = await open(path, "r");
      const stat = await file.stat();
      const opened = file;
      const chunks = stat.isFile() ? fileChunks(opened) : streamChunks(opened);
      return new InputBytes(path, chunks, stat.isFile() ? stat.size : undefined, () => opened.close(), until);
    } catch (error) {
      await file?.close();
      throw unreadable(path, "open", error);
    }
  }

  /** Bytes of the input that were used. */
  get bytesRead(): number {
    return this.#given;
  }

  /** Whether it is compressed: then what is handed out has other places than the input. Known once the first bytes were. */
  get isPacked(): boolean {
    return this.#unpacked.isPacked;
  }

  /** Whether it is compressed and breaks off. Known after the last bytes. */
  get isCut(): boolean {
    return this.#unpacked.isCut;
  }

  /** The first bytes, 64 KiB if there are as many; they are handed out all the same. Call it before anything else. */
  async head(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    while (length < HEAD_BYTES) {
      let chunk: Uint8Array | undefined;
      try {
        chunk = await this.#next();
      } catch (error) {
        // What came before is good.
        if (length === 0) throw error;
        this.#failure = error;
      }
      if (chunk === undefined) break;
      pieces.push(chunk.slice());
      length += chunk.length;
      // What comes at first tells what it is: the reader of a pipe is not to wait for more.
      if (this.#isFollowed || (this.size === undefined && length >= MOST_TELLING_BYTES)) break;
    }
    this.#head = Buffer.concat(pieces);
    return this.#head;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const head = this.#head;
    this.#head = EMPTY;
    if (head.length > 0) yield head;
    if (this.#failure !== undefined) throw this.#failure;
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield chunk;
  }

  close(): Promise<void> {
    return this.#close();
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      this.#given += chunk.length;
      yield chunk;
    }
  }

  #until(chunks: AsyncIterable<Uint8Array>, until: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    if (until === undefined) return chunks;
    return this.#isFollowed ? this.#follow(chunks, until) : untilAborted(chunks, until);
  }

  /** The file, and what is appended to it. */
  async *#follow(file: AsyncIterable<Uint8Array>, until: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    for (let isLast = false; ; ) {
      let hasMore = false;
      for await (const chunk of file) {
        hasMore = true;
        yield chunk;
        if (until.aborted) return;
      }
      if (until.aborted || (isLast && !hasMore)) return;
      // Whoever writes the end may not have written all of it: it is looked at once more.
      isLast = this.isWhole();
      await sleep(LOOK_MILLISECONDS, undefined, { signal: until }).catch(() => {});
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#isOver) return undefined;
    try {
      const { done, value } = await this.#chunks.next();
      if (!done) return value;
    } catch (error) {
      throw error instanceof InputError ? error : unreadable(this.path, "read", error);
    }
    this.#isOver = true;
    return undefined;
  }
}

/** Every signature lies within so many bytes. */
const MOST_TELLING_BYTES = 512;

/** Each time from where it was read to, to the end that it has by then. Reads one chunk ahead, into two buffers by turns. */
function fileChunks(file: FileHandle): AsyncIterable<Uint8Array> {
  const buffers = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  const read = (turn: number): Promise<{ bytesRead: number; buffer: Uint8Array }> => {
    const reading = file.read(buffers[turn % 2] as Uint8Array, 0, CHUNK_BYTES, null);
    // Whoever stops in between doesn't wait for it.
    reading.catch(() => {});
    return reading;
  };
  return {
    async *[Symbol.asyncIterator]() {
      let reading = read(0);
      for (let turn = 1; ; turn++) {
        const { bytesRead, buffer } = await reading;
        if (bytesRead === 0) return;
        reading = read(turn);
        yield buffer.subarray(0, bytesRead);
      }
    },
  };
}

function streamChunks(file: FileHandle): Readable {
  return file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
}

/**
 * The pipe that has this path for its name (FIFO), or undefined. A plain `open` waits until somebody writes to it, and a plain `read` until he does, and no
 * end of this process comes before that.
 */
function pipeByName(path: string): Socket | undefined {
  try {
    if (!lstatSync(path).isFIFO()) return undefined;
  } catch {
    // Whoever opens it is told why.
    return undefined;
  }
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
}

/** What comes before the signal: the next chunk may never come. */
async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  until: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const aborted = new Promise<undefined>((resolve) => {
    if (until.aborted) resolve(undefined);
    until.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  for (;;) {
    const next = iterator.next();
    // Who closes the input ends what is still waited for.
    next.catch(() => {});
    const result = await Promise.race([next, aborted]);
    if (result === undefined || result.done) return;
    yield result.value;
  }
}

function unreadable(path: string, call: string, cause: unknown): InputError {
  const { code = "UNKNOWN", syscall = call } = cause as NodeJS.ErrnoException;
  return new InputError(path, { kind: "unreadable", call: syscall, code }, { cause });
}
