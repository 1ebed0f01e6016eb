// The last samples, one by one, in a ring of fixed room. In: samples as numbers. Out: those that have become too old or have no room any more,
// and all that are left in their order. Knows neither stacks nor clocks.
import { grown } from "./sums.js";

const FIRST_ROOM = 4096;

export class Recent {
  /** Column of each sample that is there, from `begin` on, `mask` applied. */
  stack = new Int32Array(FIRST_ROOM);
  /** Microseconds that it stands for. */
  time = new Uint32Array(FIRST_ROOM);
  /** When it ended, in microseconds. */
  end = new Float64Array(FIRST_ROOM);
  flags = new Uint8Array(FIRST_ROOM);
  /** Empty while no sample has a change of memory. */
  memory = new Float64Array(0);
  begin = 0;
  count = 0;
  readonly #most: number;

  /** @param most samples that it holds, a power of two */
  constructor(most: number) {
    this.#most = most;
  }

  get room(): number {
    return this.stack.length;
  }

  /** Whether the next `push` needs one to be taken out before. */
  get isFull(): boolean {
    return this.count === this.#most;
  }

  /** Where the `index`-th of them lies. */
  at(index: number): number {
    return (this.begin + index) & (this.stack.length - 1);
  }

  /** Put one behind the others; there must be room. */
  push(stack: number, time: number, end: number, flags: number, memory: number): void {
    if (this.count === this.stack.length) this.#grow();
    const at = this.at(this.count++);
    this.stack[at] = stack;
    this.time[at] = time;
    this.end[at] = end;
    this.flags[at] = flags;
    if (memory !== 0 && this.memory.length === 0) this.memory = new Float64Array(this.stack.length);
    if (this.memory.length > 0) this.memory[at] = memory;
  }

  /** Take the oldest out. */
  shift(): void {
    this.begin = (this.begin + 1) & (this.stack.length - 1);
    this.count--;
  }

  #grow(): void {
    const room = this.stack.length;
    // What has wrapped goes behind, where the new room begins.
    const wrapped = this.begin;
    const move = <T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(column: T): T => {
      if (column.length === 0) return column;
      const longer = grown(column, 2 * room);
      longer.copyWithin(room, 0, wrapped);
      return longer;
    };
    this.stack = move(this.stack);
    this.time = move(this.time);
    this.end = move(this.end);
    this.flags = move(this.flags);
    this.memory = move(this.memory);
  }
}
