// Other trees of the same stacks. In: a tree. Out: its data with threads and processes as one, or with what calls a function.
import type { FlameData } from "../../src/views/flame_data.js";
import type { FlameTree } from "./tree.js";

/** Deeper callers are left out: what they have stays with the last one that is shown. */
const MOST_CALLERS = 1000;
/** So many steps from a function to its callers' callers, all together: a page must answer. */
const MOST_STEPS = 10_000_000;

interface Made {
  readonly name: number;
  readonly own: number[];
  readonly children: Map<number, Made>;
}

const made = (name: number, series: number): Made => ({ name, own: new Array(series).fill(0), children: new Map() });

function childOf(node: Made, name: number): Made {
  let child = node.children.get(name);
  if (child === undefined) {
    child = made(name, node.own.length);
    node.children.set(name, child);
  }
  return child;
}

/** Whether a node is a process or a thread, or the whole. */
function isLane({ data, depth }: FlameTree, node: number): boolean {
  if (node === 0) return true;
  const [label, file, origin] = data.names[data.name[node] as number] as FlameData["names"][number];
  return origin === "" && file === "" && (depth[node] as number) <= 2 && /^(process|thread) /.test(label);
}

/** Whether there are threads to be put together. */
export function hasLanes(tree: FlameTree): boolean {
  let lanes = 0;
  for (const row of tree.rows.slice(1, 3)) for (const node of row) if (isLane(tree, node)) lanes++;
  return lanes > 1;
}

/** Stacks without the threads and processes that they are of. */
export function withoutLanes(tree: FlameTree): FlameData {
  const { data, size, parent } = tree;
  const whole = made(data.name[0] as number, data.series.length);
  const places: Made[] = [];
  for (let node = 0; node < size; node++) {
    const above = node === 0 ? whole : (places[parent[node] as number] as Made);
    const place = isLane(tree, node) ? above : childOf(above, data.name[node] as number);
    places[node] = place;
    for (let i = 0; i < data.series.length; i++) (place.own[i] as number) += data.own[i]?.[node] as number;
  }
  return flat(whole, data);
}

/** What calls a function, and what calls that: root first is what is called. Recursion counts once. */
export function callersOf(tree: FlameTree, name: number): FlameData {
  const { data, size, parent, end, totals } = tree;
  const { length } = data.series;
  const whole = made(data.name[0] as number, length);
  const called = childOf(whole, name);
  let steps = 0;
  for (let node = 1; node < size; ) {
    if (data.name[node] !== name) {
      node++;
      continue;
    }
    let place = called;
    let above = parent[node] as number;
    for (let i = 0; i < MOST_CALLERS && above > 0 && !isLane(tree, above) && steps < MOST_STEPS; i++, steps++) {
      place = childOf(place, data.name[above] as number);
      above = parent[above] as number;
    }
    for (let i = 0; i < length; i++) (place.own[i] as number) += totals[i]?.[node] as number;
    node = end[node] as number;
  }
  return flat(whole, data);
}

/** As lists, the largest first as the first series has it. */
function flat(whole: Made, { series, names }: FlameData): FlameData {
  const all: Made[] = [];
  const total = new Map<Made, number>();
  const order: Made[] = [whole];
  for (let i = 0; i < order.length; i++) for (const child of (order[i] as Made).children.values()) order.push(child);
  for (const node of order.toReversed()) {
    let sum = node.own[0] ?? 0;
    for (const child of node.children.values()) sum += total.get(child) as number;
    total.set(node, sum);
  }
  const open = [whole];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    all.push(node);
    const children = [...node.children.values()];
    children.sort((a, b) => (total.get(a) as number) - (total.get(b) as number));
    for (const child of children) open.push(child);
  }
  return {
    series,
    names,
    name: all.map(({ name }) => name),
    children: all.map(({ children }) => children.size),
    own: series.map((_, i) => all.map(({ own }) => own[i] as number)),
    cut: 0,
  };
}
