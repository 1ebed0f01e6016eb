// Functions that a word is in. In: a tree, a word. Out: the nodes, and what they have together, each value once: a function that is
// found below one that is found has its value there already.
import type { FlameTree } from "./tree.js";

export interface Found {
  /** Of each node, 1 where it is found. */
  readonly isFound: Uint8Array;
  /** In the order of the tree. */
  readonly nodes: readonly number[];
  readonly functions: number;
}

/** Label and file. */
export function textOf({ data }: FlameTree, node: number): string {
  const [label, file] = data.names[data.name[node] as number] as FlameTree["data"]["names"][number];
  return file === "" ? label : `${label} (${file})`;
}

/** @param word in any case; nothing is found where it is empty */
export function find(tree: FlameTree, word: string): Found {
  const { names, name } = tree.data;
  const wanted = word.toLowerCase();
  const matches = names.map(([label, file]) => wanted !== "" && `${label} (${file})`.toLowerCase().includes(wanted));
  const isFound = new Uint8Array(tree.size);
  const nodes: number[] = [];
  for (let node = 0; node < tree.size; node++) {
    if (!matches[name[node] as number]) continue;
    isFound[node] = 1;
    nodes.push(node);
  }
  return { isFound, nodes, functions: matches.filter(Boolean).length };
}

/** What is found has together, below `top` and in it. */
export function sumOf(tree: FlameTree, { isFound }: Found, series: number, top: number): number {
  const totals = tree.totals[series] as Float64Array;
  let sum = 0;
  for (let node = top; node < (tree.end[top] as number); ) {
    if (isFound[node] === 0) node++;
    else {
      sum += totals[node] as number;
      node = tree.end[node] as number;
    }
  }
  return sum;
}

/** What is found, as one looks for it on a picture or goes through it. */
export class Findings {
  readonly found: Found;
  readonly #tree: FlameTree;
  /** How many of the nodes before a node are found. */
  readonly #before: Uint32Array;

  constructor(tree: FlameTree, word: string) {
    this.#tree = tree;
    this.found = find(tree, word);
    const { isFound } = this.found;
    this.#before = new Uint32Array(isFound.length + 1);
    for (let node = 0; node < isFound.length; node++) {
      this.#before[node + 1] = (this.#before[node] as number) + (isFound[node] as number);
    }
  }

  /** Whether there is any from one node to another, with all below that; of one node, whether it is found itself. */
  isAny(first: number, last: number): boolean {
    const behind = first === last ? first + 1 : (this.#tree.end[last] as number);
    return (this.#before[behind] as number) > (this.#before[first] as number);
  }

  /** The one behind a node, or before it, round and round; undefined where there is none. */
  next(selected: number, step: 1 | -1): number | undefined {
    const { nodes } = this.found;
    const at = nodes.findIndex((node) => node >= selected);
    const isHere = nodes[at] === selected;
    const before = at < 0 ? nodes.length - 1 : at - 1;
    const next = at < 0 ? 0 : isHere ? at + 1 : at;
    const index = step === 1 ? next : before;
    return nodes[(index + nodes.length) % nodes.length];
  }
}
