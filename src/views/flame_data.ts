// What a flame graph shows, as plain data that goes into a page. In: stacks, summed up. Out: a tree of functions with their values.
// Values are exact: where a caller's smallest callees are cut off, one node has what they had together.

import { type FunctionName, functionLabel } from "../analysis/function_line.js";
import { METRICS, type Metric } from "../analysis/metric.js";
import type { StackNode, ThreadStacks } from "../analysis/stack_tree.js";
import { threadLabel } from "../analysis/thread_label.js";
import { type CodeOrigin, originOf } from "./origin.js";

/** More nodes than this make a page slow. A stack may be half as deep. */
const MOST_NODES = 200_000;
/** What stands for a caller's smallest callees. */
const SMALLER = "(smaller frames)";

/** A value that nodes have. */
export interface Series {
  readonly label: string;
  readonly unit: Metric["unit"];
}

/** Nodes are listed parents first, children right behind them, the largest first as the first series has it. The first one is the whole. */
export interface FlameData {
  readonly series: readonly Series[];
  /** Labels, files (may be empty) and origins of functions, and of the whole, processes and threads, which have none. */
  readonly names: readonly (readonly [label: string, file: string, origin: CodeOrigin | ""])[];
  /** Of each node, its index in `names`. */
  readonly name: readonly number[];
  /** Of each node, how many children it has. */
  readonly children: readonly number[];
  /** Of each series, of each node: what it has itself, without its children. */
  readonly own: readonly (readonly number[])[];
  /** Nodes that were cut off: what they have is in nodes named "(smaller frames)". */
  readonly cut: number;
}

/** A node while the tree is put together. */
export class FlameNode {
  readonly own: number[];
  total: number[] = [];
  readonly children = new Map<unknown, FlameNode>();

  constructor(
    readonly label: string,
    readonly fn: FunctionName | undefined,
    series: number,
  ) {
    this.own = new Array(series).fill(0);
  }

  /** The child that `key` stands for. */
  child(key: unknown, label: string, fn?: FunctionName): FlameNode {
    let node = this.children.get(key);
    if (node === undefined) {
      node = new FlameNode(label, fn, this.own.length);
      this.children.set(key, node);
    }
    return node;
  }
}

/** Add the stacks of a thread under `top`. @param values what a node has of each series, by the sums of its stacks */
export function addStacks(
  top: FlameNode,
  root: StackNode,
  keyOf: (name: FunctionName) => unknown,
  values: (sums: Float64Array) => readonly number[],
): void {
  const open: [StackNode, FlameNode][] = [[root, top]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [stack, node] = pair;
    for (const [i, value] of values(stack.own).entries()) (node.own[i] as number) += value;
    if (stack.children === undefined) continue;
    for (const [functionLine, child] of stack.children) {
      const fn = functionLine.function;
      open.push([child, node.child(keyOf(fn), functionLabel(fn), fn)]);
    }
  }
}

/** A profile: processes, their threads, their stacks. */
export function flameData(threads: readonly ThreadStacks[], metrics: readonly Metric[]): FlameData {
  const indices = metrics.map((metric) => METRICS.indexOf(metric));
  const all = new FlameNode("all", undefined, metrics.length);
  const several = new Set(threads.map(({ pid }) => pid)).size > 1;
  for (const thread of threads) {
    const process = several ? all.child(thread.pid, `process ${thread.pid}`) : all;
    const label = `thread ${threadLabel(thread)}`;
    addStacks(
      process.child(label, label),
      thread.root,
      (fn) => fn,
      (sums) => indices.map((i) => sums[i] as number),
    );
  }
  const series = metrics.map(({ label, unit }) => ({ label, unit }));
  return flatten(all, series);
}

/** The tree as lists. */
export function flatten(all: FlameNode, series: readonly Series[]): FlameData {
  const nodes = breadthFirst(all);
  for (const node of nodes.toReversed()) node.total = totalsOf(node);
  const shown = largest(nodes, all);
  const names = new Names();
  const name: number[] = [];
  const children: number[] = [];
  const own: number[][] = series.map(() => []);
  const open = [all];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const callees: FlameNode[] = [];
    const smaller = new FlameNode(SMALLER, undefined, series.length);
    for (const child of node.children.values()) {
      if (shown === undefined || shown.has(child)) callees.push(child);
      else for (const [i, value] of child.total.entries()) (smaller.own[i] as number) += value;
    }
    smaller.total = smaller.own;
    if (callees.length < node.children.size) callees.push(smaller);
    name.push(names.indexOf(node));
    children.push(callees.length);
    for (const [i, value] of node.own.entries()) own[i]?.push(value);
    callees.sort((a, b) => (a.total[0] ?? 0) - (b.total[0] ?? 0) || weight(a, all) - weight(b, all));
    for (const child of callees) open.push(child);
  }
  return { series, names: names.list, name, children, own, cut: shown === undefined ? 0 : nodes.length - shown.size };
}

/** Callers before their callees. */
function breadthFirst(all: FlameNode): FlameNode[] {
  const nodes = [all];
  for (let i = 0; i < nodes.length; i++)
    for (const child of (nodes[i] as FlameNode).children.values()) nodes.push(child);
  return nodes;
}

function totalsOf({ own, children }: FlameNode): number[] {
  const total = [...own];
  for (const child of children.values()) {
    for (const [i, value] of child.total.entries()) (total[i] as number) += value;
  }
  return total;
}

/** The part of the whole that a node has, of the series of which it has most. */
function weight(node: FlameNode, all: FlameNode): number {
  return Math.max(...node.total.map((value, i) => value / (all.total[i] || 1)));
}

/** The nodes that have most, each with its callers, which have no less; undefined where all have room. */
function largest(nodes: readonly FlameNode[], all: FlameNode): ReadonlySet<FlameNode> | undefined {
  if (nodes.length <= MOST_NODES) return undefined;
  const weights = Float64Array.from(nodes, (node) => weight(node, all));
  // Of equal ones the first: the callers of the others are among them.
  const order = Uint32Array.from(nodes.keys()).sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  return new Set(Array.from(order.subarray(0, MOST_NODES), (index) => nodes[index] as FlameNode));
}

class Names {
  readonly list: [string, string, CodeOrigin | ""][] = [];
  readonly #indices = new Map<string, number>();

  indexOf({ label, fn }: FlameNode): number {
    const file = fn?.filename ?? "";
    const key = `${label}\0${file}\0${fn?.kind}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.list.push([label, file, fn === undefined ? "" : originOf(fn)]) - 1;
      this.#indices.set(key, index);
    }
    return index;
  }
}
