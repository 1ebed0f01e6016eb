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
