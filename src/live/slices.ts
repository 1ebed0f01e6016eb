// The last samples summed up by second and stack. In: the model. Out: slices for the wire, the oldest first; as many as a message may have.
import type { Metric } from "../analysis/metric.js";
import { type LiveModel, valueLeft } from "./model.js";
import type { WireSlice } from "./wire.js";

/** @param most pairs of a second and a stack; older seconds are left out */
export function slicesOf(live: LiveModel, most: number): WireSlice[] {
  const { recent, metrics } = live;
  const slices: WireSlice[] = [];
  let left = most;
  for (let i = recent.count - 1; i >= 0 && left > 0; ) {
    const second = Math.floor((recent.end[recent.at(i)] as number) / 1e6);
    let from = i;
    while (from > 0 && Math.floor((recent.end[recent.at(from - 1)] as number) / 1e6) === second) from--;
    const slice = sliceOf(live, metrics, from, i, second);
    left -= slice.stacks.length;
    if (left >= 0) slices.push(slice);
    i = from - 1;
  }
  return slices.reverse();
}

function sliceOf(
  { recent }: LiveModel,
  metrics: readonly Metric[],
  from: number,
  to: number,
  second: number,
): WireSlice {
  const places = new Map<number, number>();
  const stacks: number[] = [];
  const values: number[][] = Array.from({ length: metrics.length + 1 }, () => []);
  const squares: number[] = metrics.map(() => 0);
  for (let i = from; i <= to; i++) {
    const at = recent.at(i);
    const stack = recent.stack[at] as number;
    let place = places.get(stack);
    if (place === undefined) {
      place = stacks.push(stack) - 1;
      places.set(stack, place);
      for (const column of values) column.push(0);
    }
    for (const [column, metric] of metrics.entries()) {
      const value = valueLeft(metric, recent.time[at] as number, recent.flags[at] as number, recent.memory[at] ?? 0);
      ((values[column] as number[])[place] as number) += value;
      (squares[column] as number) += value * value;
    }
    ((values[metrics.length] as number[])[place] as number)++;
  }
  return { from: 1e6 * second, to: 1e6 * (second + 1), stacks, values, squares };
}
