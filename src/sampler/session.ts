// A run: tick after tick until something ends it. In: whom to sample, a sink, and limits. Out: samples in the sink, from the first
// facts to the last, and the figures of the run. Who is sampled is in roster.ts, and one process in sampled_process.ts. It knows no format and no
// output, starts, signals and ends no process, and prints nothing.
import { totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { TableSizes } from "../model/table_sizes.js";
import { Profile, type ProfileShare } from "../profile/profile.js";
import type { SampleSink } from "../profile/sink.js";
import { Clock } from "./clock.js";
import { type Connection, connect } from "./connect.js";
import { EventWait } from "./event_wait.js";
import type { Family, FamilyListener } from "./family.js";
import type { NativeOptions } from "./native_options.js";
import { OffCpuBudget } from "./off_cpu_budget.js";
import { Roster } from "./roster.js";
import type { Refusal, SampledProcess } from "./sampled_process.js";
import type { SessionEnd, SessionResult } from "./session_end.js";
import { TickTimes } from "./tick_times.js";

export interface SessionOptions extends NativeOptions {
  /** 0: without limit. */
  readonly exposureMicroseconds: number;
  /** Whether what is sound is handed on after each sample, in place of by the chunk. */
  readonly prompt: boolean;
  /** How long to look for an interpreter again after the target has replaced its program. */
  readonly timeoutMilliseconds: number;
  /** How long a sample is held back at most: what the sampler's own violent death can cost. Absent: a second. */
  readonly holdMicroseconds?: number | undefined;
  /** Called once, behind the first sample. */
  readonly begun?: () => void;
  /** Ends the run; what was sampled is kept. */
  readonly signal: AbortSignal;
  /** What the metadata key `austin` says. */
  readonly interfaceVersion: string;
  /** What of the profile the sink writes; all where it is undefined. */
  readonly share?: ProfileShare | undefined;
  /** Called behind each tick that gave a sample. */
  readonly ticked?: (() => void) | undefined;
  /** Called once, with what tells how much the run keeps. */
  readonly watchTables?: ((look: () => TableSizes) => void) | undefined;
}

/** Longest time for which a sample is held back, where nobody asks for another. */
const HOLD_MICROSECONDS = 1_000_000;
/** So many, where several processes share a tick: each may have to wait for a processor. */
const OFF_CPU_COPIES_A_TICK = 2;
/** Shorter than any tick: with such an interval each tick lasts until the next one begins, and needs no look at the clock. */
const FLAT_OUT_MICROSECONDS = 2;
/** A deadline that lies no further behind the beginning of a tick has passed at its end. */
const SHORTEST_TICK_MICROSECONDS = 1;
/** A copy that seems to begin where the tick before copied, so much earlier, mustn't be taken for a late one. */
const BRIEF_MICROSECONDS = 50;
/**
 * How often a family is looked at during long intervals: at each interval, within these. A look that wakes us costs as much as a
 * sample, and one behind a sample next to nothing.
 */
const FAMILY_LOOK_MICROSECONDS = { least: 4000, most: 20_000 } as const;
/** How often it is looked whether processes live and run what they ran: a tick notices most of it, and a wait the end of one. */
const LOOK_MICROSECONDS = { least: 20_000, most: 200_000 } as const;
/** The same in intervals. */
const LOOK_INTERVALS = 8;

/** Whom to sample: one process, or those of a family who were found so far and who will be. */
export interface Targets {
  readonly connections: readonly Connection[];
  readonly family?: Family;
}

/** Sample until the end. What is whole by then has been handed on. */
export async function runSession(targets: Targets, sink: SampleSink, options: SessionOptions): Promise<SessionResult> {
  return new Session(targets, sink, options).run();
}

class Session implements FamilyListener {
  readonly #family: Family | undefined;
  readonly #roster: Roster;
  readonly #profile: Profile;
  readonly #sink: SampleSink;
  readonly #options: SessionOptions;
  readonly #budget = new OffCpuBudget(Clock.now());
  readonly #tickTimes = new TickTimes();
  readonly #clock: Clock;
  readonly #wait = new EventWait();
  readonly #over = (): boolean => this.#isOver();
  readonly #isGone = (process: SampledProcess): void => this.#ended(process);
  /** How often it is looked at lives, and when it was last, in microseconds. */
  readonly #lookEvery: number;
  #looked = 0;
  /** How long is waited at most without a look at what is due, in microseconds. */
  readonly #wakeEvery: number;
  /** When the run ends at the latest. */
  #stopAt = Number.POSITIVE_INFINITY;
  /** When the tick began that lasts until the next one; 0 where there is none. */
  #since = 0;
  /** How long the last one took. */
  #lastMicroseconds = 0;
  readonly #hold: number;
  /** When samples were handed on last. */
  #taken = 0;
  /** From when on the time of the first process counts. */
  #start: number | undefined;
  /** The process that is sampled first. */
  #first = 0;
  /** Those that have turned out not to be there any more. */
  readonly #leaving: SampledProcess[] = [];
  #end: SessionEnd | undefined;
  #refusal: Refusal | undefined;

  constructor({ connections, family }: Targets, sink: SampleSink, options: SessionOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#hold = options.holdMicroseconds ?? HOLD_MICROSECONDS;
    this.#family = family;
    const interval = options.intervalMicroseconds;
    this.#lookEvery = within(LOOK_INTERVALS * interval, LOOK_MICROSECONDS);
    this.#wakeEvery = family === undefined ? this.#lookEvery : within(interval, FAMILY_LOOK_MICROSECONDS);
    this.#clock = new Clock(interval, options.prompt, family && this.#wakeEvery);
    const root =
      family === undefined ? connections[0] : connections.find(({ interpreter }) => interpreter.pid === family.root);
    this.#profile = new Profile(sink, options, options.share);
    const { mode } = options;
    const version = root?.interpreter.version.text;
    this.#roster = new Roster(this.#profile, options, this.#budget, { root: family?.root, version });
    this.#profile.begin({
      python: version,
      multiprocess: family !== undefined,
      memoryKibibytes: mode === "memory" || mode === "full" ? totalmem() / 1024 : undefined,
    });
    sink.flush();
    for (const connection of connections) this.found(connection);
    options.watchTables?.(() => this.#tableSizes());
  }

  async run(): Promise<SessionResult> {
    const start = this.#start ?? Clock.now();
    const clock = this.#clock;
    if (this.#options.exposureMicroseconds > 0) this.#stopAt = start + this.#options.exposureMicroseconds;
    clock.limit = this.#stopAt;
    let end: SessionEnd;
    try {
      end = await this.#sample();
      this.#endTick(Clock.now());
      this.#wait.close();
      this.#roster.closeAll();
    } catch (error) {
      // A bug of ours takes nothing away that was sampled before it.
      this.#sink.flush();
      throw error;
    }
    const statistics = this.#profile.finish({
      start: Math.round(start),
      end: Math.round(Clock.now()),
      ticks: clock.due,
      takenTicks: this.#tickTimes.count,
      missedTicks: clock.missed,
      longTicks: this.#tickTimes.long,
      family: this.#family?.figures,
      sampling: this.#tickTimes.times,
    });
    this.#sink.flush();
    return { end, statistics, refusal: this.#refusal };
  }

  async #sample(): Promise<SessionEnd> {
    // A short program may not live to see another.
    this.#tick();
    this.#options.begun?.();
    while (this.#end === undefined) {
      if (!this.#clock.isNear && !this.#rest()) await this.#turn();
      if (this.#end === undefined) this.#tick();
    }
    return this.#end;
  }

  #tableSizes(): TableSizes {
    return { ...this.#sink.tableSizes, ...this.#roster.tableSizes, ...this.#family?.tableSizes };
  }

  /** Wait without a turn of the event loop. @returns whether the next sample may be taken; else a turn is to be awaited before */
  #rest(): boolean {
    const now = Clock.now();
    this.#endTick(now);
    if (this.#roster.sampled.length === 0 || this.#sink.saturated || this.#sink.failed !== undefined) return false;
    if (now - this.#looked >= this.#lookEvery && this.#isOver()) return false;
    // A look may have shown that one runs another program now.
    if (this.#roster.hasLost) return false;
    this.#giveWhatWasHeld();
    return this.#clock.rest(this.#wait.until, this.#over, this.#wakeEvery);
  }

  /** Everything that may take a while, between two ticks. */
  async #turn(): Promise<void> {
    this.#endTick(Clock.now());
    const [clock, over] = [this.#clock, this.#over];
    await clock.turn(over);
    this.#giveWhatWasHeld();
    while (this.#sink.saturated && this.#sink.failed === undefined && !over()) await sleep(1);
    if (!over()) await this.#lookForLost();
    // Nobody to sample, but somebody to wait for: no deadlines pass.
    while (this.#roster.sampled.length === 0 && !over()) {
      await sleep(1);
      clock.restart();
    }
    clock.read();
  }

  #isOver(): boolean {
    if (this.#end !== undefined) return true;
    const now = Clock.now();
    if (this.#options.signal.aborted) this.#end = "aborted";
    else if (this.#sink.failed !== undefined) this.#end = "output-failed";
    else if (now >= this.#stopAt && !this.#isLastDue()) this.#end = "exposure";
    else {
      this.#lookAtLives(now);
      this.#lookAtFamily(now);
    }
    return this.#end !== undefined;
  }

  /** Whether the last sample, at the end of the exposure, is still to be taken, however late a turn of the event loop ended. */
  #isLastDue(): boolean {
    return this.#clock.deadline <= this.#stopAt && this.#roster.sampled.length > 0 && !this.#sink.saturated;
  }

  /** Of a family, whoever has ended is noticed in a tick. */
  #lookAtLives(now: number): void {
    if (this.#family !== undefined && now - this.#looked < this.#lookEvery) return;
    this.#looked = now;
    this.#roster.lookAtLives(this.#isGone);
  }

  #lookAtFamily(now: number): void {
    const family = this.#family;
    if (family === undefined) return;
    if (family.isDue(now)) family.look(now, this.#clock.deadline, this);
    if (family.isOver(now, this.#options.timeoutMilliseconds * 1000)) this.#end = "target-ended";
  }

  #tick(): void {
    const clock = this.#clock;
    const { deadline } = clock;
    const expected = Math.max(deadline, clock.time);
    // The last one shows what the end of the run was spent on, and may be as late as any other.
    if (deadline > this.#stopAt) {
      this.#end = "exposure";
      return;
    }
    const processes = this.#roster.sampled;
    const single = processes.length === 1;
    let began = 0;
    let sampled = false;
    const { length } = processes;
    const isOverdue =
      this.#since !== 0 &&
      deadline - this.#since <= SHORTEST_TICK_MICROSECONDS &&
      this.#lastMicroseconds < BRIEF_MICROSECONDS;
    this.#budget.begin(single ? Number.POSITIVE_INFINITY : OFF_CPU_COPIES_A_TICK);
    // Each in its turn is the first: off-CPU copies are few in one moment.
    this.#first = this.#first + 1 < length ? this.#first + 1 : 0;
    for (let i = 0, at = this.#first; i < length; i++, at = at + 1 < length ? at + 1 : 0) {
      const process = processes[at] as SampledProcess;
      // It asks for fewer samples than the others do.
      if (!single && process.notBefore > deadline + clock.interval) continue;
      const outcome = process.tick(deadline, expected, isOverdue);
      if (began === 0) began = process.began;
      if (outcome === "sampled") {
        sampled = true;
        if (process.keepPace()) this.#keepPace();
      } else if (outcome !== "lost") this.#leaving.push(process);
    }
    while (this.#leaving.length > 0) this.#takeLeave(this.#leaving.pop() as SampledProcess);
    clock.begin(began === 0 ? expected : began);
    if (clock.time >= this.#stopAt) this.#end ??= "exposure";
    this.#endTick(clock.time);
    if (!sampled) return;
    this.#since = began;
    this.#options.ticked?.();
    if (this.#options.openNative !== undefined) this.#useSpareTime();
    const isGiving = this.#sink.isDue;
    if (isGiving) this.#give();
    if (clock.interval <= FLAT_OUT_MICROSECONDS && this.#family === undefined) {
      if (isGiving) this.#endTick(this.#taken);
      return;
    }
    clock.read();
    this.#endTick(clock.time);
    if (this.#family?.isDue(clock.time)) {
      this.#family.look(clock.time, clock.deadline, this);
      clock.read();
    }
  }

  #useSpareTime(): void {
    for (const process of this.#roster.sampled) process.useSpareTime(this.#clock.deadline);
  }

  /** A tick that was still lasting ended at `time`. */
  #endTick(time: number): void {
    if (this.#since !== 0) {
      this.#lastMicroseconds = time - this.#since;
      this.#tickTimes.add(this.#lastMicroseconds, this.#options.intervalMicroseconds);
    }
    this.#since = 0;
  }

  /** The clock keeps the pace of the one who asks for most. */
  #keepPace(): void {
    const interval = this.#roster.intervalMicroseconds;
    if (interval < Number.POSITIVE_INFINITY) this.#clock.pace(interval);
  }

  #giveWhatWasHeld(): void {
    if (Clock.now() - this.#taken > this.#hold) this.#give();
  }

  /** Hand on what is confirmed. */
  #give(): void {
    this.#sink.flush();
    this.#taken = Clock.now();
  }

  /** A member of the family can be sampled, for the first time or again. */
  found(connection: Connection): void {
    const { process, isNew } = this.#roster.add(connection);
    if (isNew) {
      if (this.#family === undefined) this.#wait.watch(process.pid);
      this.#start ??= process.last;
      // A short child may not live to see the next deadline.
      if (!process.takeFirst() && this.#family !== undefined) process.tick(process.last, process.last);
    }
    this.#roster.tellVersion(connection);
    this.#keepPace();
  }

  /** A member of the family can't be sampled any more. */
  left(pid: number): void {
    const process = this.#roster.find(pid);
    if (process !== undefined) this.#close(process);
  }

  #ended(process: SampledProcess): void {
    if (this.#family === undefined) {
      this.#end = "target-ended";
      return;
    }
    this.#close(process);
    this.#family.ended(process.pid);
  }

  #takeLeave(process: SampledProcess): void {
    if (process.refusal === undefined) this.#ended(process);
    else if (this.#family === undefined) this.#deny(process.refusal);
    else {
      this.#close(process);
      this.#family.denied(process.pid);
    }
  }

  #close(process: SampledProcess): void {
    this.#roster.close(process);
    this.#keepPace();
  }

  async #lookForLost(): Promise<void> {
    for (const process of this.#roster.sampled.filter((one) => one.isLost())) {
      if (this.#family === undefined) {
        await this.#findAgain(process);
      } else {
        this.#roster.putAway(process);
        this.#keepPace();
        this.#family.lost(process.pid);
      }
    }
  }

  async #findAgain(process: SampledProcess): Promise<void> {
    const { connection, pid } = process;
    const { timeoutMilliseconds, signal } = this.#options;
    const left = Math.max(0, (this.#stopAt - Clock.now()) / 1000);
    const options = { timeoutMs: Math.min(timeoutMilliseconds, left), launched: true, signal };
    const found = await connect(pid, options, connection.decoder, this.#options);
    if (found.kind === "found") {
      this.#roster.tellVersion(found);
      process.goOnWith(found);
    } else if (found.kind === "gone") this.#end = "target-ended";
    else if (found.kind === "aborted") this.#end = "aborted";
    else if (found.kind === "denied") this.#deny(found);
    else if (found.kind === "timed-out" && left < timeoutMilliseconds) this.#end = "exposure";
    else this.#end = "target-changed";
  }

  #deny(refusal: Refusal | undefined): void {
    this.#refusal = refusal && { call: refusal.call, errno: refusal.errno };
    this.#end = "denied";
  }
}

function within(microseconds: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.min(Math.max(least, microseconds), most);
}
