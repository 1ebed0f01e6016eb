// Rows of figures and a name, which most views are made of. In: rows. Out: cells, as many columns as there is room for.
import { functionLabel } from "../../analysis/function_line.js";
import { effectiveSamples } from "../../analysis/sampling_error.js";
import type { HotRow } from "../../live/index.js";
import type { Cells, Look } from "../terminal/cells.js";
import { amount, CHOSEN, DIM, FILE, FUNCTION, heatOf, LINE, PLAIN, percent, percentOf, TITLES } from "./looks.js";
import type { State } from "./state.js";

/** A row that is to be drawn. */
export interface Row {
  readonly own: number;
  readonly total: number;
  /** In the recent seconds; undefined where they are what is shown anyway. */
  readonly recentOwn?: number | undefined;
  readonly recentTotal?: number | undefined;
  /** What stands before the name, such as a tree's lines. */
  readonly indent: string;
  readonly name: string;
  readonly file: string;
  /** 0: none. */
  readonly line: number;
  /** Not on the stack that was seen last. */
  readonly isDim: boolean;
  /** Number of the function, -1 where the row is none. */
  readonly function: number;
}

/** Sums of which shares are shown. */
export interface Bases {
  readonly whole: number;
  /** Samples of equal weight behind it. */
  readonly samples: number;
  readonly recentWhole: number;
  readonly recentSamples: number;
}

const NUMBER = 8;

export function basesOf(state: State): Bases {
  const metric = state.currentMetric;
  const weigh = (window: "recent" | State["window"], whole: number): number => {
    const { total, squares } = state.live.weight(window, metric);
    return total === 0 ? 0 : (effectiveSamples(total, squares) * whole) / total;
  };
  return {
    whole: state.tally.whole,
    samples: weigh(state.window, state.tally.whole),
    recentWhole: state.beside.whole,
    recentSamples: weigh("recent", state.beside.whole),
  };
}

/** Whether the last seconds are shown beside what is chosen. */
export function showsBeside({ width }: Pick<Cells, "width">, state: State): boolean {
  return width >= 110 && state.window !== "recent";
}

/** Sum up the last seconds, where they are shown. */
export function sumUpBeside(cells: Cells, state: State): void {
  if (showsBeside(cells, state)) state.live.tally("recent", state.currentMetric, state.scope, state.beside);
}

/** Standard error of a share, in percent: binomial, as in analysis/sampling_error.ts. */
export function errorOf(share: number, samples: number): number {
  return samples <= 0 ? 100 : 100 * Math.sqrt(Math.max(0, share * (1 - share)) / samples);
}

export function drawTitles(cells: Cells, y: number, state: State): void {
  const mark = (order: string): string => (state.view === "top" && state.order === order ? "▼" : "");
  const beside = showsBeside(cells, state);
  const lately = (what: string, isMarked: boolean): string => {
    const seconds = `${state.live.recentSeconds}s`;
    const title = `%${what} ${seconds}`;
    return title.length + (isMarked ? 1 : 0) <= NUMBER ? title : `${what}${seconds}`;
  };
  const titles = [
    ...[`OWN${mark("own")}`, `TOTAL${mark("total")}`, "%OWN", "%TOTAL"],
    ...(cells.width >= 90 ? ["±"] : []),
    ...(beside ? [`${lately("OWN", mark("recent") !== "")}${mark("recent")}`, lately("TOT", false), "  "] : []),
  ];
  cells.fill(0, y, cells.width, TITLES);
  let x = 0;
  for (const title of titles) {
    const width = title === "  " ? 2 : NUMBER;
    cells.put(x, y, title.padStart(width).slice(0, width), TITLES);
    x += width;
  }
  cells.put(x + 1, y, `FUNCTION${mark("name")}`, TITLES);
}

export function drawRow(cells: Cells, y: number, row: Row, state: State, bases: Bases, isChosen: boolean): void {
  const { unit } = state.currentMetric;
  const look = (one: Look): Look => (isChosen ? CHOSEN : row.isDim ? DIM : one);
  if (isChosen) cells.fill(0, y, cells.width, CHOSEN);
  const own = percentOf(row.own, bases.whole);
  const total = percentOf(row.total, bases.whole);
  let x = 0;
  const put = (text: string, one: Look, width = NUMBER): void => {
    cells.put(x, y, text.padStart(width), look(one));
    x += width;
  };
  put(amount(row.own, unit), PLAIN);
  put(amount(row.total, unit), PLAIN);
  put(percent(own), heatOf(own));
  put(percent(total), heatOf(total));
  if (cells.width >= 90) put(bases.samples > 0 ? `±${errorOf(own / 100, bases.samples).toFixed(1)}` : "±?", DIM);
  if (showsBeside(cells, state)) {
    const recent = percentOf(row.recentOwn ?? 0, bases.recentWhole);
    put(percent(recent), heatOf(recent));
    put(percent(percentOf(row.recentTotal ?? 0, bases.recentWhole)), PLAIN);
    put(trend(own, recent, bases), PLAIN, 2);
  }
  x = cells.put(x + 1, y, row.indent, look(DIM));
  x = cells.put(x, y, row.name, look(FUNCTION));
  if (row.file === "") return;
  x = cells.put(x, y, " (", look(PLAIN));
  x = cells.put(x, y, row.file, look(FILE));
  if (row.line > 0) x = cells.put(x, y, `:${row.line}`, look(LINE));
  cells.put(x, y, ")", look(PLAIN));
}

/** Up or down where the last seconds differ from the window by more than three standard errors. */
function trend(own: number, recent: number, { samples, recentSamples }: Bases): string {
  const error = Math.hypot(errorOf(own / 100, samples), errorOf(recent / 100, recentSamples));
  if (Math.abs(recent - own) <= 3 * error) return "";
  return recent > own ? "▲" : "▼";
}

/** A row of a table. */
export function rowOf(hot: HotRow, state: State, isDim: boolean): Row {
  const { places } = state.live;
  const { beside, unit } = state;
  const of = unit === "line" ? places.functionOf[hot.number] : hot.number;
  return {
    own: hot.own,
    total: hot.total,
    recentOwn: (unit === "line" ? beside.placeOwn : beside.functionOwn)[hot.number],
    recentTotal: (unit === "line" ? beside.placeTotal : beside.functionTotal)[hot.number],
    indent: "",
    name: functionLabel(hot.function),
    file: hot.function.filename,
    line: hot.line,
    isDim,
    function: of ?? -1,
  };
}
