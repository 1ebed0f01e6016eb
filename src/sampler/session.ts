// A run: tick after tick until something ends it. In: a connection, an encoder with its output, and limits. Out: a MOJO
// stream from the first metadata to the trailer, and the figures of the run. It starts, signals and ends no process,
// and prints nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { lifeSigns, processState, setTimerSlack } from "../host/index.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import type { RunStatistics } from "../model/statistics.js";
import { CHUNK_BYTES, type MojoEncoder, type MojoOutput } from "../mojo/index.js";
import { Clock } from "./clock.js";
import { type Connection, connect } from "./connect.js";
import { Pace } from "./pace.js";
import { Recorder } from "./recorder.js";
import { StillBudget } from "./still_budget.js";
import { STILL_INTERVAL_MICROSECONDS } from "./still_interval.js";
import { StillMemory } from "./still_memory.js";
import { Tally } from "./tally.js";
import { ThreadActivity } from "./thread_activity.js";

/** When the target may be displaced from its processor for a moment: never, where nothing else proves a stack, or always. */
export type Stillness = "never" | "auto" | "always";

export interface SessionOptions {
  /** 0: as fast as possible. */
  readonly intervalMicroseconds: number;
  /** 0: without limit. */
  readonly exposureMicroseconds: number;
  readonly mode: "wall" | "cpu";
  readonly still: Stillness;
  /** How long to look for an interpreter again after the target has replaced its program. */
  readonly timeoutMilliseconds: number;
  /** Ends the run; what was sampled is kept. */
  readonly signal: AbortSignal;
  /** What the metadata key `austin` says. */
  readonly interfaceVersion: string;
}

/** Why a run ended. */
export type SessionEnd =
  /** The target has ended. */
  | "target-ended"
  /** The exposure is over. */
  | "exposure"
  /** The signal was given. */
  | "aborted"
  /** The output failed; its `failed` says how. */
  | "output-failed"
  /** The target goes on as a program that can't be sampled. */
  | "target-changed"
  /** Reading the target is no longer permitted: it has changed its user or made itself undumpable. */
  | "denied";

/** What was refused: a system call and its errno. */
export interface Refusal {
  readonly call: string;
  readonly errno: number;
}

export interface SessionResult {
  readonly end: SessionEnd;
  readonly statistics: RunStatistics;
  /** Set where the end is "denied". */
  readonly refusal: Refusal | undefined;
}

/** The interpreter is looked for anew after so many ticks without one (the target has called exec, or ends) … */
const LOST_TICKS = 20;
/** … or after so many microseconds, where ticks are rare. */
const LOST_MICROSECONDS = 20_000;

/** Time from one checkpoint of the decoder to the next, in microseconds. */
const CHECKPOINT_MICROSECONDS = 1000;
/** After a checkpoint that revoked samples, every sample is a checkpoint for this time, in microseconds. */
const DOUBTFUL_MICROSECONDS = 1_000_000;

/** Longest time for which a sample is held back: what the sampler's own violent death can cost. */
const HOLD_MICROSECONDS = 1_000_000;

/** Sample until the end. The output is left open; everything but its last chunk has been given to it. */
export async function runSession(
  connection: Connection,
  encoder: MojoEncoder,
  output: MojoOutput,
  options: SessionOptions,
): Promise<SessionResult> {
  const session = new Session(connection, encoder, output, options);
  return session.run();
}

class Session {
  #connection: Connection;
  readonly #encoder: MojoEncoder;
  readonly #output: MojoOutput;
  readonly #options: SessionOptions;
  readonly #activity: ThreadActivity | undefined;
  readonly #recorder: Recorder;
  readonly #memory: StillMemory;
  readonly #budget = new StillBudget(Clock.now());
  readonly #tally = new Tally();
  readonly #clock: Clock;
  readonly #pace = new Pace(Clock.now());
  #checkpoint = 0;
  /** Every sample may as well be a checkpoint. */
  readonly #isSlow: boolean;
  #last = 0;
  /** When the output was given something last. */
  #taken = 0;
  #lostTicks = 0;
  #lostSince = 0;
  #end: SessionEnd | undefined;
  #refusal: Refusal | undefined;
  /** What the target ran when it was last looked at. */
  #program: string | undefined;

  constructor(connection: Connection, encoder: MojoEncoder, output: MojoOutput, options: SessionOptions) {
    this.#connection = connection;
    this.#encoder = encoder;
    this.#output = output;
    this.#options = options;
    const { pid } = connection.interpreter;
    this.#program = lifeSigns(pid).program;
    const activity = options.mode === "cpu" ? new ThreadActivity(pid) : undefined;
    this.#activity = activity;
    const isRunning = activity && ((nativeId: number) => activity.isRunning(nativeId));
    this.#recorder = new Recorder(pid, connection.decoder, encoder, isRunning);
    this.#memory = new StillMemory(connection.memory);
    this.#clock = new Clock(options.intervalMicroseconds);
    this.#isSlow = options.intervalMicroseconds >= CHECKPOINT_MICROSECONDS;
  }

  async run(): Promise<SessionResult> {
    // A sleep ends when it is asked to, not up to 50 us later.
    setTimerSlack(1);
    this.#header();
    const start = Clock.now();
    this.#last = start;
    // What the connection's samples defined.
    this.#recorder.hold();
    // A short program may not live to see another.
    this.#tick(Number.POSITIVE_INFINITY);
    const clock = this.#clock;
    const stopAt =
      this.#options.exposureMicroseconds > 0 ? start + this.#options.exposureMicroseconds : Number.POSITIVE_INFINITY;
    while (this.#end === undefined) {
      if (!clock.isNear) await this.#turn(clock, stopAt);
      if (this.#end === undefined) this.#tick(stopAt);
    }
    this.#recorder.commit();
    this.#pace.end(Clock.now());
    this.#activity?.close();
    this.#memory.close();
    const statistics = this.#statistics(start, clock);
    this.#trailer(statistics);
    return { end: this.#end, statistics, refusal: this.#refusal };
  }

  /** Everything that may take a while, between two ticks. */
  async #turn(clock: Clock, stopAt: number): Promise<void> {
    const over = (): boolean => this.#isOver(stopAt);
    await clock.turn(over);
    if (Clock.now() - this.#taken > HOLD_MICROSECONDS) this.#give();
    while (this.#output.saturated && this.#output.failed === undefined && !over()) await sleep(1);
    if (!over() && this.#isLost()) await this.#findAgain(stopAt);
    this.#clock.read();
  }

  #isOver(stopAt: number): boolean {
    if (this.#end !== undefined) return true;
    if (this.#options.signal.aborted) this.#end = "aborted";
    else if (this.#output.failed !== undefined) this.#end = "output-failed";
    else if (Clock.now() >= stopAt) this.#end = "exposure";
    else this.#lookAtTarget();
    return this.#end !== undefined;
  }

  #lookAtTarget(): void {
    const { state, program } = lifeSigns(this.#connection.interpreter.pid);
    if (state !== "running") this.#end = "target-ended";
    // What another program has at the old one's addresses may well look like an interpreter without threads.
    else if (program !== this.#program) this.#lostTicks = LOST_TICKS;
    this.#program = program;
  }

  #tick(stopAt: number): void {
    const { decoder } = this.#connection;
    const clock = this.#clock;
    const memory = this.#memory;
    const expected = Math.max(clock.deadline, clock.time);
    if (expected >= stopAt) {
      this.#end = "exposure";
      return;
    }
    memory.due = clock.deadline;
    try {
      const outcome = decoder.sample(memory, this.#wants(expected));
      clock.begin(memory.began);
      if (outcome !== "sampled") {
        if (this.#lostTicks++ === 0) this.#lostSince = memory.began;
        return;
      }
    } catch (error) {
      clock.begin(memory.began);
      if (error instanceof AccessDenied) this.#deny(error);
      else if (!(error instanceof TargetLost)) throw error;
      // An exec replaces the memory under a read: only a process that is gone has ended.
      else if (processState(memory.pid) === "running") this.#lostTicks = LOST_TICKS;
      else this.#end = "target-ended";
      return;
    }
    const before = memory.began;
    this.#lostTicks = 0;
    if (decoder.isRevoked) this.#checkpoint = before + DOUBTFUL_MICROSECONDS;
    else if (decoder.isCheckpoint && this.#checkpoint < before) this.#checkpoint = before;
    this.#budget.spend(decoder.stillCopies + decoder.movedCopies);
    // The time is rounded so that the sum of all deltas is the time that passed.
    const now = Math.round(before);
    this.#recorder.record(Math.max(0, now - Math.round(this.#last)));
    this.#last = before;
    this.#keepPace(before);
    if (this.#encoder.length >= CHUNK_BYTES) this.#give();
    clock.read();
    this.#tally.add(clock.time - before, this.#options.intervalMicroseconds);
  }

  /** Go over to still copies alone where too many stacks stay unproven, and back. */
  #keepPace(now: number): void {
    if (this.#options.still !== "auto" || this.#memory.unavailable !== undefined) return;
    const { stacks, unproven } = this.#recorder;
    if (!this.#pace.count(now, stacks, unproven)) return;
    const { intervalMicroseconds } = this.#options;
    this.#clock.pace(
      this.#pace.onlyStill ? Math.max(intervalMicroseconds, STILL_INTERVAL_MICROSECONDS) : intervalMicroseconds,
    );
  }

  /** What the sample at `now` is to be. */
  #wants(now: number): number {
    const { checkpoint, proof, mayBeStill, onlyStill, showUnproven } = this.#connection.decoder.wants;
    // Up to the end of a doubtful time, #checkpoint lies ahead.
    const due = now - this.#checkpoint;
    let wants = due < 0 || due >= CHECKPOINT_MICROSECONDS || this.#isSlow ? proof | checkpoint : proof;
    const { still } = this.#options;
    if (still === "never" || this.#memory.unavailable !== undefined) wants |= showUnproven;
    else if (still === "always" || this.#pace.onlyStill) wants |= onlyStill;
    else if (this.#budget.allows(now)) wants |= mayBeStill;
    return wants;
  }

  /** Hand over what is encoded. */
  #give(): void {
    this.#output.take(this.#encoder);
    this.#taken = Clock.now();
  }

  #isLost(): boolean {
    if (this.#lostTicks === 0) return false;
    return this.#lostTicks >= LOST_TICKS || Clock.now() - this.#lostSince >= LOST_MICROSECONDS;
  }

  async #findAgain(stopAt: number): Promise<void> {
    const { pid } = this.#connection.interpreter;
    const { timeoutMilliseconds, signal } = this.#options;
    const left = Math.max(0, (stopAt - Clock.now()) / 1000);
    const options = { timeoutMs: Math.min(timeoutMilliseconds, left), launched: true, signal };
    const found = await connect(pid, options, this.#connection.decoder);
    this.#lostTicks = 0;
    if (found.kind === "found") this.#goOnWith(found);
    else if (found.kind === "gone") this.#end = "target-ended";
    else if (found.kind === "aborted") this.#end = "aborted";
    else if (found.kind === "denied") this.#deny(found);
    else if (found.kind === "timed-out" && left < timeoutMilliseconds) this.#end = "exposure";
    else this.#end = "target-changed";
  }

  /** The target has replaced its program, or was only out of sight. */
  #goOnWith({ interpreter }: Connection): void {
    if (interpreter.version.text !== this.#connection.interpreter.version.text) {
      this.#encoder.metadata("python", interpreter.version.text);
    }
    this.#connection = { ...this.#connection, interpreter };
    this.#recorder.hold();
  }

  #deny({ call, errno }: Refusal): void {
    this.#refusal = { call, errno };
    this.#end = "denied";
  }

  #header(): void {
    const { intervalMicroseconds, mode, interfaceVersion } = this.#options;
    this.#encoder.metadata("austin", interfaceVersion);
    this.#encoder.metadata("interval", String(intervalMicroseconds));
    this.#encoder.metadata("mode", mode);
    this.#encoder.metadata("python", this.#connection.interpreter.version.text);
    this.#output.take(this.#encoder);
  }

  #statistics(start: number, clock: Clock): RunStatistics {
    const recorder = this.#recorder;
    // Up to the last sample, so that a thread's times add up to it.
    const end = recorder.samples > 0 ? this.#last : Clock.now();
    return {
      durationMicroseconds: Math.round(end) - Math.round(start),
      ticks: clock.due,
      samples: recorder.samples,
      missedTicks: clock.missed,
      longTicks: this.#tally.long,
      incomplete: recorder.errors,
      reasons: Object.fromEntries(recorder.reasons),
      proofs: recorder.proofs.figures,
      gapMicroseconds: Math.round(recorder.gap),
      stillMicroseconds: Math.round(this.#pace.stillMicroseconds),
      stillUnavailable: this.#memory.unavailable,
      sampling: this.#tally.times,
      output: { path: this.#output.path, bytes: this.#output.bytesWritten },
    };
  }

  #trailer(statistics: RunStatistics): void {
    const encoder = this.#encoder;
    encoder.metadata("count", String(statistics.samples));
    encoder.metadata("duration", String(statistics.durationMicroseconds));
    if (statistics.samples > 0 && statistics.sampling) {
      const { minimumMicroseconds, averageMicroseconds, maximumMicroseconds } = statistics.sampling;
      const times = [minimumMicroseconds, averageMicroseconds, maximumMicroseconds].map(Math.round);
      encoder.metadata("sampling", times.join(","));
      encoder.metadata("saturation", `${statistics.longTicks}/${this.#tally.count}`);
      encoder.metadata("errors", `${statistics.incomplete}/${statistics.samples}`);
    }
    encoder.metadata("missed", `${statistics.missedTicks}/${statistics.ticks}`);
    const { tried, proven, retried, still, unverified, dropped, copies, failedCopies } = statistics.proofs;
    const figures = { tried, proven, retried, still, unverified, dropped };
    for (const [key, count] of Object.entries(figures)) encoder.metadata(key, String(count));
    encoder.metadata("still copies", `${copies - failedCopies}/${copies}`);
    encoder.metadata("still time", String(statistics.stillMicroseconds));
    encoder.metadata("gap", String(statistics.gapMicroseconds));
    for (const [reason, count] of Object.entries(statistics.reasons)) {
      encoder.metadata(`reason ${reason}`, String(count));
    }
    this.#output.take(encoder);
  }
}
