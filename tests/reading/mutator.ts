// A seeded mutator of profiles. In: good profiles and a seed. Out: profiles that nobody ever wrote: bytes changed, pieces lost, put
// in twice or taken from another profile, cut off, anything at all behind a good beginning; now and then compressed before or
// behind that. The same seed makes the same ones.
import { gzipSync } from "node:zlib";
import { integers } from "../capture/random.js";

/** Bytes that are where numbers, signs, events and separators lie, or beyond. */
const ABSURD = [0, 1, 5, 9, 10, 13, 14, 16, 0x2d, 0x3a, 0x3b, 0x3f, 0x40, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xff];
/** Integers of MOJO, and texts, that are as large as they can be, or larger. */
const HUGE = [
  [0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f],
  [0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x03],
  [...Buffer.from("9007199254740991")],
  [...Buffer.from("-9999999999999999")],
  [...Buffer.from("1e999")],
];
const HEAD_BYTES = 4;

export class ProfileMutator {
  readonly #below: (limit: number) => number;
  readonly #originals: readonly Uint8Array[];

  constructor(originals: readonly Uint8Array[], seed: number) {
    this.#originals = originals;
    this.#below = integers(seed);
  }

  next(): Uint8Array {
    const original = this.#any(this.#originals);
    switch (this.#below(16)) {
      case 0:
        return original.slice(0, this.#below(original.length + 1));
      case 1:
        return this.#spliced(original);
      case 2:
        return Buffer.concat([original.subarray(0, HEAD_BYTES), this.#noise()]);
      case 3:
        return gzipSync(this.#mutated(original));
      case 4:
        return this.#mutated(gzipSync(original));
      case 5:
        return Buffer.concat([gzipSync(original.subarray(0, 99)), this.#mutated(gzipSync(original.subarray(99)))]);
      default:
        return this.#mutated(original);
    }
  }

  #any<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }

  /** The beginning of one, and the end of another. */
  #spliced(original: Uint8Array): Uint8Array {
    const other = this.#any(this.#originals);
    return Buffer.concat([
      original.subarray(0, this.#below(original.length)),
      other.subarray(this.#below(other.length)),
    ]);
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: this.#below(512) }, () => this.#below(this.#below(2) === 0 ? 20 : 256));
  }

  #mutated(original: Uint8Array): Uint8Array {
    let bytes: Uint8Array = new Uint8Array(original);
    for (let left = 1 + this.#below(6); left > 0; left--) bytes = this.#changed(bytes);
    return bytes;
  }

  #changed(bytes: Uint8Array): Uint8Array {
    const at = this.#below(bytes.length);
    const length = 1 + this.#below(this.#below(8) === 0 ? 200 : 8);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (this.#below(9)) {
      case 0: // A piece is lost …
        return Buffer.concat([before, after.subarray(length)]);
      case 1: // … or comes again and again …
        return Buffer.concat([before, ...Array(1 + this.#below(8)).fill(after.subarray(0, length)), after]);
      case 2: // … or another one is in its place.
        bytes.copyWithin(at, this.#below(bytes.length), this.#below(bytes.length));
        return bytes;
      case 3:
        return Buffer.concat([before, Uint8Array.from(this.#any(HUGE)), after.subarray(this.#below(length))]);
      case 4:
        bytes.fill(this.#any(ABSURD), at, Math.min(bytes.length, at + length));
        return bytes;
      case 5:
      case 6:
        bytes[at] = this.#any(ABSURD);
        return bytes;
      default:
        bytes[at] = (bytes[at] as number) ^ (1 << this.#below(8));
        return bytes;
    }
  }
}
