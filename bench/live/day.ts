// 24 hours of a live view on a simulated clock: what its memory and its pictures come to. In: samples that were recorded, over and over. Out: a table. What a
// long run has and a short recording hasn't is added: stacks that were never there before and never are again, and threads that come and go.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Cells } from "../../src/cli/terminal/cells.js";
import { draw } from "../../src/cli/tui/screen.js";
import { LENGTHS, State, type ViewName } from "../../src/cli/tui/state.js";
import { SourceFiles } from "../../src/cli/view/source_lines.js";
import { Gauges } from "../../src/cli/watching/gauges.js";
import {
  checkedDelta,
  checkedFull,
  LiveFeed,
  LiveMirror,
  LiveProfile,
  type LiveView,
  MirroredProfile,
  type WireStatus,
} from "../../src/live/index.js";
import type { Frame } from "../../src/model/frame.js";
import type { Sample } from "../../src/model/sample.js";

const DAY = 24 * 3600;
/** One sample in so many is of a stack that is new, and stays alone. */
const RARE = 50;
/** How long the threads have one id each. */
const THREAD_SECONDS = 60;
/** Pictures: one in so many simulated seconds. */
const PICTURE_SECONDS = 30;
const VIEWS: readonly ViewName[] = ["live", "top", "full", "graph", "threads", "where"];

export interface DayOptions {
  /** Samples of some seconds, as a stream has them. */
  readonly recorded: readonly Sample[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** What a view of it is made of. */
export function stateOf(live: LiveView): State {
  const facts = {
    command: "bench",
    ended: undefined,
    isFile: true,
    isElsewhere: false,
    seconds: () => 0,
    printed: () => "",
    save: async () => "",
    line: () => undefined,
  };
  return new State(live, facts, new Gauges());
}

/** Draws, and keeps account of it. */
class Pictures {
  /** Of the processor, in milliseconds: other load of the machine is none of it. */
  readonly times: number[] = [];
  readonly #cells = new Cells({ hasColours: true, isAscii: false });
  readonly #sources = new SourceFiles([]);
  readonly #state: State;

  constructor(live: LiveView) {
    this.#state = stateOf(live);
    this.#cells.resize(200, 50);
  }

  draw(): void {
    this.#state.view = VIEWS[this.times.length % VIEWS.length] as ViewName;
    const used = process.cpuUsage();
    draw(this.#cells, this.#state, this.#sources, 0);
    this.#cells.changes();
    const { user, system } = process.cpuUsage(used);
    this.times.push((user + system) / 1000);
  }

  get text(): string {
    const sorted = this.times.toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
    return `${sorted.length} pictures of 200 x 50: median ${at(0.5)} ms of the processor, 95 of 100 below ${at(0.95)}, longest ${at(1)}`;
  }
}

/** Functions that are rare; which stacks they stand on is another one each time. */
const RARE_FRAMES: readonly Frame[] = Array.from({ length: 2003 }, (_, i) => ({
  kind: "code",
  scope: `rare_${i}`,
  filename: "/app/rare.py",
  location: { line: 1 + i, lineEnd: 0, column: 0, columnEnd: 0 },
}));

/** Samples of a day: the recording again and again, in the order and with the times that it has. Ends when the profile's time is a day. */
function* day({ recorded }: DayOptions): Generator<{ readonly sample: Sample; readonly seconds: number }> {
  const first = recorded[0]?.thread;
  const length = recorded
    .filter(({ thread }) => thread === first)
    .reduce((sum, { metrics }) => sum + (metrics.timeMicroseconds ?? 0), 0);
  let number = 0;
  for (let begun = 0; begun < DAY * 1e6; begun += length) {
    const epoch = Math.floor(begun / 1e6 / THREAD_SECONDS);
    for (const [i, sample] of recorded.entries()) {
      // The first thread stays; the others are new ones each minute.
      const thread = sample.thread === first ? sample.thread : `${sample.thread}${epoch.toString(16)}`;
      const isRare = ++number % RARE === 0;
      const frames = isRare
        ? [...sample.frames, RARE_FRAMES[(number / RARE) % RARE_FRAMES.length] as Frame]
        : sample.frames;
      yield { sample: { ...sample, thread, frames }, seconds: (begun + (length * i) / recorded.length) / 1e6 };
    }
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** The view of a run of ours. */
export function liveForADay(options: DayOptions): void {
  const live = new LiveProfile(options.metadata, { recentSeconds: 10, keptSeconds: LENGTHS.at(-1) });
  const pictures = new Pictures(live);
  console.log("| hours | RSS MB | stacks | threads | rare stacks summed up |");
  console.log("| ---: | ---: | ---: | ---: | ---: |");
  let most = 0;
  let samples = 0;
  let [drawn, shown] = [0, 0];
  const begin = performance.now();
  for (const { sample, seconds } of day(options)) {
    live.add(sample);
    samples++;
    if (seconds >= drawn) {
      drawn += PICTURE_SECONDS;
      pictures.draw();
      const { rss } = process.memoryUsage();
      if (seconds > 3600) most = Math.max(most, rss);
    }
    if (seconds < shown) continue;
    shown += 3 * 3600;
    const { rss } = process.memoryUsage();
    console.log(
      `| ${(seconds / 3600).toFixed(1)} | ${megabytes(rss)} | ${live.stacks.count} | ${live.threads.length} | ${live.letGo.stacks} |`,
    );
  }
  console.log(
    `\n${samples} samples of ${(live.rates.now / 3.6e9).toFixed(1)} h in ${((performance.now() - begin) / 1000).toFixed(0)} s; RSS after the first hour: ${megabytes(most)} MB at most\n${pictures.text}\n`,
  );
}

/** The view of a run elsewhere, in a process of its own that is told as an austin-web tells it, once in `step` seconds. @param script this bench */
export async function mirrorForADay(options: DayOptions, script: string, step = 4): Promise<void> {
  const live = new LiveProfile(options.metadata, { recentSeconds: 600 });
  const feed = new LiveFeed(live, "bench", () => [null, null]);
  const child = spawn(process.execPath, ["--max-semi-space-size=2", script, "--follow"], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  const ended = once(child, "exit");
  let told = step;
  for (const { sample, seconds } of day(options)) {
    live.add(sample);
    if (seconds < told) continue;
    told += step;
    const status = statusOf(live);
    const message = JSON.stringify(feed.next(status) ?? feed.full(status));
    if (!child.stdin.write(`${message}\n`)) await once(child.stdin, "drain");
  }
  child.stdin.end();
  await ended;
}

function statusOf(live: LiveProfile): WireStatus {
  return {
    state: "running",
    ended: null,
    exitCode: null,
    signal: null,
    pids: [1],
    processes: 1,
    seconds: live.rates.now / 1e6,
    kept: live.recentHeld,
    keepsAll: live.holdsAll,
    letGo: { ...live.letGo },
    rates: { all: live.rates.all, recent: live.rates.last(5) },
    notes: [],
  };
}

/** That process: reads messages, a line each, and draws. */
export async function followForADay(): Promise<void> {
  let view: MirroredProfile | undefined;
  let pictures: Pictures | undefined;
  let [most, fulls, messages, shown] = [0, 0, 0, 0];
  console.log("| hours | RSS MB | stacks | threads | messages | full ones |");
  console.log("| ---: | ---: | ---: | ---: | ---: | ---: |");
  for await (const line of createInterface({ input: process.stdin })) {
    const message: unknown = JSON.parse(line);
    messages++;
    if (typeof message === "object" && message !== null && "version" in message) {
      fulls++;
      const full = new LiveMirror(checkedFull(message));
      if (view === undefined) {
        view = new MirroredProfile(full, 10);
        pictures = new Pictures(view);
      } else view.begin(full);
    } else view?.apply(checkedDelta(message));
    if (messages % 8 === 0) pictures?.draw();
    const { rss } = process.memoryUsage();
    const seconds = (view?.rates.now ?? 0) / 1e6;
    if (seconds > 3600) most = Math.max(most, rss);
    if (seconds < shown) continue;
    shown += 3 * 3600;
    console.log(
      `| ${(seconds / 3600).toFixed(1)} | ${megabytes(rss)} | ${view?.stacks.count} | ${view?.threads.length} | ${messages} | ${fulls} |`,
    );
  }
  console.log(`\nRSS after the first hour: ${megabytes(most)} MB at most\n${pictures?.text}\n`);
}
