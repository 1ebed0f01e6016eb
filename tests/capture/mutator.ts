// A seeded mutator of captures. In: good captures and a seed. Out: captures that nobody ever wrote: bytes of the file changed,
// or of the log inside with its checksum mended. The same seed makes the same ones.
import { MAGIC, METHOD_DEFLATE } from "../../src/capture/format.js";
import { fileHead, frame } from "../../src/recording/blocks.js";
import { fileOf } from "./built_capture.js";
import { integers } from "./random.js";

export interface Original {
  readonly file: Uint8Array;
  readonly log: Uint8Array;
}

/** Numbers that are where lengths, counts and addresses lie, or beyond. */
const ABSURD = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xff];

export class Mutator {
  readonly #below: (limit: number) => number;
  readonly #originals: readonly Original[];

  constructor(originals: readonly Original[], seed: number) {
    this.#originals = originals;
    this.#below = integers(seed);
  }

  next(): Uint8Array {
    const { file, log } = this.#originals[this.#below(this.#originals.length)] as Original;
    switch (this.#below(16)) {
      case 0:
        return this.#mutate(file, MAGIC.length + 1);
      case 1:
        return file.slice(0, this.#below(file.length + 1));
      case 2:
        return this.#deflated(log);
      default:
        return fileOf(this.#mutate(log, 0));
    }
  }

  #mutate(original: Uint8Array, from: number): Uint8Array {
    let bytes: Uint8Array = new Uint8Array(original);
    for (let left = 1 + this.#below(4); left > 0; left--) bytes = this.#change(bytes, from);
    return bytes;
  }

  #change(bytes: Uint8Array, from: number): Uint8Array {
    const at = from + this.#below(Math.max(1, bytes.length - from));
    const length = 1 + this.#below(this.#below(8) === 0 ? 64 : 8);
    switch (this.#below(8)) {
      case 0: // A piece is lost …
        return joined(bytes.subarray(0, at), bytes.subarray(at + length));
      case 1: // … or comes twice …
        return joined(bytes.subarray(0, at + length), bytes.subarray(at));
      case 2: // … or another one is in its place.
        bytes.copyWithin(at, this.#below(bytes.length), Math.min(bytes.length, this.#below(bytes.length) + length));
        return bytes;
      case 3:
        bytes[at] = ABSURD[this.#below(ABSURD.length)] as number;
        return bytes;
      case 4:
        bytes.fill(this.#below(2) === 0 ? 0 : 0xff, at, at + length);
        return bytes;
      default:
        bytes[at] = (bytes[at] as number) ^ (1 << this.#below(8));
        return bytes;
    }
  }

  /** Deflate that inflates to anything, or to nothing. */
  #deflated(log: Uint8Array): Uint8Array {
    const payload = Uint8Array.from({ length: 1 + this.#below(64) }, () => this.#below(256));
    return Buffer.concat([
      fileHead(),
      ...frame(payload, this.#below(2) === 0 ? log.length : this.#below(1 << 24), METHOD_DEFLATE),
    ]);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
