// Which sequence of line numbers an address lies in. In: sequences, each a stretch of code. Out: those that cover an address. So many are kept at most, whatever a file says.

const MOST = 1 << 21;
/** Those that begin before an address and may reach over it: functions lie beside each other, but a file may say anything. */
const NEIGHBOURS = 8;

export class LineSequences {
  #lows = new Float64Array(256);
  #highs = new Float64Array(256);
  /** Where in .debug_line its unit begins, and where in the unit its program. */
  #units = new Float64Array(256);
  #starts = new Uint32Array(256);
  #length = 0;
  #order = new Uint32Array();
  readonly #code: readonly (readonly [start: number, end: number])[];

  /** @param code where the file has instructions: what a linker has left out keeps a sequence, at an address that is none's. None: anywhere */
  constructor(code: readonly (readonly [start: number, end: number])[]) {
    this.#code = code;
  }

  /** @returns whether there is room for more */
  add(low: number, high: number, unit: number, start: number): boolean {
    if (!(high > low) || !this.#isCode(low)) return true;
    if (this.#length === MOST) return false;
    if (this.#length === this.#starts.length) this.#grow();
    const at = this.#length++;
    this.#lows[at] = low;
    this.#highs[at] = high;
    this.#units[at] = unit;
    this.#starts[at] = start;
    return true;
  }

  /** All are there. */
  sort(): void {
    const lows = this.#lows;
    this.#order = Uint32Array.from({ length: this.#length }, (_, i) => i).sort(
      (one, other) => (lows[one] as number) - (lows[other] as number),
    );
  }

  /** The sequences that cover an address, the one that begins last first. */
  at(address: number): number[] {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lows[this.#order[middle] as number] as number) <= address) low = middle + 1;
      else high = middle;
    }
    const before = this.#order.subarray(Math.max(0, low - NEIGHBOURS), low);
    return [...before].reverse().filter((one) => (this.#highs[one] as number) > address);
  }

  unitOf(sequence: number): number {
    return this.#units[sequence] as number;
  }

  startOf(sequence: number): number {
    return this.#starts[sequence] as number;
  }

  #isCode(address: number): boolean {
    return this.#code.length === 0 || this.#code.some(([start, end]) => address >= start && address < end);
  }

  #grow(): void {
    const room = 2 * this.#length;
    const grown = (old: Float64Array) => {
      const more = new Float64Array(room);
      more.set(old);
      return more;
    };
    this.#lows = grown(this.#lows);
    this.#highs = grown(this.#highs);
    this.#units = grown(this.#units);
    const starts = new Uint32Array(room);
    starts.set(this.#starts);
    this.#starts = starts;
  }
}
