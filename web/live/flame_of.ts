// What was summed up as a flame graph's tree. In: a mirror, a tally of it, or two that are compared. Out: processes, threads and functions with their values.
import { type FunctionName, functionLabel } from "../../src/analysis/function_line.js";
import type { Metric } from "../../src/analysis/metric.js";
import { threadLabel } from "../../src/analysis/thread_label.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { Tally } from "../../src/live/tally.js";
import type { LiveThread } from "../../src/live/thread.js";
import type { ComparedData, ComparisonFacts } from "../../src/views/diff_data.js";
import { type FlameData, FlameNode, flatten } from "../../src/views/flame_data.js";

export function flameOf(mirror: LiveMirror, tally: Tally, { label, unit }: Metric): FlameData {
  const all = new FlameNode("all", undefined, 1);
  const several = new Set(mirror.threads.map(({ pid }) => pid)).size > 1;
  grow(mirror, [tally], (thread) => {
    const process = several ? all.child(thread.pid, `process ${thread.pid}`) : all;
    return process.child(thread.root, `thread ${threadLabel({ ...thread, threadName: thread.name })}`);
  });
  return flatten(all, [{ label, unit }]);
}

/** Two windows in one tree. Threads are not told apart, as where two profiles are compared. */
export function comparedFlameOf(
  mirror: LiveMirror,
  tallies: readonly [Tally, Tally],
  { unit }: Metric,
  comparison: ComparisonFacts,
): ComparedData {
  const all = new FlameNode("all", undefined, 2);
  grow(mirror, tallies, () => all);
  const series = ["A", "B"].map((label) => ({ label, unit }));
  return { ...flatten(all, series), comparison };
}

/** @param top of a thread, what its stacks grow from */
function grow(
  { stacks, places, threads }: LiveMirror,
  tallies: readonly Tally[],
  top: (thread: LiveThread) => FlameNode,
): void {
  const nodes: (FlameNode | undefined)[] = [];
  for (let stack = 0; stack < stacks.count; stack++) {
    if (tallies.every(({ total }) => total[stack] === 0)) continue;
    const parent = stacks.parent[stack] as number;
    let node: FlameNode;
    if (parent < 0) {
      const thread = threads[stacks.thread[stack] as number];
      if (thread === undefined) continue;
      node = top(thread);
    } else {
      const fn = places.functions[places.functionOf[stacks.place[stack] as number] as number] as FunctionName;
      node = (nodes[parent] as FlameNode).child(fn, functionLabel(fn), fn);
    }
    for (const [i, { own }] of tallies.entries()) (node.own[i] as number) += own[stack] as number;
    nodes[stack] = node;
  }
}
