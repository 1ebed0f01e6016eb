// Bytes that may be compressed by gzip. In: bytes as they come, and by their first two whether they are. Out: what they stand for.
// Any number of members, one behind another, is one input; zeros behind the last are padding. Memory: whatever the data is, a piece
// and what it unpacks to, which is a thousand times as much at most.
import { createGunzip } from "node:zlib";
import { InputError } from "./input_error.js";

const SIGNATURE = [0x1f, 0x8b] as const;
/** What is unpacked at once. */
const PIECE_BYTES = 16 * 1024;
const OUT_BYTES = 64 * 1024;
const EMPTY = new Uint8Array();

/** Iterate once. Iteration throws InputError where gzip's data is damaged; nearly all that came before has come. */
export class Unpacked implements AsyncIterable<Uint8Array> {
  /** Whether it was compressed. Known once the first bytes have come. */
  isPacked = false;
  /** Whether gzip's data breaks off. Known after the last bytes. */
  isCut = false;
  readonly #path: string;
  readonly #bytes: AsyncIterator<Uint8Array>;

  /** @param path as the user gave it; a chunk of `bytes` is valid until the next one is asked for */
  constructor(path: string, bytes: AsyncIterable<Uint8Array>) {
    this.#path = path;
    this.#bytes = bytes[Symbol.asyncIterator]();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let first: Uint8Array = EMPTY;
    let isOver = false;
    while (first.length < SIGNATURE.length && !isOver) {
      const { done, value } = await this.#bytes.next();
      if (done) isOver = true;
      else if (first.length === 0 && value.length >= SIGNATURE.length) first = value;
      else first = Buffer.concat([first, value]);
    }
    const bytes = this.#from(first);
    this.isPacked = SIGNATURE.every((byte, i) => first[i] === byte);
    yield* this.isPacked ? this.#unpack(bytes) : bytes;
  }

  /** What has come, and the rest. */
  async *#from(first: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    if (first.length > 0) yield first;
    for (let next = await this.#bytes.next(); !next.done; next = await this.#bytes.next()) yield next.value;
  }

  async *#unpack(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const gunzip = createGunzip({ chunkSize: OUT_BYTES });
    let out: Uint8Array[] = [];
    let failure: NodeJS.ErrnoException | undefined;
    let isOver = false;
    gunzip.on("data", (chunk: Buffer) => out.push(chunk));
    gunzip.on("end", () => {
      isOver = true;
    });
    const closed = new Promise<void>((resolve) => gunzip.once("close", resolve));
    gunzip.on("error", (error) => {
      failure ??= error;
    });
    /** What has been unpacked. */
    const taken = (): Uint8Array[] => {
      const all = out;
      out = [];
      return all;
    };
    let at = 0;
    try {
      for await (const chunk of bytes) {
        for (let start = 0; start < chunk.length && !isOver; start += PIECE_BYTES) {
          const piece = chunk.subarray(start, start + PIECE_BYTES);
          await Promise.race([closed, new Promise<void>((resolve) => gunzip.write(piece, () => resolve()))]);
          yield* taken();
          if (failure !== undefined) throw this.#damage(at, failure);
          at += piece.length;
        }
        if (isOver) return;
      }
      gunzip.end();
      await closed;
      yield* taken();
      if (failure?.code === "Z_BUF_ERROR") this.isCut = true;
      else if (failure !== undefined) throw this.#damage(at, failure);
    } finally {
      gunzip.destroy();
    }
  }

  #damage(offset: number, { message }: Error): InputError {
    const expected = "data of gzip";
    const found = `an error in it (${message})`;
    return new InputError(this.#path, { kind: "malformed", position: `byte ${offset}`, expected, found });
  }
}
