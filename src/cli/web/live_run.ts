// What is shown: a run of austin's, or a file. In: the live profile that it goes into, and how it was begun. Out: how it is at this moment, for those who
// watch. It serves nothing.
import { LiveFeed, type LiveProfile, type WireStatus } from "../../live/index.js";
import { Gauges } from "../watching/gauges.js";
import { endedText } from "../watching/run.js";
import type { RunEnd } from "../watching/run_source.js";
import { count } from "../words/count.js";
import { GaugeLog } from "./gauge_log.js";

/** How often the system is asked, in milliseconds: seconds of the profile have one value each. */
const PERIOD_MILLISECONDS = 1000;
/** Of the rate that is shown. */
const RECENT_SECONDS = 5;
/** The system's word for when a process began is so inexact. */
const START_TOLERANCE_MILLISECONDS = 20;
/** Processes that are named. */
const MOST_PIDS = 50;

export class LiveRun {
  readonly feed: LiveFeed;
  readonly #gauges = new Gauges();
  readonly #log: GaugeLog;
  readonly #timer: NodeJS.Timeout;
  readonly #began = Date.now();
  #end: RunEnd | undefined;
  #endedAt: number | undefined;
  #programBegan: number | undefined;
  /** When a file was written, in milliseconds since 1970. */
  fileWritten: number | undefined;
  /** What one must know of a file. */
  fileNotes: readonly string[] = [];

  constructor(
    readonly live: LiveProfile,
    command: string,
    readonly isFile: boolean,
  ) {
    const log = new GaugeLog(this.#gauges, live);
    this.#log = log;
    this.feed = new LiveFeed(live, command, (second) => log.of(second));
    this.#timer = setInterval(() => this.#look(), PERIOD_MILLISECONDS);
  }

  ended(end: RunEnd): void {
    this.#end = end;
    this.#endedAt = Date.now();
    clearInterval(this.#timer);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Sources that were written later may be other ones than the program's: in milliseconds since 1970; undefined where nobody knows. */
  get sourcesAsOf(): number | undefined {
    return this.isFile ? this.fileWritten : (this.#programBegan ?? this.#began) + START_TOLERANCE_MILLISECONDS;
  }

  status(): WireStatus {
    const { live, isFile } = this;
    const end = this.#end;
    const all = new Set(live.threads.map(({ pid }) => pid).filter((pid) => pid > 0));
    const pids = [...all].slice(0, MOST_PIDS);
    return {
      state: this.#state(pids[0]),
      ended: end === undefined ? null : endedText(end),
      exitCode: end?.exitCode ?? null,
      signal: end?.signal ?? null,
      pids,
      processes: all.size,
      seconds: isFile ? live.rates.all.seconds : ((this.#endedAt ?? Date.now()) - this.#began) / 1000,
      kept: live.recentHeld,
      keepsAll: live.holdsAll,
      letGo: { ...live.letGo },
      rates: { all: live.rates.all, recent: live.rates.last(RECENT_SECONDS) },
      notes: this.#notes(),
    };
  }

  #state(pid: number | undefined): WireStatus["state"] {
    if (this.isFile) return "file";
    if (this.#end !== undefined) return "ended";
    return pid !== undefined && this.#gauges.state(pid) === "T" ? "stopped" : "running";
  }

  #notes(): string[] {
    const { stacks, threads } = this.live.letGo;
    return [
      ...this.fileNotes,
      ...(stacks > 0 ? [`${count(stacks, "rare stack")} summed up with others`] : []),
      ...(threads > 0 ? [`${count(threads, "ended thread")} summed up as one`] : []),
    ];
  }

  #look(): void {
    if (this.isFile) return;
    // Where no sample has a time, it passes all the same.
    if (this.live.metrics.every(({ unit }) => unit !== "microseconds"))
      this.live.tick(1000 * (Date.now() - this.#began));
    this.#log.look(Date.now());
    const [first] = this.live.threads;
    if (first !== undefined) this.#programBegan ??= this.#gauges.began(first.pid);
  }
}
