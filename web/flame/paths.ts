// What stays the same of a node where its tree gets other figures: the way that leads to it. In: a tree, a node. Out: its way; what a way leads to.
import type { FlameData } from "../../src/views/flame_data.js";
import type { FlameTree } from "./tree.js";
import { nameOf } from "./words.js";

/** Tells a function apart from others, in whatever tree. */
export function keyOf(name: FlameData["names"][number]): string {
  return name.join("\0");
}

/** What leads from the root to a node. */
export function pathTo(tree: FlameTree, node: number): string[] {
  const path: string[] = [];
  for (let at = node; at > 0; at = tree.parent[at] as number) path.push(keyOf(nameOf(tree, at)));
  return path.reverse();
}

/** The node that a way leads to, or as far as it leads. */
export function follow(tree: FlameTree, path: readonly string[]): number {
  const { end } = tree;
  let node = 0;
  for (const key of path) {
    let child = node + 1;
    while (child < (end[node] as number) && keyOf(nameOf(tree, child)) !== key) child = end[child] as number;
    if (child >= (end[node] as number)) break;
    node = child;
  }
  return node;
}

/** The index of a function's name; undefined where it isn't there any more. */
export function indexOf({ names }: FlameData, key: string): number | undefined {
  const index = names.findIndex((name) => keyOf(name) === key);
  return index < 0 ? undefined : index;
}
