// What was summed up as a flame graph's tree. In: a mirror, a tally of it. Out: processes, threads and functions with their values.
import { type FunctionName, functionLabel } from "../../src/analysis/function_line.js";
import type { Metric } from "../../src/analysis/metric.js";
import { threadLabel } from "../../src/analysis/thread_label.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { Tally } from "../../src/live/tally.js";
import { type FlameData, FlameNode, flatten } from "../../src/views/flame_data.js";

export function flameOf({ stacks, places, threads }: LiveMirror, tally: Tally, { label, unit }: Metric): FlameData {
  const all = new FlameNode("all", undefined, 1);
  const several = new Set(threads.map(({ pid }) => pid)).size > 1;
  const nodes: (FlameNode | undefined)[] = [];
  for (let stack = 0; stack < stacks.count; stack++) {
    if (tally.total[stack] === 0) continue;
    const parent = stacks.parent[stack] as number;
    let node: FlameNode;
    if (parent < 0) {
      const thread = threads[stacks.thread[stack] as number];
      if (thread === undefined) continue;
      const process = several ? all.child(thread.pid, `process ${thread.pid}`) : all;
      const name = `thread ${threadLabel({ ...thread, threadName: thread.name })}`;
      node = process.child(stack, name);
    } else {
      const fn = places.functions[places.functionOf[stacks.place[stack] as number] as number] as FunctionName;
      node = (nodes[parent] as FlameNode).child(fn, functionLabel(fn), fn);
    }
    (node.own[0] as number) += tally.own[stack] as number;
    nodes[stack] = node;
  }
  return flatten(all, [{ label, unit }]);
}
