// One picture: header, a view, the bar. In: the state. Out: cells. It goes over the profile once, whatever view it is.
import { MalformedPattern } from "../../filters/index.js";
import { hotRows } from "../../live/index.js";
import type { Cells } from "../terminal/cells.js";
import type { SourceFiles } from "../view/source_lines.js";
import { type DetailLine, detailLines } from "./detail.js";
import { DIFF_TITLES, type DiffLine, diffLines } from "./diff.js";
import { drawFlame } from "./flame.js";
import { drawBar, drawHeader, HEADER_LINES } from "./header.js";
import { drawLines, helpLines, outputLines, threadLines, threadTitles, whereLines } from "./lists.js";
import { TITLES } from "./looks.js";
import { saidLines } from "./messages.js";
import { basesOf, drawRow, drawTitles, type Row, rowOf, sumUpBeside } from "./rows.js";
import type { State } from "./state.js";
import { fullRows, liveRows, pathTo } from "./tree.js";

/** What keys need to know of the picture. */
export interface Drawn {
  /** How many rows the view has, and how many of them fit. */
  readonly rows: number;
  readonly page: number;
  /** Function of each row; empty where rows are no functions. */
  readonly functions: readonly number[];
}

/** Lines of a view begin there. */
export const VIEW_TOP = HEADER_LINES;

export function draw(cells: Cells, state: State, sources: SourceFiles, now: number): Drawn {
  cells.clear();
  try {
    state.sumUp();
    sumUpBeside(cells, state);
  } catch (error) {
    if (!(error instanceof MalformedPattern)) throw error;
    state.say(`no pattern: ${state.filter}`, now);
    state.filter = "";
    state.sumUp();
  }
  drawHeader(cells, state, now);
  const drawn = drawView(cells, state, sources, now);
  drawBar(cells, state, now);
  return drawn;
}

function drawView(cells: Cells, state: State, sources: SourceFiles, now: number): Drawn {
  const top = VIEW_TOP;
  const bottom = cells.height - 1;
  switch (state.view) {
    case "live":
      return drawTable(cells, state, liveRows(state), top, bottom);
    case "top":
      return drawTable(cells, state, topRows(state), top, bottom);
    case "full":
      return drawTable(cells, state, fullRows(state, bottom - top), top, bottom);
    case "graph":
      drawFlame(cells, state, top, bottom);
      return { rows: 0, page: bottom - top - 2, functions: [] };
    case "threads":
      return drawList(cells, state, threadLines(state, now), top, bottom, threadTitles(state), true);
    case "where":
      return drawList(cells, state, whereLines(state), top, bottom);
    case "output":
      return drawList(cells, state, outputLines(state, cells.width), top, bottom);
    case "help":
      return drawList(cells, state, helpLines(cells.width), top, bottom);
    case "messages":
      return drawList(cells, state, saidLines(state, cells.width), top, bottom);
    case "diff":
      return withFunctions(cells, state, diffLines(state), top, bottom, DIFF_TITLES);
    case "detail":
      return withFunctions(cells, state, detailLines(state, sources), top, bottom);
  }
}

function topRows(state: State): Row[] {
  const { live, tally, threshold } = state;
  const rows = hotRows(live, tally, state.unit, state.order === "recent" ? "own" : state.order);
  if (state.order === "recent") {
    const { functionOwn, placeOwn } = state.beside;
    const own = state.unit === "line" ? placeOwn : functionOwn;
    rows.sort((a, b) => (own[b.number] ?? 0) - (own[a.number] ?? 0));
  }
  if (state.isReversed) rows.reverse();
  const thread = state.shownThread;
  const last = new Set<number>();
  for (const one of thread === undefined ? live.threads : [thread]) {
    for (const stack of pathTo(state, live.lastOf(one))) {
      const place = live.stacks.place[stack] as number;
      last.add(state.unit === "line" ? place : (live.places.functionOf[place] as number));
    }
  }
  return rows
    .filter(({ total }) => threshold === 0 || 100 * total >= threshold * tally.whole)
    .map((hot) => rowOf(hot, state, !last.has(hot.number)));
}

function drawTable(cells: Cells, state: State, rows: readonly Row[], top: number, bottom: number): Drawn {
  drawTitles(cells, top, state);
  const page = bottom - top - 1;
  keepInSight(state, rows.length, page);
  const bases = basesOf(state);
  for (let i = 0; i < page; i++) {
    const index = state.scroll + i;
    const row = rows[index];
    if (row === undefined) break;
    drawRow(cells, top + 1 + i, row, state, bases, index === state.cursor);
  }
  return { rows: rows.length, page, functions: rows.map((row) => row.function) };
}

function drawList(
  cells: Cells,
  state: State,
  lines: Parameters<typeof drawLines>[3],
  top: number,
  bottom: number,
  titles?: string,
  hasCursor = false,
): Drawn {
  let y = top;
  if (titles !== undefined) {
    cells.fill(0, y, cells.width, TITLES);
    cells.put(0, y++, titles, TITLES);
  }
  const page = bottom - y;
  if (hasCursor) keepInSight(state, lines.length, page);
  else {
    state.scroll = Math.max(0, Math.min(state.cursor, lines.length - page));
    state.cursor = state.scroll;
  }
  drawLines(cells, y, bottom, lines, state.scroll, hasCursor ? state.cursor : -1);
  return { rows: lines.length, page, functions: [] };
}

function withFunctions(
  cells: Cells,
  state: State,
  lines: readonly (DetailLine | DiffLine)[],
  top: number,
  bottom: number,
  titles?: string,
): Drawn {
  const drawn = drawList(
    cells,
    state,
    lines.map(({ line }) => line),
    top,
    bottom,
    titles,
    true,
  );
  return { ...drawn, functions: lines.map((one) => one.function) };
}

function keepInSight(state: State, rows: number, page: number): void {
  state.cursor = Math.max(0, Math.min(state.cursor, rows - 1));
  if (state.cursor < state.scroll) state.scroll = state.cursor;
  if (state.cursor >= state.scroll + page) state.scroll = state.cursor - page + 1;
  state.scroll = Math.max(0, Math.min(state.scroll, Math.max(0, rows - page)));
}
