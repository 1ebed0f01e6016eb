// A flame graph's tree with what drawing it needs. In: nodes as lists. Out: of each node its parent, its depth, what it has with all
// below it, and where it begins. No recursion anywhere: stacks may be 100,000 deep.
import type { FlameData } from "../../src/views/flame_data.js";

export class FlameTree {
  readonly data: FlameData;
  /** Nodes. The first one is the whole. */
  readonly size: number;
  /** -1 of the first. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** The node behind its last descendant. */
  readonly end: Int32Array;
  /** Of each series, of each node: its own value with all of its descendants'. */
  readonly totals: readonly Float64Array[];
  /** Of each series, of each node: what lies before it in its row, in units of the value. */
  readonly starts: readonly Float64Array[];
  /** Of each row, its nodes from left to right. */
  readonly rows: readonly Int32Array[];

  constructor(data: FlameData) {
    const size = data.name.length;
    this.data = data;
    this.size = size;
    this.parent = new Int32Array(size).fill(-1);
    this.depth = new Int32Array(size);
    this.end = new Int32Array(size);
    this.#link();
    this.totals = data.own.map((own) => this.#sum(own));
    this.starts = this.totals.map((totals) => this.#place(totals));
    this.rows = this.#byRow();
  }

  /** A child that comes behind its siblings `count` places later, or before; undefined where there is none. */
  sibling(node: number, step: 1 | -1): number | undefined {
    const parent = this.parent[node] as number;
    if (parent < 0) return undefined;
    if (step === 1) {
      const next = this.end[node] as number;
      return next < (this.end[parent] as number) ? next : undefined;
    }
    // The one whose end is where this one begins.
    let child = parent + 1;
    if (child === node) return undefined;
    while ((this.end[child] as number) < node) child = this.end[child] as number;
    return child;
  }

  /** The widest child. */
  child(node: number, series: number): number | undefined {
    const totals = this.totals[series] as Float64Array;
    let widest: number | undefined;
    for (let child = node + 1; child < (this.end[node] as number); child = this.end[child] as number) {
      if (widest === undefined || (totals[child] as number) > (totals[widest] as number)) widest = child;
    }
    return widest;
  }

  isWithin(node: number, top: number): boolean {
    return node >= top && node < (this.end[top] as number);
  }

  #link(): void {
    const { children } = this.data;
    const open: number[] = [];
    const left: number[] = [];
    const close = (at: number): void => {
      while (open.length > 0 && left.at(-1) === 0) {
        this.end[open.pop() as number] = at;
        left.pop();
      }
    };
    for (let node = 0; node < this.size; node++) {
      close(node);
      const parent = open.at(-1);
      if (parent !== undefined) {
        this.parent[node] = parent;
        (left[left.length - 1] as number)--;
      }
      this.depth[node] = open.length;
      open.push(node);
      left.push(children[node] as number);
    }
    while (open.length > 0) this.end[open.pop() as number] = this.size;
  }

  #sum(own: readonly number[]): Float64Array {
    const totals = Float64Array.from(own);
    // Children come behind their parents.
    for (let node = this.size - 1; node > 0; node--) {
      (totals[this.parent[node] as number] as number) += totals[node] as number;
    }
    return totals;
  }

  /** What a node has of its own lies behind its children. */
  #place(totals: Float64Array): Float64Array {
    const starts = new Float64Array(this.size);
    const next = new Float64Array(this.size);
    for (let node = 1; node < this.size; node++) {
      const parent = this.parent[node] as number;
      const start = (starts[parent] as number) + (next[parent] as number);
      starts[node] = start;
      (next[parent] as number) += totals[node] as number;
    }
    return starts;
  }

  #byRow(): Int32Array[] {
    const counts: number[] = [];
    for (const depth of this.depth) counts[depth] = (counts[depth] ?? 0) + 1;
    const rows = counts.map((count) => new Int32Array(count));
    const filled = new Int32Array(counts.length);
    for (let node = 0; node < this.size; node++) {
      const depth = this.depth[node] as number;
      (rows[depth] as Int32Array)[(filled[depth] as number)++] = node;
    }
    return rows;
  }
}
