// Tables of what was summed up. In: a model and a tally of it. Out: functions or lines with what they have; of one function, who calls it, whom it
// calls, and its lines. Knows no text.
import { type FunctionLine, type FunctionName, functionLabel } from "../analysis/function_line.js";
import type { LiveModel } from "./model.js";
import { FIRST_OF_FUNCTION } from "./stacks.js";
import type { Tally } from "./tally.js";

export interface HotRow {
  /** Of the function or, where lines are told apart, of the place. */
  readonly number: number;
  readonly function: FunctionName;
  /** 0 for a whole function, or where it isn't known. */
  readonly line: number;
  readonly own: number;
  readonly total: number;
}

/** What rows stand for. */
export type Unit = "function" | "line";

export type RowOrder = "own" | "total" | "name";

/** Rows that have anything, in this order. */
export function hotRows({ places }: Pick<LiveModel, "places">, tally: Tally, unit: Unit, order: RowOrder): HotRow[] {
  const byLine = unit === "line";
  const count = byLine ? places.lines.length : places.functions.length;
  const own = byLine ? tally.placeOwn : tally.functionOwn;
  const total = byLine ? tally.placeTotal : tally.functionTotal;
  const rows: HotRow[] = [];
  for (let number = 0; number < count; number++) {
    if (total[number] === 0 && own[number] === 0) continue;
    const place = byLine ? (places.lines[number] as FunctionLine) : undefined;
    rows.push({
      number,
      function: place?.function ?? (places.functions[number] as FunctionName),
      line: place?.line ?? 0,
      own: own[number] as number,
      total: total[number] as number,
    });
  }
  return rows.sort(comparisonFor(order));
}

function comparisonFor(order: RowOrder): (a: HotRow, b: HotRow) => number {
  if (order === "own") return (a, b) => b.own - a.own || b.total - a.total;
  if (order === "total") return (a, b) => b.total - a.total || b.own - a.own;
  return (a, b) => (functionLabel(a.function) < functionLabel(b.function) ? -1 : 1) || a.line - b.line;
}

/** A function and what it has of another one's total. */
export interface Relative {
  /** -1: nothing; the function is a thread's first. */
  readonly number: number;
  readonly value: number;
}

export interface Relatives {
  readonly callers: readonly Relative[];
  readonly callees: readonly Relative[];
  /** The function's own lines. */
  readonly lines: readonly HotRow[];
}

/** Of the function with this number: each with the most first. */
export function relatives(live: Pick<LiveModel, "stacks" | "places">, tally: Tally, number: number): Relatives {
  const { stacks, places } = live;
  const { parent, place, first, count } = stacks;
  const { functionOf } = places;
  const callers = new Map<number, number>();
  const callees = new Map<number, number>();
  const shownCaller = (stack: number): number => {
    let at = parent[stack] as number;
    while (at >= 0 && (place[at] as number) >= 0 && tally.isShown[at] === 0) at = parent[at] as number;
    return at < 0 || (place[at] as number) < 0 ? -1 : (functionOf[place[at] as number] as number);
  };
  const add = (to: Map<number, number>, key: number, value: number): unknown => to.set(key, (to.get(key) ?? 0) + value);
  for (let stack = 0; stack < count; stack++) {
    const total = tally.total[stack] as number;
    if (total === 0 || (place[stack] as number) < 0 || tally.isShown[stack] === 0) continue;
    const of = functionOf[place[stack] as number] as number;
    if (of === number) {
      if (((first[stack] as number) & FIRST_OF_FUNCTION) !== 0) add(callers, shownCaller(stack), total);
      continue;
    }
    if (shownCaller(stack) === number) add(callees, of, total);
  }
  const lines = hotRows(live, tally, "line", "own").filter((row) => row.function === places.functions[number]);
  return { callers: sorted(callers), callees: sorted(callees), lines };
}

function sorted(sums: ReadonlyMap<number, number>): Relative[] {
  return [...sums].map(([number, value]) => ({ number, value })).sort((a, b) => b.value - a.value);
}

/** The stacks below one, most first, those that are collapsed left out: what a tree or a flame graph draws. */
export function shownChildren({ stacks }: Pick<LiveModel, "stacks">, tally: Tally, stack: number): number[] {
  const { firstChild, nextSibling } = stacks;
  const found: number[] = [];
  const open = [stack];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    for (let child = firstChild[top] as number; child >= 0; child = nextSibling[child] as number) {
      if (tally.total[child] === 0) continue;
      if (tally.isShown[child] === 0) open.push(child);
      else found.push(child);
    }
  }
  return found.sort((a, b) => (tally.total[b] as number) - (tally.total[a] as number) || a - b);
}
