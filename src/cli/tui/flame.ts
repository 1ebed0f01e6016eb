// The flame graph: root at the top, or at the bottom, each frame as wide as its share. In: the state. Out: cells, and the stack that lies in a direction. Colours go
// with the module's name, so that they stay from one redraw to the next, and from one run to another.
import { type FunctionLine, functionLabel } from "../../analysis/function_line.js";
import { shownChildren } from "../../live/index.js";
import type { Cells, Look } from "../terminal/cells.js";
import { amount, BOLD, CHOSEN, DIM, MARKED, PLAIN, percent, percentOf } from "./looks.js";
import { labelOf, type State } from "./state.js";
import { pathTo } from "./tree.js";

/** A frame on the screen, in eighths of a cell. */
interface Box {
  readonly stack: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const WARM = [203, 209, 215, 221, 173, 179, 137, 216, 222, 180, 167, 174];
const LABEL_CELLS = 4;
/** Of threads that don't all fit: so wide, one has its label. */
const WIDE_CELLS = LABEL_CELLS + 2;
const MOST_DEPTH = 512;

/** What stands side by side at the top. */
interface Tops {
  readonly stacks: readonly number[];
  /** Sum of these. */
  readonly whole: number;
  /** How many there are besides, for which there is no room. */
  readonly others: number;
}

/** The frame that is zoomed to, or threads: where most of them would be too narrow to be seen, the widest have the room. */
function topsOf(state: State, width: number): Tops {
  const { total } = state.tally;
  const zoom = zoomOf(state);
  const all = zoom >= 0 ? [zoom] : rootsOf(state);
  const sum = (stacks: readonly number[]): number => stacks.reduce((sum, one) => sum + (total[one] as number), 0);
  const whole = sum(all);
  const seen = all.filter((one) => (total[one] as number) * width >= whole);
  if (2 * sum(seen) >= whole) return { stacks: all, whole, others: 0 };
  let count = 0;
  for (let first = 0; count < all.length; count++) {
    const next = total[all[count] as number] as number;
    first += next;
    if (count > 0 && next * width < WIDE_CELLS * first) break;
  }
  const stacks = all.slice(0, count);
  return { stacks, whole: sum(stacks), others: all.length - count };
}

/** Boxes that are at least a cell wide, row by row. */
function boxesOf(state: State, width: number, rows: number): Box[] {
  const { tally } = state;
  const boxes: Box[] = [];
  const { stacks: tops, whole } = topsOf(state, width);
  if (whole <= 0) return boxes;
  const scale = (8 * width) / whole;
  let open: Box[] = [];
  let at = 0;
  for (const stack of tops) {
    const to = at + (tally.total[stack] as number) * scale;
    open.push({ stack, depth: 0, from: at, to });
    at = to;
  }
  for (let depth = 0; depth < Math.min(MOST_DEPTH, rows) && open.length > 0; depth++) {
    const below: Box[] = [];
    for (const box of open) {
      if (box.to - box.from < 8) continue;
      boxes.push(box);
      let from = box.from;
      for (const child of shownChildren(state.live, tally, box.stack)) {
        const to = from + (tally.total[child] as number) * scale;
        below.push({ stack: child, depth: depth + 1, from, to });
        from = to;
      }
    }
    open = below;
  }
  return boxes;
}

function rootsOf({ live, tally, shownThread }: State): number[] {
  const threads = shownThread === undefined ? live.threads : [shownThread];
  const roots = threads.map(({ root }) => root).filter((root) => (tally.total[root] as number) > 0);
  return roots.sort((a, b) => (tally.total[b] as number) - (tally.total[a] as number));
}

function zoomOf({ zoom, tally, live }: State): number {
  return zoom >= 0 && zoom < live.stacks.count && (tally.total[zoom] ?? 0) > 0 ? zoom : -1;
}

export function drawFlame(cells: Cells, state: State, top: number, bottom: number): void {
  const { tally } = state;
  const rows = bottom - top - 2;
  const boxes = boxesOf(state, cells.width, rows + state.scroll);
  if (!boxes.some(({ stack }) => stack === state.chosen)) state.chosen = boxes[0]?.stack ?? -1;
  const thread = state.shownThread;
  const zoom = zoomOf(state);
  const { stacks, whole, others } = topsOf(state, cells.width);
  const widest = `FLAME GRAPH WIDEST ${stacks.length}/${stacks.length + others} THREADS ${percent(percentOf(whole, tally.whole))}`;
  const title =
    others > 0
      ? widest
      : `FLAME GRAPH FOR ${thread === undefined ? "ALL THREADS" : `THREAD ${labelOf(thread)}`} ${amount(tally.all, state.currentMetric.unit)} (${percent(percentOf(tally.all, tally.whole))})`;
  let x = cells.put(0, top, title, BOLD);
  if (zoom >= 0) x = cells.put(x, top, `  zoomed: ${trail(state, zoom)}`, DIM);
  const sought = state.filter.toLowerCase();
  let found = 0;
  for (const box of boxes) {
    const row = box.depth - state.scroll;
    const y = state.isUpright ? bottom - 2 - row : top + 1 + row;
    const isFound = sought !== "" && textOf(state, box.stack).toLowerCase().includes(sought);
    if (isFound) found++;
    if (y <= top || y >= bottom - 1) continue;
    drawBox(cells, y, box, state, isFound);
  }
  if (sought !== "") cells.put(x, top, `  ${found} found (n: next)`, DIM);
  if (state.chosen < 0) return;
  const total = tally.total[state.chosen] as number;
  const own = tally.own[state.chosen] as number;
  const { unit } = state.currentMetric;
  const figures = `${amount(total, unit)} ${percent(percentOf(total, tally.whole))} own ${amount(own, unit)} `;
  const at = cells.put(0, bottom - 1, figures, BOLD);
  cells.put(at, bottom - 1, textOf(state, state.chosen));
}

function trail(state: State, stack: number): string {
  return pathTo(state, stack)
    .slice(-3)
    .map((one) => nameOf(state, one))
    .join(" → ");
}

function drawBox(cells: Cells, y: number, { stack, from, to }: Box, state: State, isFound: boolean): void {
  const start = Math.ceil(from / 8);
  const end = Math.floor(to / 8);
  const isChosen = stack === state.chosen;
  const look: Look = isChosen ? CHOSEN : isFound ? MARKED : lookOf(state, stack, cells.hasColours);
  const width = end - start;
  if (width > 0) {
    cells.fill(start, y, width, look);
    if (width > LABEL_CELLS) {
      const name = nameOf(state, stack);
      cells.put(start, y, cells.hasColours ? name : `|${name}`, look, end - 1);
    } else if (!cells.hasColours) cells.put(start, y, "|", look, end);
  }
  const rest = EIGHTHS[Math.floor(to) - 8 * end] as string;
  if (rest !== "" && look.background !== undefined && end < cells.width)
    cells.put(end, y, rest, cells.hasColours ? { colour: look.background } : PLAIN);
}

const looks = new Map<string, Look>();

function lookOf({ live }: State, stack: number, hasColours: boolean): Look {
  const place = live.stacks.place[stack] as number;
  if (!hasColours) return PLAIN;
  const fn = (live.places.lines[place] as FunctionLine | undefined)?.function;
  // What has no file is the kernel's, mostly.
  const key = fn === undefined ? "" : fn.filename || fn.kind;
  let look = looks.get(key);
  if (look === undefined) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    look = { colour: 16, background: key === "" ? 250 : (WARM[(hash >>> 0) % WARM.length] as number) };
    if (looks.size > 10_000) looks.clear();
    looks.set(key, look);
  }
  return look;
}

function nameOf({ live }: State, stack: number): string {
  const place = live.stacks.place[stack] as number;
  if (place >= 0) return functionLabel((live.places.lines[place] as FunctionLine).function);
  const thread = live.threads[live.stacks.thread[stack] as number];
  return thread === undefined ? "" : `thread ${labelOf(thread)}`;
}

function textOf(state: State, stack: number): string {
  const place = state.live.stacks.place[stack] as number;
  const name = nameOf(state, stack);
  if (place < 0) return name;
  const { function: of, line } = state.live.places.lines[place] as FunctionLine;
  return of.filename === "" ? name : `${name} (${of.filename}${line > 0 ? `:${line}` : ""})`;
}

/** Choose the frame that lies in a direction of the chosen one. */
export function walkFlame(state: State, pressed: string, width: number, rows: number): void {
  const turned: Readonly<Record<string, string>> = { up: "down", down: "up" };
  const key = state.isUpright ? (turned[pressed] ?? pressed) : pressed;
  const boxes = boxesOf(state, width, rows + state.scroll + 1);
  const now = boxes.find(({ stack }) => stack === state.chosen) ?? boxes[0];
  if (now === undefined) return;
  const beside = boxes.filter(({ depth }) => depth === now.depth);
  const index = beside.indexOf(now);
  const within = (box: Box): boolean => box.from < now.to && box.to > now.from;
  const next: Record<string, Box | undefined> = {
    left: beside[index - 1],
    right: beside[index + 1],
    up: boxes.find((box) => box.depth === now.depth - 1 && within(box)),
    down: boxes
      .filter((box) => box.depth === now.depth + 1 && within(box))
      .reduce<Box | undefined>(
        (best, box) => (best === undefined || box.to - box.from > best.to - best.from ? box : best),
        undefined,
      ),
    home: boxes[0],
  };
  const to = next[key] ?? now;
  state.chosen = to.stack;
  if (to.depth < state.scroll) state.scroll = to.depth;
  if (to.depth >= state.scroll + rows) state.scroll = to.depth - rows + 1;
}

/** Choose what lies at a cell, if anything does. */
export function chooseAt(state: State, x: number, row: number, width: number, rows: number): boolean {
  const depth = (state.isUpright ? rows - 1 - row : row) + state.scroll;
  const box = boxesOf(state, width, rows + state.scroll + 1).find(
    (one) => one.depth === depth && one.from <= 8 * x + 4 && one.to > 8 * x + 4,
  );
  if (box === undefined) return false;
  state.chosen = box.stack;
  return true;
}

/** Choose the next frame that is found. */
export function nextFound(state: State, width: number, rows: number): void {
  const sought = state.filter.toLowerCase();
  if (sought === "") return;
  const found = boxesOf(state, width, rows + MOST_DEPTH).filter(({ stack }) =>
    textOf(state, stack).toLowerCase().includes(sought),
  );
  const index = found.findIndex(({ stack }) => stack === state.chosen);
  const next = found[(index + 1) % Math.max(1, found.length)];
  if (next === undefined) return;
  state.chosen = next.stack;
  if (next.depth < state.scroll || next.depth >= state.scroll + rows) state.scroll = Math.max(0, next.depth - rows + 1);
}
