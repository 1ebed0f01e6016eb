// The lines above and below every view: what is sampled, how it goes, which keys there are. In: the state. Out: cells.
import { reachedPercent } from "../../live/index.js";
import { clock, thousands } from "../../views/quantities.js";
import type { Cells, Look } from "../terminal/cells.js";
import { widthOf } from "../terminal/text_table.js";
import {
  BAD,
  BOLD,
  bytes,
  CAP,
  CAP_LIT,
  DIM,
  EXECUTABLE,
  GOOD,
  MODE_NAMES,
  MODES,
  PLAIN,
  percent,
  plot,
  WARNING,
} from "./looks.js";
import { messageLines } from "./messages.js";
import { FOLDS, labelOf, type State, type ViewName } from "./state.js";

export const HEADER_LINES = 5;

export function drawHeader(cells: Cells, state: State, now: number): void {
  const { live, run, gauges } = state;
  const mode = live.metadata.get("mode") ?? "wall";
  const line = run.line(now);
  const [word, look]: [string, Look] =
    line !== undefined
      ? [line, BAD]
      : run.ended !== undefined
        ? ["ended", BAD]
        : state.isPaused
          ? ["paused", WARNING]
          : ["running", GOOD];
  let x = cells.put(0, 0, "Austin TUI ", BOLD);
  x = cells.put(x, 0, `●-● ${run.isFile && line === undefined ? "file" : word}`, run.isFile ? BAD : look);
  x = cells.put(x + 2, 0, ` ${MODE_NAMES[mode] ?? mode} Profile `, MODES[mode] ?? MODES.wall);
  const isOver = run.ended !== undefined || run.isFile;
  const cpu = gauges.cpu.at(-1);
  const memory = gauges.memory.at(-1);
  x = cells.put(x + 2, 0, `CPU ${isOver || cpu === undefined ? "--" : `${cpu.toFixed(0)}%`}`.padEnd(9), PLAIN);
  if (cells.width >= 100) x = cells.put(x, 0, plot(gauges.cpu, 100), GOOD) + 1;
  x = cells.put(x, 0, `MEM ${isOver || memory === undefined || memory === 0 ? "--" : bytes(memory)}`.padEnd(10), PLAIN);
  if (cells.width >= 100) cells.put(x, 0, plot(gauges.memory, Math.max(...gauges.memory, 1)), GOOD);
  const { threads } = state;
  const thread = state.shownThread;
  const which = thread === undefined ? "all" : String(threads.indexOf(thread) + 1);
  const place = threads.length === 0 ? "--/--" : `${which}/${threads.length}`;
  cells.put(cells.width - place.length - 1, 0, ` ${place}`, BOLD);

  const [program = "", ...others] = run.command.split(" ");
  x = cells.put(0, 1, "Command ", DIM);
  x = cells.put(x, 1, program, EXECUTABLE);
  cells.put(x, 1, ` ${others.join(" ")}`);

  const pids = new Set(live.threads.map(({ pid }) => pid));
  const pid = thread?.pid ?? pids.values().next().value;
  x = cells.put(0, 2, "Python ", DIM);
  x = cells.put(x, 2, `${live.metadata.get("python") ?? "--"} `);
  x = cells.put(x, 2, live.metadata.get("multiprocess") === "on" ? "PPID " : "PID ", DIM);
  x = cells.put(
    x,
    2,
    `${live.metadata.get("multiprocess") === "on" ? (pids.values().next().value ?? "--") : (pid ?? "--")} `,
  );
  if (pids.size > 1) x = cells.put(x, 2, `${pids.size} processes `);
  x = cells.put(x, 2, "PID:TID ", DIM);
  x = cells.put(x, 2, thread === undefined ? "all threads" : `${thread.pid}:${labelOf(thread)}`);
  const stopped = !isOver && pid !== undefined && state.gauges.state(pid) === "T";
  if (stopped) cells.put(x + 1, 2, "STOPPED (SIGSTOP)", WARNING);
  else if (run.ended !== undefined) cells.put(x + 1, 2, run.ended, BAD);

  drawFigures(cells, state, now);
  drawChoices(cells, state);
}

/** How sampling goes. */
function drawFigures(cells: Cells, { live, run, threshold }: State, now: number): void {
  const { all } = live.rates;
  const recent = live.rates.last(Math.min(5, Math.max(1, live.recentSeconds)));
  const running = run.isFile || run.ended !== undefined ? all.seconds : run.seconds(now);
  let x = cells.put(0, 3, "Samples ", DIM);
  x = cells.put(x, 3, `${thousands(all.samples)} `);
  if (recent.seconds > 0 && recent.samples > 0) {
    x = cells.put(x, 3, `${thousands(recent.samples / recent.seconds)}/s `);
    x = cells.put(
      x,
      3,
      `${reachedPercent(recent).toFixed(0)}% reached `,
      reachedPercent(recent) < 90 ? WARNING : PLAIN,
    );
  }
  x = cells.put(x, 3, clock(running), BOLD);
  x = cells.put(x, 3, " Threshold ", DIM);
  x = cells.put(x, 3, `${threshold}%`);
  x = cells.put(x, 3, " unproven ", DIM);
  const unproven = all.samples === 0 ? 0 : (100 * all.unproven) / all.samples;
  x = cells.put(x, 3, unproven > 0 && unproven < 0.1 ? "<0.1%" : percent(unproven), unproven > 2 ? WARNING : PLAIN);
  x = cells.put(x, 3, " gap ", DIM);
  x = cells.put(x, 3, gapText(recent.gapMicroseconds));
  if (recent.collecting > 0) x = cells.put(x, 3, ` GC ${percent((100 * recent.collecting) / recent.samples)}`);
  if (recent.idle > 0) x = cells.put(x, 3, ` idle ${percent((100 * recent.idle) / recent.samples)}`);
  if (live.letGo.stacks > 0) cells.put(x, 3, ` ${thousands(live.letGo.stacks)} rare stacks summed up`, DIM);
}

function gapText(microseconds: number): string {
  const milliseconds = microseconds / 1000;
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)}ms`;
}

/** Window, order, filter. */
function drawChoices(cells: Cells, state: State): void {
  const { live } = state;
  const titles = { all: "all", reset: "since reset", recent: `last ${live.recentSeconds}s` } as Readonly<
    Record<string, string>
  >;
  let x = cells.put(0, 4, "Window ", DIM);
  for (const [name, title] of Object.entries(titles)) {
    x = cells.put(x, 4, ` ${title} `, name === state.window ? CAP_LIT : DIM);
  }
  if (live.recentHeld > 0 && live.isRecentShort)
    x = cells.put(x, 4, ` (holds ${live.recentHeld.toFixed(1)}s)`, WARNING);
  x = cells.put(x, 4, `  ${state.currentMetric.label}`);
  const fold = FOLDS[state.fold] ?? [];
  if (fold.length > 0) x = cells.put(x, 4, `  folded: ${fold.join(", ")}`);
  if (state.filter !== "") x = cells.put(x, 4, `  filter: ${state.filter}`, WARNING);
  const { a, b } = live.marks;
  if (a) cells.put(x, 4, b ? "  marks A, B" : "  mark A", GOOD);
}

const CAPS: readonly (readonly [cap: string, word: string, view?: ViewName])[] = [
  ["Q", "uit"],
  ["L", "ive", "live"],
  ["T", "op", "top"],
  ["F", "ull", "full"],
  ["G", "raph", "graph"],
  ["H", "threads", "threads"],
  ["W", "here", "where"],
  ["D", "iff", "diff"],
  ["O", "utput", "output"],
  ["P", "ause"],
  ["S", "ave"],
  ["/", "filter"],
  ["?", "help", "help"],
];

/** The bar at the bottom: keys, and a message or what is typed. */
export function drawBar(cells: Cells, state: State, now: number): void {
  const y = cells.height - 1;
  cells.fill(0, y, cells.width, PLAIN);
  if (state.prompt !== undefined) {
    const { title, text } = state.prompt;
    const room = cells.width - title.length - 3;
    const x = cells.put(0, y, `${title} `, BOLD);
    cells.put(x, y, `${text.length > room ? text.slice(-room) : text}_`);
    return;
  }
  let x = 0;
  for (const [cap, word, view] of CAPS) {
    const isPause = cap === "P";
    const lit = view === state.view || (isPause && state.isPaused);
    x = cells.put(x, y, cap, lit ? CAP_LIT : CAP);
    x = cells.put(x, y, `${isPause && state.isPaused ? "Resume" : word} `, lit ? BOLD : PLAIN);
  }
  if (state.message === "" || now >= state.messageUntil) return;
  const lines = messageLines(state.message, cells.width, cells.height - HEADER_LINES);
  for (const [i, line] of lines.entries()) {
    const at = y - lines.length + 1 + i;
    // One that is short leaves the keys beside it.
    if (lines.length > 1) cells.fill(0, at, cells.width, WARNING);
    cells.put(lines.length > 1 ? 0 : Math.max(0, cells.width - widthOf(line) - 1), at, ` ${line}`, WARNING);
  }
}
