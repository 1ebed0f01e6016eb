// A piece of a MOJO stream on its way out: bytes, and where it may be cut. Knows neither events nor files.

/** A chunk of this many bytes is worth writing. */
export const CHUNK_BYTES = 64 * 1024;

const SLACK_BYTES = 16 * 1024;
const INITIAL_CUTS = 1024;

/**
 * Growable bytes with the offsets at which whole samples end. A chunk begins where a sample begins, so offset 0
 * is a cut too. Chunks are recycled: growth happens once, not once a sample.
 */
export class MojoChunk {
  bytes = new Uint8Array(CHUNK_BYTES + SLACK_BYTES);
  /** Bytes in use. */
  length = 0;
  #cuts = new Uint32Array(INITIAL_CUTS);
  #cutCount = 0;

  /** Offset of the last cut in bytes: everything before it is whole samples. */
  get lastCut(): number {
    return this.#cutCount === 0 ? 0 : (this.#cuts[this.#cutCount - 1] as number);
  }

  /** Make room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Whether `count` more bytes fit without growing. */
  fits(count: number): boolean {
    return this.length + count <= this.bytes.length;
  }

  /** Mark the current length as a cut. */
  cut(): void {
    if (this.lastCut !== this.length) this.#addCut(this.length);
  }

  /** The last cut at or before `offset`, in bytes. */
  cutBefore(offset: number): number {
    let low = 0;
    let high = this.#cutCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cuts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.#cuts[low - 1] as number);
  }

  /** Move the whole samples to the end of `target`; what follows the last cut stays, moved to the front. */
  moveSamplesTo(target: MojoChunk): void {
    const cut = this.lastCut;
    target.reserve(cut);
    target.bytes.set(this.bytes.subarray(0, cut), target.length);
    for (let i = 0; i < this.#cutCount; i++) target.#addCut(target.length + (this.#cuts[i] as number));
    target.length += cut;
    this.dropSamples();
  }

  /** Move what follows the last cut to the empty chunk `target`; whole samples stay. */
  moveTailTo(target: MojoChunk): void {
    const cut = this.lastCut;
    target.reserve(this.length - cut);
    target.bytes.set(this.bytes.subarray(cut, this.length));
    target.length = this.length - cut;
    this.length = cut;
  }

  /** Forget the whole samples; what follows the last cut moves to the front. */
  dropSamples(): void {
    const cut = this.lastCut;
    this.bytes.copyWithin(0, cut, this.length);
    this.length -= cut;
    this.#cutCount = 0;
  }

  /** Empty the chunk for its next use. */
  clear(): void {
    this.length = 0;
    this.#cutCount = 0;
  }

  #addCut(offset: number): void {
    if (this.#cutCount === this.#cuts.length) {
      const grown = new Uint32Array(this.#cuts.length * 2);
      grown.set(this.#cuts);
      this.#cuts = grown;
    }
    this.#cuts[this.#cutCount++] = offset;
  }
}
