// How a reading of resident memory differs from the one before. In: bytes. Out: bytes more.
export class ResidentChange {
  #last: number;

  /** @param bytes resident at first; 0 where that can't be told */
  constructor(bytes: number) {
    this.#last = bytes;
  }

  /** Bytes that became resident since the last reading; negative where memory was given back. */
  to(bytes: number): number {
    // A process that execs or exits has no memory for a moment: what it then has is compared with what it had before.
    if (bytes === 0) return 0;
    const change = this.#last === 0 ? 0 : bytes - this.#last;
    this.#last = bytes;
    return change;
  }
}
