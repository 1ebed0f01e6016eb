// What a row of a flame graph shows. In: a tree, what is zoomed into, a width. Out: boxes, from left to right. What is too narrow to be
// seen is not left out: neighbours of that kind share a box.
import type { FlameTree } from "./tree.js";

/** A node, or neighbours that are too narrow to be told apart; places in pixels. */
export interface Box {
  readonly x: number;
  readonly width: number;
  /** The first and the last node. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** What they have together. */
  readonly value: number;
}

export interface View {
  readonly tree: FlameTree;
  readonly series: number;
  /** The node that has the whole width. */
  readonly zoom: number;
  /** Pixels. */
  readonly width: number;
}

/** What is narrower, in pixels, has no box of its own. */
const LEAST_WIDTH = 1;

/** What a node has, and where it begins, in pixels of the view. */
export function placeOf({ tree, series, zoom, width }: View, node: number): { x: number; width: number } {
  const totals = tree.totals[series] as Float64Array;
  const starts = tree.starts[series] as Float64Array;
  const whole = totals[zoom] as number;
  if (tree.isWithin(zoom, node)) return { x: 0, width };
  if (whole === 0) return { x: 0, width: 0 };
  const scale = width / whole;
  return { x: ((starts[node] as number) - (starts[zoom] as number)) * scale, width: (totals[node] as number) * scale };
}

/** The boxes of a row. Above what is zoomed into there are only its callers. */
export function* boxesOf(view: View, row: number): Generator<Box> {
  const { tree, series, zoom, width } = view;
  const totals = tree.totals[series] as Float64Array;
  const nodes = tree.rows[row];
  if (nodes === undefined) return;
  if (row <= (tree.depth[zoom] as number)) {
    let node = zoom;
    while ((tree.depth[node] as number) > row) node = tree.parent[node] as number;
    yield { x: 0, width, first: node, last: node, count: 1, value: totals[node] as number };
    return;
  }
  let narrow: Box | undefined;
  for (let i = firstWithin(nodes, zoom); i < nodes.length; i++) {
    const node = nodes[i] as number;
    if (!tree.isWithin(node, zoom)) break;
    const value = totals[node] as number;
    if (value === 0) continue;
    const place = placeOf(view, node);
    const isNarrow = place.width < LEAST_WIDTH;
    const behind = narrow === undefined ? 0 : narrow.x + narrow.width;
    if (narrow !== undefined && (!isNarrow || place.x - behind > LEAST_WIDTH)) {
      yield narrow;
      narrow = undefined;
    }
    if (!isNarrow) yield { ...place, first: node, last: node, count: 1, value };
    else if (narrow === undefined) narrow = { ...place, first: node, last: node, count: 1, value };
    else {
      const { x, first, count, value: sum } = narrow;
      narrow = { x, width: place.x + place.width - x, first, last: node, count: count + 1, value: sum + value };
    }
  }
  if (narrow !== undefined) yield narrow;
}

/** The box of a row at a place, or the one that ends just before: pointers are wider than some boxes. */
export function boxAt(view: View, row: number, x: number): Box | undefined {
  let near: Box | undefined;
  for (const box of boxesOf(view, row)) {
    if (x < box.x) break;
    if (x < box.x + box.width) return box;
    near = x < box.x + LEAST_WIDTH ? box : undefined;
  }
  return near;
}

/** The first of a row's nodes that may be below `top`: nodes are numbered from left to right. */
function firstWithin(nodes: Int32Array, top: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((nodes[middle] as number) < top) low = middle + 1;
    else high = middle;
  }
  return low;
}
