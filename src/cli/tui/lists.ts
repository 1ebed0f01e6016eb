// Views that are lists of lines: threads, where all threads are now, what was printed, keys. In: the state. Out: lines of parts with looks.
import { type FunctionLine, functionLabel } from "../../analysis/function_line.js";
import { nativeIdOf } from "../../analysis/thread_label.js";
import { thousands } from "../../views/quantities.js";
import type { Cells } from "../terminal/cells.js";
import { shorten } from "../terminal/text_table.js";
import { wrap } from "../words/wrap.js";
import {
  BAD,
  BOLD,
  CHOSEN,
  DIM,
  FILE,
  FUNCTION,
  GOOD,
  heatOf,
  LINE,
  type Line,
  type Part,
  PLAIN,
  percent,
  percentOf,
  TITLES,
  WARNING,
} from "./looks.js";
import { broken } from "./messages.js";
import { labelOf, type State } from "./state.js";
import { NOT_LAST, pathTo } from "./tree.js";

export function drawLines(
  cells: Cells,
  y: number,
  end: number,
  lines: readonly Line[],
  scroll: number,
  chosen = -1,
): void {
  for (let row = 0; y + row < end && scroll + row < lines.length; row++) {
    const isChosen = scroll + row === chosen;
    if (isChosen) cells.fill(0, y + row, cells.width, CHOSEN);
    let x = 0;
    for (const [text, look] of lines[scroll + row] as Line)
      x = cells.put(x, y + row, text, isChosen ? CHOSEN : (look ?? PLAIN));
  }
}

const STATES: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "disk",
  T: "stopped",
  t: "traced",
  Z: "zombie",
};

/** Room for names of threads. */
const NAME_CELLS = 28;

/** Of the lines below. @param processes how many there are: one needs no column */
export function threadTitles(state: State): string {
  const pid = processesOf(state) > 1 ? "PID".padEnd(9) : "";
  return `${"STATE".padEnd(10)}${"CPU".padStart(5)}${"%TOTAL".padStart(8)}${"SAMPLES".padStart(11)} GC ${pid}${"THREAD".padEnd(nameCells(state))} LAST SEEN IN`;
}

function processesOf({ live }: State): number {
  return new Set(live.threads.map(({ pid }) => pid)).size;
}

function nameCells({ threads }: State): number {
  return Math.min(NAME_CELLS, Math.max(6, ...threads.map((thread) => labelOf(thread).length)));
}

/** One line a thread, by process. */
export function threadLines(state: State, now: number): Line[] {
  const hasPids = processesOf(state) > 1;
  const room = nameCells(state);
  return state.threads.map((thread) => {
    const { live, gauges, tally } = state;
    const label = labelOf(thread);
    const id = nativeIdOf(thread.thread);
    const seen = id === undefined || state.run.isFile ? undefined : gauges.thread(thread.pid, id, now);
    const isOver = state.run.isFile || state.run.ended !== undefined;
    const word =
      seen === undefined ? (isOver || state.run.isElsewhere ? "--" : "gone") : (STATES[seen.state] ?? seen.state);
    const share = percentOf(tally.total[thread.root] ?? 0, tally.whole);
    return [
      [
        (thread.isIdle ? `${word},idle` : word).padEnd(10).slice(0, 10),
        word === "running" ? GOOD : word === "stopped" ? WARNING : DIM,
      ],
      [(seen === undefined ? "--" : `${seen.cpu.toFixed(0)}%`).padStart(6)],
      [percent(share).padStart(8), heatOf(share)],
      [thousands(thread.samples).padStart(11)],
      [` ${(thread.isCollecting ? "gc" : "").padEnd(3)}`, WARNING],
      [hasPids ? String(thread.pid).padEnd(9) : "", DIM],
      [label.length > room ? shorten(label, room, "start") : label.padEnd(room), BOLD],
      [" "],
      ...frameParts(live.places.lines[live.stacks.place[live.lastOf(thread)] ?? -1]),
    ];
  });
}

function frameParts(line: FunctionLine | undefined): Part[] {
  if (line === undefined) return [["(no frame)", DIM]];
  const { filename } = line.function;
  return [
    [functionLabel(line.function), FUNCTION],
    ...(filename === ""
      ? []
      : ([
          [" (", PLAIN],
          [filename, FILE],
          [line.line > 0 ? `:${line.line}` : "", LINE],
          [")", PLAIN],
        ] as Part[])),
  ];
}

/** The stacks of all threads as they were seen last, leaf first: what `austin -w` prints once. */
export function whereLines(state: State): Line[] {
  const { live } = state;
  const shown = state.shownThread;
  const note: Line[] = live.tellsLast ? [] : [[[NOT_LAST, WARNING]]];
  const lines = state.threads
    .filter((thread) => shown === undefined || thread === shown)
    .flatMap((thread) => {
      const age = Math.max(0, (live.rates.now - thread.seen) / 1e6);
      const title: Line = [
        [`process ${thread.pid} thread `, DIM],
        [labelOf(thread), BOLD],
        [thread.isIdle ? " idle" : "", DIM],
        [thread.isCollecting ? " collecting garbage" : "", WARNING],
        [age >= 1 ? ` last seen ${age.toFixed(0)}s ago` : "", BAD],
      ];
      const path = pathTo(state, live.lastOf(thread)).reverse();
      const frames = path.map(
        (stack): Line => [["  "], ...frameParts(live.places.lines[live.stacks.place[stack] as number])],
      );
      return [title, ...(frames.length === 0 ? [[["  (no frame)", DIM]] as Line] : frames)];
    });
  return [...note, ...lines];
}

/** What was printed last, in lines: it is much, and most pictures have what the one before has. */
const printedLines = new WeakMap<State, { readonly text: string; readonly width: number; readonly lines: Line[] }>();

export function outputLines(state: State, width: number): Line[] {
  const text = state.run.printed();
  if (text === "") return [[["Nothing was printed yet.", DIM]]];
  const known = printedLines.get(state);
  if (known?.text === text && known.width === width) return known.lines;
  const lines = text.split("\n").flatMap((line) => broken(line, width).map((part): Line => [[part]]));
  printedLines.set(state, { text, width, lines });
  return lines;
}

const KEY_CELLS = 9;
const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ["", "VIEWS"],
  ["L", "Live: the stack that was seen last, with what each frame has so far"],
  ["T", "Top: functions, the hottest first; K: by line"],
  ["F", "Full: all stacks as a tree; what was seen last is bright"],
  ["G", "Graph: flame graph; arrows walk, Enter zooms, Esc zooms out, / marks, N goes to the next, I turns it over"],
  ["H", "Threads: state, processor time, last frame; Enter shows one alone"],
  ["W", "Where: the stacks of all threads as they were seen last"],
  ["D", "Diff: what changed between the marks A and B, or before and behind A"],
  ["O", "Output: what the program and austin have printed"],
  ["Enter", "In Live, Top, Full and Diff: callers, callees and lines of the function; Esc: back"],
  ["", "WHAT IS SHOWN"],
  ["← →", "Previous, next thread; in Graph [ and ]; * shows all"],
  ["Tab", "Window: all, since reset, the last seconds; { and } make these fewer, more"],
  ["R", "Reset the window 'since reset'; A and B set marks"],
  ["< >", "Sort Top by own, total, the last seconds, name; V turns it round"],
  ["M", "Metric, where the profile has several"],
  ["+ -", "Threshold: hide rows with less in total"],
  ["/", "Filter: a text of function or file; m:GLOB for modules, f:GLOB functions, t:GLOB threads, ! for none such"],
  ["Z", "Fold the standard library, the import system, both"],
  ["", "REST"],
  ["P", "Pause and resume: samples are taken all the same"],
  ["S E", "Save all, save the last seconds: MOJO, or any format that the file's name tells"],
  ["↑ ↓", "Scroll, as PgUp, PgDn, Home, End do"],
  ["!", "Messages: what was said here, in full"],
  ["Ctrl-L", "Draw anew; Ctrl-Z stops the view; Q and Ctrl-C end it"],
];

export function helpLines(width: number): Line[] {
  return KEYS.flatMap(([keys, meaning]): Line[] => {
    if (keys === "") return [[[meaning, TITLES]]];
    const lines = wrap(meaning.split(" "), Math.max(20, width - KEY_CELLS));
    return lines.map((line, i) => [[(i === 0 ? keys : "").padEnd(KEY_CELLS), BOLD], [line]]);
  });
}
