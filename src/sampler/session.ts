// A run: tick after tick until something ends it. In: a connection, an encoder with its output, and limits. Out: a MOJO
// stream from the first metadata to the trailer, and the figures of the run. What belongs to one process is in
// sampled_process.ts. It starts, signals and ends no process, and prints nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { setTimerSlack } from "../host/index.js";
import type { RunStatistics } from "../model/statistics.js";
import { CHUNK_BYTES, type MojoEncoder, type MojoOutput } from "../mojo/index.js";
import { Clock } from "./clock.js";
import { type Connection, connect } from "./connect.js";
import { type ProcessOptions, type Refusal, SampledProcess } from "./sampled_process.js";
import { StillBudget } from "./still_budget.js";
import { Tally } from "./tally.js";
import { encodeHeader, encodeTrailer } from "./trailer.js";

export interface SessionOptions extends ProcessOptions {
  /** 0: without limit. */
  readonly exposureMicroseconds: number;
  /** Whether what is sound is handed on after each sample, in place of by the chunk. */
  readonly prompt: boolean;
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

export interface SessionResult {
  readonly end: SessionEnd;
  readonly statistics: RunStatistics;
  /** Set where the end is "denied". */
  readonly refusal: Refusal | undefined;
}

/** Longest time for which a sample is held back: what the sampler's own violent death can cost. */
const HOLD_MICROSECONDS = 1_000_000;

/** Sample until the end. The output is left open; everything but its last chunk has been given to it. */
export async function runSession(
  connection: Connection,
  encoder: MojoEncoder,
  output: MojoOutput,
  options: SessionOptions,
): Promise<SessionResult> {
  return new Session(connection, encoder, output, options).run();
}

class Session {
  readonly #process: SampledProcess;
  readonly #encoder: MojoEncoder;
  readonly #output: MojoOutput;
  readonly #options: SessionOptions;
  readonly #tally = new Tally();
  readonly #clock: Clock;
  /** So many bytes are worth handing on. */
  readonly #worthBytes: number;
  /** When the output was given something last. */
  #taken = 0;
  #end: SessionEnd | undefined;
  #refusal: Refusal | undefined;

  constructor(connection: Connection, encoder: MojoEncoder, output: MojoOutput, options: SessionOptions) {
    this.#encoder = encoder;
    this.#output = output;
    this.#options = options;
    this.#clock = new Clock(options.intervalMicroseconds, options.prompt);
    this.#worthBytes = options.prompt ? 1 : CHUNK_BYTES;
    encodeHeader(encoder, options, connection.interpreter.version.text);
    output.take(encoder);
    this.#process = new SampledProcess(connection, encoder, options, new StillBudget(Clock.now()));
  }

  async run(): Promise<SessionResult> {
    // A sleep ends when it is asked to, not up to 50 us later.
    setTimerSlack(1);
    const start = this.#process.last;
    // A short program may not live to see another.
    this.#tick(Number.POSITIVE_INFINITY);
    const clock = this.#clock;
    const stopAt =
      this.#options.exposureMicroseconds > 0 ? start + this.#options.exposureMicroseconds : Number.POSITIVE_INFINITY;
    while (this.#end === undefined) {
      if (!clock.isNear) await this.#turn(clock, stopAt);
      if (this.#end === undefined) this.#tick(stopAt);
    }
    this.#process.close();
    const statistics = this.#statistics(start, clock);
    encodeTrailer(this.#encoder, statistics);
    this.#output.take(this.#encoder);
    return { end: this.#end, statistics, refusal: this.#refusal };
  }

  /** Everything that may take a while, between two ticks. */
  async #turn(clock: Clock, stopAt: number): Promise<void> {
    const over = (): boolean => this.#isOver(stopAt);
    await clock.turn(over);
    if (Clock.now() - this.#taken > HOLD_MICROSECONDS) this.#give();
    while (this.#output.saturated && this.#output.failed === undefined && !over()) await sleep(1);
    if (!over() && this.#process.isLost()) await this.#findAgain(stopAt);
    this.#clock.read();
  }

  #isOver(stopAt: number): boolean {
    if (this.#end !== undefined) return true;
    if (this.#options.signal.aborted) this.#end = "aborted";
    else if (this.#output.failed !== undefined) this.#end = "output-failed";
    else if (Clock.now() >= stopAt) this.#end = "exposure";
    else if (!this.#process.isAlive()) this.#end = "target-ended";
    return this.#end !== undefined;
  }

  #tick(stopAt: number): void {
    const clock = this.#clock;
    const expected = Math.max(clock.deadline, clock.time);
    if (expected >= stopAt) {
      this.#end = "exposure";
      return;
    }
    const process = this.#process;
    const outcome = process.tick(clock.deadline, expected);
    clock.begin(process.began);
    if (outcome !== "sampled") {
      if (outcome === "denied") this.#deny(process.refusal);
      else if (outcome === "ended") this.#end = "target-ended";
      return;
    }
    if (process.keepPace()) clock.pace(process.intervalMicroseconds);
    if (this.#encoder.length >= this.#worthBytes) this.#give();
    clock.read();
    this.#tally.add(clock.time - process.began, this.#options.intervalMicroseconds);
  }

  /** Hand over what is encoded. */
  #give(): void {
    this.#output.take(this.#encoder);
    this.#taken = Clock.now();
  }

  async #findAgain(stopAt: number): Promise<void> {
    const { connection, pid } = this.#process;
    const { timeoutMilliseconds, signal } = this.#options;
    const left = Math.max(0, (stopAt - Clock.now()) / 1000);
    const options = { timeoutMs: Math.min(timeoutMilliseconds, left), launched: true, signal };
    const found = await connect(pid, options, connection.decoder);
    if (found.kind === "found") {
      const python = found.interpreter.version.text;
      if (python !== connection.interpreter.version.text) this.#encoder.metadata("python", python);
      this.#process.goOnWith(found);
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

  #statistics(start: number, clock: Clock): RunStatistics {
    const { recorder, last, stillMicroseconds, stillUnavailable } = this.#process;
    // Up to the last sample, so that a thread's times add up to it.
    const end = recorder.samples > 0 ? last : Clock.now();
    return {
      durationMicroseconds: Math.round(end) - Math.round(start),
      ticks: clock.due,
      takenTicks: this.#tally.count,
      samples: recorder.samples,
      missedTicks: clock.missed,
      longTicks: this.#tally.long,
      incomplete: recorder.errors,
      reasons: Object.fromEntries(recorder.reasons),
      proofs: recorder.proofs.figures,
      gapMicroseconds: Math.round(recorder.gap),
      collectorMicroseconds: this.#options.gc ? recorder.collectorMicroseconds : undefined,
      stillMicroseconds: Math.round(stillMicroseconds),
      stillUnavailable,
      sampling: this.#tally.times,
      output: { path: this.#output.path, bytes: this.#output.bytesWritten },
    };
  }
}
