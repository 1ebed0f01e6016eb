// Stacks as rows: the one that was seen last (Live), or all (Full). In: the state. Out: rows.
import { type FunctionLine, functionLabel } from "../../analysis/function_line.js";
import { type LiveThread, shownChildren, type Tally } from "../../live/index.js";
import type { Row } from "./rows.js";
import { labelOf, type State } from "./state.js";

/** What is to be said of stacks that may not be the last ones. */
export const NOT_LAST = "the stack with most samples of the last moments: which was the last one isn't told";
/** A tree is cut there, and says so. */
const MOST_DEPTH = 64;
const MOST_ROWS = 4096;

/** The last stack of the thread that is shown, or of the one that was seen last; root first, with what each frame has so far. */
export function liveRows(state: State): Row[] {
  const { live } = state;
  const thread = state.shownThread ?? mostRecent(state.threads);
  if (thread === undefined) return [];
  const path = pathTo(state, live.lastOf(thread)).filter((stack) => state.tally.isShown[stack] !== 0);
  const rows = path.filter((stack) => isAbove(state, stack)).map((stack) => stackRow(state, stack, "", false));
  return [...(live.tellsLast ? [] : [noteRow(NOT_LAST)]), threadRow(state, thread), ...rows];
}

function mostRecent(threads: readonly LiveThread[]): LiveThread | undefined {
  let found: LiveThread | undefined;
  for (const one of threads) if (found === undefined || one.seen > found.seen) found = one;
  return found;
}

/** Stacks from the root's callee to this one. */
export function pathTo({ live }: State, stack: number): number[] {
  const path: number[] = [];
  for (let at = stack; at >= 0 && (live.stacks.place[at] ?? -1) >= 0; at = live.stacks.parent[at] as number)
    path.unshift(at);
  return path;
}

function isAbove({ tally, threshold }: State, stack: number): boolean {
  return threshold === 0 || 100 * (tally.total[stack] as number) >= threshold * tally.whole;
}

/** The whole tree. */
/** @param page rows that fit: no more are made than can be seen, unless the cursor asks for the end */
export function fullRows(state: State, page: number): Row[] {
  const most = Math.min(MOST_ROWS, Math.max(state.cursor, state.scroll) + 2 * page);
  const { live, tally } = state;
  const last = new Set<number>();
  const shown = state.shownThread;
  const threads = shown === undefined ? live.threads.filter(({ root }) => (tally.total[root] as number) > 0) : [shown];
  for (const one of threads) for (const stack of pathTo(state, live.lastOf(one))) last.add(stack);
  const rows: Row[] = [];
  const sorted = [...threads].sort((a, b) => (tally.total[b.root] as number) - (tally.total[a.root] as number));
  for (const thread of sorted) {
    rows.push(threadRow(state, thread));
    addBelow(state, thread.root, last, rows, most);
    if (rows.length >= most) break;
  }
  if (rows.length >= MOST_ROWS)
    rows.push(noteRow(`more than ${MOST_ROWS} rows: raise the threshold with +, or filter`));
  return rows;
}

interface Open {
  readonly children: readonly number[];
  at: number;
  readonly indent: string;
}

function addBelow(state: State, root: number, last: ReadonlySet<number>, rows: Row[], most: number): void {
  const children = (stack: number): number[] =>
    shownChildren(state.live, state.tally, stack).filter((child) => isAbove(state, child));
  const open: Open[] = [{ children: children(root), at: 0, indent: "" }];
  for (let top = open.at(-1); top !== undefined && rows.length < most; top = open.at(-1)) {
    const child = top.children[top.at++];
    if (child === undefined) {
      open.pop();
      continue;
    }
    const isLast = top.at === top.children.length;
    rows.push(stackRow(state, child, `${top.indent}${isLast ? "└─ " : "├─ "}`, !last.has(child)));
    if (open.length < MOST_DEPTH) {
      open.push({ children: children(child), at: 0, indent: `${top.indent}${isLast ? "   " : "│  "}` });
    } else if (children(child).length > 0)
      rows.push(noteRow(`${top.indent}   deeper than ${MOST_DEPTH} frames: zoom with G`));
  }
}

function stackRow(state: State, stack: number, indent: string, isDim: boolean): Row {
  const { stacks, places } = state.live;
  const place = stacks.place[stack] as number;
  const { function: name, line } = places.lines[place] as FunctionLine;
  return {
    ...sumsOf(state.tally, state.beside, stack),
    indent,
    name: functionLabel(name),
    file: name.filename,
    line,
    isDim,
    function: places.functionOf[place] as number,
  };
}

function threadRow(state: State, thread: LiveThread): Row {
  const process = new Set(state.live.threads.map(({ pid }) => pid)).size > 1 ? `process ${thread.pid} ` : "";
  return {
    ...sumsOf(state.tally, state.beside, thread.root),
    indent: "",
    name: `${process}thread ${labelOf(thread)}`,
    file: "",
    line: 0,
    isDim: false,
    function: -1,
  };
}

function noteRow(name: string): Row {
  return { own: 0, total: 0, indent: "", name, file: "", line: 0, isDim: true, function: -1 };
}

function sumsOf(tally: Tally, beside: Tally, stack: number): Pick<Row, "own" | "total" | "recentOwn" | "recentTotal"> {
  return {
    own: tally.own[stack] ?? 0,
    total: tally.total[stack] ?? 0,
    recentOwn: beside.own[stack] ?? 0,
    recentTotal: beside.total[stack] ?? 0,
  };
}
