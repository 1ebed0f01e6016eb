// The blocks of a capture. In: its bytes, in pieces cut anywhere. Out: what each block holds. It knows nothing of what that
// means. Node and browsers have the same inflater (DecompressionStream).
import { crc32 } from "./checksum.js";
import { CaptureError } from "./error.js";
import { FORMAT_VERSION, HEAD_BYTES, MAGIC, MAX_BLOCK_BYTES, METHOD_DEFLATE, METHOD_STORED } from "./format.js";

/** Where a capture comes from: all of it, a file that a page was given, or pieces, each valid until the next is asked for. */
export type CaptureSource = Uint8Array | Blob | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What a block holds, and where in the file it is. */
export interface LogBlock {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Bytes of the block in the file, its head included. */
  readonly stored: number;
}

/** Deflate may make a block that doesn't compress a little longer. */
const MAX_STORED_BYTES = MAX_BLOCK_BYTES + (MAX_BLOCK_BYTES >> 8) + 1024;
const FILE_HEAD_BYTES = MAGIC.length + 1;

/** The blocks of one capture; iterate once. */
export class Blocks implements AsyncIterable<LogBlock> {
  readonly #source: CaptureSource;
  #isCut = false;
  #length = 0;

  constructor(source: CaptureSource) {
    this.#source = source;
  }

  /** Whether the file ends in the midst of a block. Known after the last block. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Bytes of the file that were read so far. */
  get length(): number {
    return this.#length;
  }

  /** @throws CaptureError where the file isn't a capture, or is damaged; what came before is good */
  async *[Symbol.asyncIterator](): AsyncGenerator<LogBlock, void, undefined> {
    const window = new Window(this.#source);
    const head = await window.read(FILE_HEAD_BYTES);
    checkFileHead(head);
    this.#length = head.length;
    for (let offset = head.length; ; ) {
      const blockHead = (await window.read(HEAD_BYTES)).slice();
      this.#length += blockHead.length;
      if (blockHead.length < HEAD_BYTES) {
        this.#isCut = blockHead.length > 0 || head.length < FILE_HEAD_BYTES;
        return;
      }
      const { stored, length, method, checksum } = parseHead(blockHead, offset);
      const payload = await window.read(stored);
      this.#length += payload.length;
      if (payload.length < stored) {
        this.#isCut = true;
        return;
      }
      if (crc32(payload, crc32(blockHead.subarray(0, 12))) !== checksum) {
        throw new CaptureError("damaged", offset, "the checksum is wrong");
      }
      const bytes = method === METHOD_STORED ? payload : await inflate(payload, length);
      if (bytes?.length !== length) throw new CaptureError("damaged", offset, "it does not inflate to what it claims");
      yield { offset, bytes, stored: HEAD_BYTES + stored };
      offset += HEAD_BYTES + stored;
    }
  }
}

function checkFileHead(head: Uint8Array): void {
  for (const [i, byte] of MAGIC.entries()) {
    if (i < head.length && head[i] !== byte) throw new CaptureError("not-a-capture", 0, "it begins otherwise");
  }
  if (head.length === 0) throw new CaptureError("not-a-capture", 0, "it is empty");
  const version = head[MAGIC.length];
  if (version !== undefined && (version === 0 || version > FORMAT_VERSION)) {
    const detail = `its format has version ${version}, and 1 to ${FORMAT_VERSION} are known here`;
    throw new CaptureError(version > FORMAT_VERSION ? "newer-format" : "damaged", 0, detail);
  }
}

function parseHead(head: Uint8Array, offset: number) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [stored, length, method, checksum] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (length > MAX_BLOCK_BYTES || stored > MAX_STORED_BYTES) {
    throw new CaptureError("damaged", offset, "a block is larger than any writer makes");
  }
  if (method !== METHOD_STORED && method !== METHOD_DEFLATE) {
    throw new CaptureError("damaged", offset, `its method of compression is ${method}`);
  }
  return { stored, length, method, checksum };
}

/** What `payload` inflates to; undefined where it is not deflate, or longer than `length`. */
async function inflate(payload: Uint8Array, length: number): Promise<Uint8Array | undefined> {
  const out = new Uint8Array(length);
  let at = 0;
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // What is wrong is seen by the reader.
  const written = writer.write(payload as Uint8Array<ArrayBuffer>).then(() => writer.close());
  written.catch(() => {});
  const reader = stream.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return out.subarray(0, at);
      if (at + value.length > length) {
        await reader.cancel().catch(() => {});
        return undefined;
      }
      out.set(value, at);
      at += value.length;
    }
  } catch {
    return undefined;
  }
}

/** Pieces, joined and cut as one likes. */
class Window {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: CaptureSource) {
    this.#pieces = piecesOf(source);
  }

  /** The next `count` bytes; fewer at the end. */
  async read(count: number): Promise<Uint8Array> {
    if (this.#piece.length - this.#at >= count) {
      this.#at += count;
      return this.#piece.subarray(this.#at - count, this.#at);
    }
    const parts: Uint8Array[] = [];
    let left = count;
    while (left > 0) {
      if (this.#at === this.#piece.length) {
        const { done, value } = await this.#pieces.next();
        if (done === true) break;
        // Plain, since a slice of Node's Buffer is no copy.
        this.#piece = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        this.#at = 0;
        continue;
      }
      const part = this.#piece.subarray(this.#at, this.#at + left);
      parts.push(part.slice());
      this.#at += part.length;
      left -= part.length;
    }
    return join(parts, count - left);
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function piecesOf(source: CaptureSource): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  if (source instanceof Uint8Array) return [source][Symbol.iterator]();
  if (source instanceof Blob) return readAll(source.stream().getReader());
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  return source[Symbol.iterator]();
}

async function* readAll(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
