// What a model that has grown too large lets go. In: its stacks and sums. Out: fewer stacks and threads, and for each old stack the one that has its
// sums now. No sum is lost. What a recent sample has stays, where that leaves room for as much again.
import type { LiveModel } from "./model.js";
import { LET_GO_PLACE } from "./places.js";
import { Stacks } from "./stacks.js";
import type { Sums } from "./sums.js";
import { LiveThread } from "./thread.js";

export interface Smaller {
  readonly stacks: Stacks;
  readonly threads: LiveThread[];
  /** Of each old stack, its new number. */
  readonly numbers: Int32Array;
  /** How many were summed up with others. */
  readonly gone: { readonly stacks: number; readonly threads: number };
}

/** Name of what stands for all threads that were let go. */
export const ENDED_THREADS = "ended threads";

/** @param keep how much to keep at most, but for what recent samples have */
export function letGoOf(
  live: LiveModel,
  sums: Sums,
  recent: Sums,
  keep: { readonly stacks: number; readonly threads: number },
): Smaller {
  const { stacks, places } = live;
  const { count, parent, place, thread } = stacks;
  const samples = totals(stacks, sums);
  const recently = totals(stacks, recent);
  const fewest = bound(samples, keep.stacks);
  const spares = recently.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0) <= keep.stacks / 2;
  const staying = stayingThreads(live, recently, keep.threads);

  const smaller = new Stacks();
  const threads: LiveThread[] = [];
  const moved = new Map<number, LiveThread>();
  const add = (one: LiveThread): LiveThread => {
    one.root = smaller.root(threads.length);
    threads.push(one);
    return one;
  };
  const rest =
    staying.size < live.threads.length
      ? add(live.threads.find(isRest)?.as(0) ?? new LiveThread(0, 0, undefined, ENDED_THREADS, ENDED_THREADS, 0))
      : undefined;
  for (const one of live.threads)
    if (staying.has(one) && !isRest(one)) moved.set(one.number, add(one.as(threads.length)));

  const numbers = new Int32Array(count);
  let gone = 0;
  for (let stack = 0; stack < count; stack++) {
    const caller = parent[stack] as number;
    if (caller < 0) {
      numbers[stack] = (moved.get(thread[stack] as number) ?? (rest as LiveThread)).root;
      continue;
    }
    const to = numbers[caller] as number;
    const stays = (samples[stack] as number) > fewest || (spares && (recently[stack] as number) > 0);
    if (!stays) gone++;
    // What is below one that was let go is let go with it.
    if (!stays && smaller.place[to] === LET_GO_PLACE) numbers[stack] = to;
    else numbers[stack] = smaller.child(to, stays ? (place[stack] as number) : LET_GO_PLACE, places.functionOf);
  }
  for (const one of live.threads) {
    const now = moved.get(one.number) ?? rest;
    if (now === undefined) continue;
    now.renumber(now.root, numbers[one.last] as number, one.frozen === undefined ? undefined : numbers[one.frozen]);
    if (now === rest && !isRest(one)) now.samples += one.samples;
  }
  return { stacks: smaller, threads, numbers, gone: { stacks: gone, threads: live.threads.length - threads.length } };
}

function isRest({ pid, thread }: LiveThread): boolean {
  return pid === 0 && thread === ENDED_THREADS;
}

function totals({ count, parent }: Stacks, sums: Sums): Float64Array {
  const own = sums.columns[sums.squares.length] as Float64Array;
  const total = new Float64Array(count);
  total.set(own.subarray(0, count));
  for (let stack = count - 1; stack >= 0; stack--) {
    const caller = parent[stack] as number;
    if (caller >= 0) (total[caller] as number) += total[stack] as number;
  }
  return total;
}

/** What at most `keep` of the values exceed. */
function bound(values: Float64Array, keep: number): number {
  return values.length <= keep ? 0 : (values.slice().sort()[values.length - keep] as number);
}

/** Those that recent samples have first, and then those that were seen last. */
function stayingThreads({ threads }: LiveModel, recently: Float64Array, keep: number): ReadonlySet<LiveThread> {
  const isRecent = (one: LiveThread): number => ((recently[one.root] as number) > 0 ? 1 : 0);
  const ranked = [...threads].sort((a, b) => isRecent(b) - isRecent(a) || b.seen - a.seen);
  return new Set(ranked.length > keep ? ranked.slice(0, keep) : ranked);
}
