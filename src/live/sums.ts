// Sums by small numbers. In: numbers of stacks and values. Out: arrays. Knows no stacks.

type Column = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** The array, or a longer one with the same beginning where `length` doesn't fit. */
export function grown<T extends Column>(array: T, length: number): T {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  longer.set(array as never);
  return longer;
}

/** Of each stack, what its own samples add up to: a column for each metric, and behind them one that counts samples. */
export class Sums {
  readonly columns: Float64Array[];
  /** Of each metric, the sum of the squares of the samples' values: how unevenly samples weigh. */
  readonly squares: Float64Array;
  /** Of each column, the sum over all stacks. */
  readonly all: Float64Array;

  constructor(metrics: number, length = 1024) {
    this.columns = Array.from({ length: metrics + 1 }, () => new Float64Array(length));
    this.squares = new Float64Array(metrics);
    this.all = new Float64Array(metrics + 1);
  }

  get samples(): number {
    return this.all[this.squares.length] as number;
  }

  /** Make room for stacks with smaller numbers than `count`. */
  reserve(count: number): void {
    if (count <= (this.columns[0] as Float64Array).length) return;
    for (let i = 0; i < this.columns.length; i++) this.columns[i] = grown(this.columns[i] as Float64Array, count);
  }

  /** @param sign 1 to add a sample, -1 to take it away */
  add(stack: number, values: Float64Array, sign: 1 | -1): void {
    const { columns, squares, all } = this;
    const metrics = squares.length;
    for (let i = 0; i < metrics; i++) {
      const value = values[i] as number;
      if (value === 0) continue;
      ((columns[i] as Float64Array)[stack] as number) += sign * value;
      (all[i] as number) += sign * value;
      (squares[i] as number) += sign * value * value;
    }
    ((columns[metrics] as Float64Array)[stack] as number) += sign;
    (all[metrics] as number) += sign;
  }

  /** As they are now. @param count of stacks */
  copy(count: number): Sums {
    const copy = new Sums(this.squares.length, Math.max(1, count));
    for (const [i, column] of this.columns.entries()) (copy.columns[i] as Float64Array).set(column.subarray(0, count));
    copy.squares.set(this.squares);
    copy.all.set(this.all);
    return copy;
  }

  /** With new numbers for all stacks; those that share one are added up. @param numbers by the old number */
  renumbered(numbers: Int32Array, count: number): Sums {
    const moved = new Sums(this.squares.length, Math.max(1024, count));
    for (const [i, column] of this.columns.entries()) {
      const to = moved.columns[i] as Float64Array;
      const { length } = column;
      for (let stack = 0; stack < numbers.length && stack < length; stack++)
        (to[numbers[stack] as number] as number) += column[stack] as number;
    }
    moved.squares.set(this.squares);
    moved.all.set(this.all);
    return moved;
  }
}
