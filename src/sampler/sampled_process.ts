// One process of a run. In: its connection, and at each tick when the next sample is due. Out: its samples in the run's
// encoder, how sampling it went, and its own figures. It knows neither the clock nor the output, nor whether there are
// other processes.
import {
  host,
  type LifeWatch,
  type Mapping,
  ProcessDenied,
  ProcessGone,
  ProcessUnseen,
  type ResidentMemory,
} from "../host/index.js";
import { AT_ONCE } from "../memory/live.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import type { TableSizes } from "../model/table_sizes.js";
import { buildIdOf } from "../native/build_id.js";
import type { TargetFacts } from "../profile/facts.js";
import type { Profile, ProfiledProcess } from "../profile/profile.js";
import type { Recorder } from "../profile/recorder.js";
import { Clock } from "./clock.js";
import type { Connection } from "./connect.js";
import type { NativeOptions } from "./native_options.js";
import type { NativeTicks } from "./native_ticks.js";
import type { OffCpuBudget } from "./off_cpu_budget.js";
import { PACED_INTERVAL_MICROSECONDS } from "./off_cpu_interval.js";
import { OffCpuMemory } from "./off_cpu_memory.js";
import { Pace } from "./pace.js";
import { ProgramSeed } from "./program_seed.js";
import { ThreadActivity } from "./thread_activity.js";
import { ThreadNames } from "./thread_names.js";
import { unprovenWants } from "./unproven.js";

/** What was refused: a system call and its errno. */
export interface Refusal {
  readonly call: string;
  readonly errno: number;
}

/** What came of a tick. "lost": no sample, and the process is still there. */
export type TickOutcome = "sampled" | "lost" | "ended" | "denied";

/** The interpreter is looked for anew after so many ticks without one (the target has called exec, or ends) … */
const LOST_TICKS = 20;
/** … or after so many microseconds, where ticks are rare. */
const LOST_MICROSECONDS = 20_000;

/** Time from one checkpoint of the decoder to the next, in microseconds. */
const CHECKPOINT_MICROSECONDS = 1000;
/** After a checkpoint that revoked samples, every sample is a checkpoint for this time, in microseconds. */
const DOUBTFUL_MICROSECONDS = 1_000_000;

/** What a process is among those that are sampled. */
interface Standing {
  /** What is said of the one process, or of a family's root, is said of it. */
  readonly isRoot: boolean;
  /** There are no others, and there will be none. */
  readonly isAlone: boolean;
}

/** Close it after use. */
export class SampledProcess {
  readonly #profile: Profile;
  readonly #isRoot: boolean;
  readonly #isAlone: boolean;
  readonly #profiled: ProfiledProcess;
  /** The deadline before which it asks for no sample, in microseconds. */
  notBefore = 0;
  /** Set where a tick was "denied". */
  refusal: Refusal | undefined;
  #connection: Connection;
  readonly #native: NativeTicks | undefined;
  readonly #options: NativeOptions;
  readonly #activity: ThreadActivity | undefined;
  readonly #resident: ResidentMemory | undefined;
  readonly #life: LifeWatch;
  readonly #memory: OffCpuMemory;
  readonly #names: ThreadNames;
  readonly #budget: OffCpuBudget;
  readonly #pace: Pace;
  #checkpoint = 0;
  /** It was told that threads can't be held. */
  #isRefused = false;
  /** The last tick was to have native frames. */
  #isNative = false;
  /** Every sample may as well be a checkpoint. */
  readonly #isSlow: boolean;
  #lostTicks = 0;
  #lostSince = 0;
  /** What it ran when it was last looked at. */
  #program: string | undefined;
  #seed: ProgramSeed;
  /** It runs another program, whose interpreter is to be looked for. */
  #hasChanged = false;

  constructor(
    connection: Connection,
    profile: Profile,
    options: NativeOptions,
    budget: OffCpuBudget,
    { isRoot, isAlone }: Standing,
  ) {
    this.#isRoot = isRoot;
    this.#isAlone = isAlone;
    const now = connection.first?.since ?? Clock.now();
    this.#connection = connection;
    this.#seed = new ProgramSeed(connection);
    this.#options = options;
    this.#budget = budget;
    const { interpreter, decoder } = connection;
    const { pid } = interpreter;
    this.#life = host.watchLife(pid);
    this.#program = this.#life.look().program;
    const { mode } = options;
    const activity = mode === "cpu" || mode === "full" ? new ThreadActivity(pid) : undefined;
    this.#activity = activity;
    this.#resident = mode === "memory" || mode === "full" ? host.residentMemory(pid) : undefined;
    const isRunning = activity && ((nativeId: number) => activity.isRunning(nativeId));
    this.#profile = profile;
    const native = options.openNative?.(connection, (mapping) => this.#mapped(mapping));
    if (typeof native === "string") options.nativeMissing?.({ pid, hindrance: native, errno: 0 });
    else this.#native = native;
    const view = this.#native?.sample ?? decoder;
    this.#profiled = profile.open({ pid, decoder: view, now, target: targetFacts(connection), isRunning });
    this.#names = new ThreadNames(pid, decoder, this.recorder);
    this.#memory = new OffCpuMemory(connection.memory);
    this.#pace = new Pace(now);
    this.#isSlow = options.intervalMicroseconds >= CHECKPOINT_MICROSECONDS;
  }

  get recorder(): Recorder {
    return this.#profiled.recorder;
  }

  get tableSizes(): TableSizes {
    const files = this.#memory.openFiles + (this.#activity?.openFiles ?? 0);
    return { "thread files": files, ...this.recorder.tableSizes };
  }

  /** When the last sample was taken, in microseconds. */
  get last(): number {
    return this.#profiled.last;
  }

  get connection(): Connection {
    return this.#connection;
  }

  get pid(): number {
    return this.#connection.interpreter.pid;
  }

  /** When the copy of the last tick began, in microseconds. */
  get began(): number {
    return this.#native !== undefined && this.#isNative ? this.#native.began : this.#memory.began;
  }

  /** How long from one sample to the next, in microseconds. */
  get intervalMicroseconds(): number {
    const { intervalMicroseconds } = this.#options;
    return this.#pace.onlyOffCpu ? Math.max(intervalMicroseconds, PACED_INTERVAL_MICROSECONDS) : intervalMicroseconds;
  }

  /**
   * Wait until `due` and take a sample.
   * @param due in microseconds; it may have passed
   * @param expected when that will most likely be
   * @param atOnce whether it has passed, and the last tick has only just ended
   */
  tick(due: number, expected: number, atOnce = false): TickOutcome {
    if (this.#runsAnother()) return this.#lose(expected);
    const native = this.#native;
    this.#isNative = native?.isHindered(expected) === false;
    if (native !== undefined && this.#isNative) return this.#tickNative(native, due);
    const { decoder } = this.#connection;
    const memory = this.#memory;
    memory.due = atOnce ? AT_ONCE : due;
    try {
      if (decoder.sample(memory, this.#wants(expected)) !== "sampled") {
        return this.#lose(memory.began);
      }
    } catch (error) {
      return this.#failed(error);
    }
    native?.takePlain(memory.began);
    this.#took(memory.began);
    this.notBefore = this.#pace.onlyOffCpu ? due + this.intervalMicroseconds : 0;
    return "sampled";
  }

  /** The same with native frames. */
  #tickNative(native: NativeTicks, due: number): TickOutcome {
    try {
      if (native.tick(due, this.recorder.wants | unprovenWants(this.#connection.decoder.wants)) !== "sampled") {
        return this.#lose(native.began);
      }
    } catch (error) {
      if (error instanceof ProcessUnseen) return "lost";
      if (error instanceof ProcessDenied) return this.#failed(new AccessDenied(this.pid, error.call, error.errno));
      return this.#failed(error instanceof ProcessGone ? new TargetLost(this.pid) : error);
    }
    this.#lostTicks = 0;
    if (native.refusal !== undefined && !this.#isRefused) {
      this.#isRefused = true;
      this.#options.nativeMissing?.({ pid: this.pid, hindrance: undefined, errno: native.refusal.errno });
    }
    this.#names.read(this.#memory, native.began);
    this.#profiled.sampled(native.began, this.#resident?.change());
    return "sampled";
  }

  /** What there is to do for native frames beside ticks is done, where there is time for it before the next. */
  useSpareTime(deadline: number): void {
    this.#native?.useSpareTime(deadline);
  }

  /** Whether the next sample would be of another program than the decoder knows. Where there is time for that, it is looked at before each, of one process alone; else at each look at its life. */
  #runsAnother(): boolean {
    if (!this.#hasChanged && this.#isSlow && this.#isAlone && this.#seed.isOther) this.#hasChanged = true;
    return this.#hasChanged;
  }

  /** A sample that was begun at `began` could not be taken. */
  #lose(began: number): TickOutcome {
    if (this.#lostTicks++ === 0) this.#lostSince = began;
    return "lost";
  }

  /** Take the sample with which it was found. @returns whether there is one */
  takeFirst(): boolean {
    // It has no native frames.
    if (this.#native !== undefined) return false;
    const { first } = this.#connection;
    if (first !== undefined) this.#took(first.time);
    return first !== undefined;
  }

  /** The decoder holds a sample that was begun at `before`. */
  #took(before: number): void {
    const { decoder } = this.#connection;
    this.#lostTicks = 0;
    if (decoder.isRevoked) this.#checkpoint = before + DOUBTFUL_MICROSECONDS;
    else if (decoder.isCheckpoint && this.#checkpoint < before) this.#checkpoint = before;
    this.#names.read(this.#memory, before);
    this.#budget.spend(decoder.offCpuCopies + decoder.failedOffCpuCopies);
    this.#profiled.sampled(before, this.#resident?.change());
  }

  /** Go over to off-CPU copies alone where too many stacks stay unproven, and back. @returns whether the interval changed */
  keepPace(): boolean {
    if (this.#options.still !== "auto" || this.#isNative) return false;
    if (this.#memory.isHindered(this.last)) {
      // Without off-CPU copies, nothing is to be sampled by off-CPU copies alone.
      const wasOnlyOffCpu = this.#pace.onlyOffCpu;
      this.#pace.end(this.last);
      return wasOnlyOffCpu;
    }
    const { stacks, unproven } = this.recorder;
    const { hasSkid, offCpuCopies, failedOffCpuCopies } = this.#connection.decoder;
    return this.#pace.count(this.last, stacks, unproven, hasSkid, failedOffCpuCopies > 0 && offCpuCopies === 0);
  }

  /** Whether it still runs; notes that it runs another program now. */
  isAlive(): boolean {
    const { state, program, task } = this.#life.look();
    this.#readAs(task);
    // What another program has at the old one's addresses may well look like an interpreter without threads.
    if (state === "running" && (program !== this.#program || this.#seed.isOther)) this.#hasChanged = true;
    this.#program = program;
    return state === "running";
  }

  /** Whether its interpreter is to be looked for anew. */
  isLost(): boolean {
    if (this.#hasChanged) return true;
    if (this.#lostTicks === 0) return false;
    return this.#lostTicks >= LOST_TICKS || Clock.now() - this.#lostSince >= LOST_MICROSECONDS;
  }

  /** Its interpreter was found anew, with the same decoder: it has replaced its program, or was only out of sight. */
  goOnWith(connection: Connection): void {
    this.#lostTicks = 0;
    this.#hasChanged = false;
    if (this.#connection.memory !== connection.memory) this.#connection.memory.close();
    this.#connection = connection;
    this.#seed = new ProgramSeed(connection);
    this.#memory.goOnWith(connection.memory);
    if (this.#native !== undefined) {
      // Addresses of the program before are those of its own files.
      this.#native.finish();
      this.recorder.hold();
      this.recorder.commit();
      if (!this.#native.goOnWith(connection)) this.#lostTicks = LOST_TICKS;
    }
    this.#profiled.resumed(targetFacts(connection));
    this.#names.forget();
    this.takeFirst();
  }

  /** The last samples are handed on, and nothing is kept open. */
  close(): void {
    this.#pace.end(Clock.now());
    const { stillMicroseconds } = this.#pace;
    const { unavailable, prevented } = this.#memory;
    const unansweredStates = this.#activity?.unanswered ?? 0;
    const still = { stillMicroseconds, stillUnavailable: unavailable, stillPrevented: prevented };
    const held = this.#native?.figures;
    if (this.#native !== undefined) {
      this.#native.finish();
      this.recorder.hold();
    }
    this.#profile.close(this.#profiled, { ...still, unansweredStates, held });
    this.#native?.close();
    this.#activity?.close();
    this.#resident?.close();
    this.#life.close();
    this.#memory.close();
    this.#connection.memory.close();
  }

  /** From now on its memory is read under this id. @returns whether it is another one than before */
  #readAs(task: number): boolean {
    this.#resident?.readAs(task);
    return this.#memory.readAs(task);
  }

  /** It has mapped a file there: what native frames' addresses are told by. */
  #mapped(mapping: Mapping): void {
    const { start, end, path } = mapping;
    const process = this.#isRoot ? "" : ` ${this.pid}`;
    this.#profile.metadata(`map${process}`, `${start.toString(16)}-${end.toString(16)} ${path}`);
    const buildId = buildIdOf(mapping, this.#connection.memory);
    if (buildId !== undefined) this.#profile.metadata(`build id${process}`, `${buildId} ${path}`);
  }

  #failed(error: unknown): TickOutcome {
    if (error instanceof AccessDenied) {
      this.refusal = { call: error.call, errno: error.errno };
      return "denied";
    }
    if (!(error instanceof TargetLost)) throw error;
    // An exec replaces the memory under a read: only a process that is gone has ended.
    const { state, task } = this.#life.look();
    if (state !== "running") return "ended";
    // Where it is its first thread that has ended, nothing has changed but the id.
    if (!this.#readAs(task)) this.#lostTicks = LOST_TICKS;
    return "lost";
  }

  /** What the sample at `now` is to be. */
  #wants(now: number): number {
    const { checkpoint, proof, mayCopyOffCpu, onlyOffCpu, showUnproven } = this.#connection.decoder.wants;
    // Up to the end of a doubtful time, #checkpoint lies ahead.
    const due = now - this.#checkpoint;
    let wants = this.recorder.wants | proof;
    if (due < 0 || due >= CHECKPOINT_MICROSECONDS || this.#isSlow) wants |= checkpoint;
    const { still } = this.#options;
    if (still === "never" || this.#memory.isHindered(now)) wants |= showUnproven;
    else if (still === "always" || this.#pace.onlyOffCpu) wants |= onlyOffCpu;
    else if (this.#budget.allows(now)) wants |= mayCopyOffCpu;
    wants |= unprovenWants(this.#connection.decoder.wants);
    return wants;
  }
}

function targetFacts({ interpreter }: Connection): TargetFacts {
  return { ...interpreter, pythonVersion: interpreter.version.text };
}
