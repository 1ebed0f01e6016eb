// Plays a capture's log: what the sampler did with its decoders is done again. In: the blocks of the log, in order. Out: the
// profile's samples, in a sink; the stacks that were seen last of each process; and what could not be decoded, by reason. It knows
// nothing of files, and of the live side only what the log says.
import type { Decoder } from "../decoder/decoder.js";
import { asksForSomething, type FilterWords, unanswered } from "../filters/index.js";
import type { Frame } from "../model/frame.js";
import type { Share } from "../model/share.js";
import type { Snapshot } from "../model/snapshot.js";
import type { RunStatistics } from "../model/statistics.js";
import { withHindrance } from "../native/best_native_stacks.js";
import type { ProfileOptions, TargetFacts } from "../profile/facts.js";
import { Profile, type ProfiledProcess } from "../profile/profile.js";
import type { SampleSink } from "../profile/sink.js";
import { ProfileSelection } from "../sinks/selection.js";
import { type Attached, AttachedDecoders, lookAt } from "./attached.js";
import { LogError } from "./error.js";
import {
  decoderOf,
  headerOf,
  type Look,
  lookOf,
  naturalOf,
  type Origin,
  optionsOf,
  originOf,
  processFiguresOf,
  processOf,
  runFiguresOf,
  runtimeOf,
  targetOf,
  textOf,
} from "./facts.js";
import { AGAIN, FACT, FROM_FIRST, MAX_PROCESSES, NAMES, NATIVE_END, SAMPLE, TAKEN, WANTS } from "./format.js";
import { LogCursor } from "./log_cursor.js";
import { LookReader } from "./look_reader.js";
import { isNative, playNative } from "./native_events.js";
import { exactly, failureOf } from "./playing_errors.js";
import { ThreadAnswers } from "./thread_answers.js";
import { ThreadTally, type ThreadTotals } from "./thread_tally.js";

export interface PlayerOptions {
  /** Makes what takes the samples, where there is a profile: once. @param selection what of it is wanted; undefined: all */
  readonly newSink: (selection: ProfileSelection | undefined) => SampleSink;
  /** Makes a decoder, or gives one that nobody uses any more. */
  readonly newDecoder: () => Decoder;
  /** What of the profile is written, in place of what the run wrote; words that ask for nothing want all. */
  readonly filters?: FilterWords | undefined;
  /** Whether stacks are wanted as objects, too. */
  readonly stacks?: boolean;
}

/** A process of a capture. */
export interface CapturedProcess extends TargetFacts {
  readonly pid: number;
}

/** What was decoded, and what could not be. */
export interface DecodingFigures {
  /** Samples that were asked of decoders, those at connecting included. */
  samples: number;
  /** Those that the decoder could not take, by what it said. */
  readonly failures: Map<string, number>;
  /** Samples for which the decoder asked for other memory than the one that captured. */
  diverged: number;
  /** Ranges that such a sample asked for and that were not captured whole. */
  missing: number;
}

/** Stacks of one process, as its decoder saw them last. */
export interface PlayedStacks {
  readonly pid: number;
  readonly pythonVersion: string;
  readonly freeThreaded: boolean;
  readonly stacks: Snapshot<Frame>;
  /** Where the capture is of a look. */
  readonly look: Look | undefined;
}

/** Most that a figure of memory may be, in bytes. */
const MOST_BYTES = 2 ** 45;
/** Latest time, in microseconds. */
const LATEST = 2 ** 52;

interface Played {
  readonly pid: number;
  /** What it runs now. */
  target: TargetFacts;
  /** What its samples are taken with; undefined once it is closed. */
  open: Open | undefined;
  /** What the last sample showed that had a stack. */
  stacks: Snapshot<Frame> | undefined;
}

interface Open {
  readonly attached: Attached;
  readonly profiled: ProfiledProcess;
  readonly answers: ThreadAnswers;
  /** When its last sample was taken. */
  last: number;
}

export class Player {
  /** What the capture says of itself; undefined before its first block. */
  origin: Origin | undefined;
  /** Figures of the run, where the capture has its end. */
  statistics: Omit<RunStatistics, "output"> | undefined;
  /** How the run was asked for. */
  options: ProfileOptions | undefined;
  readonly processes: CapturedProcess[] = [];
  /** Stacks of looks, where they are wanted. */
  readonly looks: PlayedStacks[] = [];
  /** Whether there were looks. */
  hasLooks = false;
  readonly figures: DecodingFigures = { samples: 0, failures: new Map(), diverged: 0, missing: 0 };
  readonly #playerOptions: PlayerOptions;
  readonly #attached: AttachedDecoders;
  readonly #played: Played[] = [];
  /** Thread samples of the processes that are closed. */
  readonly #closed = new ThreadTally();
  #profile: Profile | undefined;
  #selection: ProfileSelection | undefined;

  constructor(options: PlayerOptions) {
    this.#playerOptions = options;
    this.#attached = new AttachedDecoders(options.newDecoder, options.stacks === true);
  }

  /** Whether the capture is of a run, and so has a profile. */
  get hasProfile(): boolean {
    return this.#profile !== undefined;
  }

  /** How much there was so far, and how much of it was left out; undefined where nothing is. */
  get share(): Share | undefined {
    return this.#selection;
  }

  /** Thread samples so far, before the filters: how many, and what is amiss with them. */
  get totals(): ThreadTotals {
    const tally = new ThreadTally(this.#closed);
    for (const { open } of this.#played) if (open !== undefined) tally.add(open.profiled);
    return tally;
  }

  /** Threads' stacks as each process of a run was seen last. */
  get lastStacks(): PlayedStacks[] {
    return this.#played.flatMap(({ pid, target, stacks }) => {
      const { pythonVersion, freeThreaded } = target;
      return stacks === undefined ? [] : [{ pid, pythonVersion, freeThreaded, stacks, look: undefined }];
    });
  }

  /** Nothing more is played. */
  close(): void {
    this.#attached.close();
  }

  /** @throws LogError where the block isn't what a writer writes; what came before stays */
  play(block: Uint8Array): void {
    const cursor = new LogCursor(block);
    while (!cursor.isAtEnd) {
      const event = cursor.byte();
      if (event === SAMPLE) this.#sample(cursor);
      else if (event === NAMES) this.#names(cursor);
      else if (event === TAKEN) this.#take(cursor);
      else if (isNative(event)) this.#native(event, cursor);
      else if (event === FACT) this.#fact(cursor.fact(), cursor);
      else throw new LogError(`${event} is no event`);
    }
  }

  #sample(cursor: LogCursor): void {
    const attached = this.#attached.at(cursor.natural(this.#attached.size, "a decoder's number"));
    const bits = cursor.natural(2 ** WANTS.length - 1, "what a sample is to be");
    const { decoder, memory } = attached;
    let wants = 0;
    for (const [i, name] of WANTS.entries()) if ((bits & (1 << i)) !== 0) wants |= decoder.wants[name];
    this.figures.samples++;
    memory.begin(cursor);
    attached.holds = false;
    try {
      const outcome = decoder.sample(memory, wants);
      if (outcome === "sampled") attached.holds = true;
      else this.#failed(outcome);
    } catch (error) {
      this.#failed(failureOf(error));
    }
    memory.end();
    if (memory.diverged) {
      this.figures.diverged++;
      this.figures.missing += memory.missing;
    }
    if (attached.holds && attached.reader !== undefined) {
      attached.reader.learn();
      if (this.#profile === undefined) lookAt(attached, attached.reader, wants);
    }
  }

  #names(cursor: LogCursor): void {
    const { decoder, memory, reader, best, native } = this.#attached.at(
      cursor.natural(this.#attached.size, "a decoder's number"),
    );
    const bits = cursor.natural(FROM_FIRST | AGAIN, "which names are read");
    memory.begin(cursor);
    try {
      decoder.readNames(memory, { fromFirst: (bits & FROM_FIRST) !== 0, again: (bits & AGAIN) !== 0 });
    } catch (error) {
      this.#failed(failureOf(error));
    }
    memory.end();
    if (reader === undefined || this.#profile !== undefined) return;
    best.addNames(reader.names());
    if (native instanceof LookReader) native.addNames(reader.names());
  }

  #native(event: number, cursor: LogCursor): void {
    const attached = this.#attached.at(cursor.natural(this.#attached.size, "a decoder's number"));
    const leftOut = playNative(event, attached, cursor);
    if (leftOut > 0) this.figures.diverged++;
    this.figures.missing += leftOut;
    if (event !== NATIVE_END) return;
    // What was sampled of a program is handed on before another one's files are told.
    const recorder = this.#played.find(({ open }) => open?.attached === attached)?.open?.profiled.recorder;
    recorder?.hold();
    recorder?.commit();
  }

  #failed(reason: string): void {
    const { failures } = this.figures;
    failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }

  #take(cursor: LogCursor): void {
    const played = this.#playedAt(cursor.natural(MAX_PROCESSES, "a process's number"));
    const open = openOf(played);
    const passed = cursor.natural(LATEST, "a time");
    open.last += passed;
    if (open.last > LATEST) throw new LogError("a time is later than there are times");
    const bytes = cursor.integer();
    if (Math.abs(bytes) > MOST_BYTES) throw new LogError("memory changes by more than there is");
    open.answers.read(cursor);
    // What can't be decoded has its time counted with the next that can.
    if (!open.attached.holds) return;
    exactly(() => open.profiled.sampled(open.last, bytes));
    const stacks = (open.attached.nativeStacks ?? open.attached.reader)?.read();
    // An interpreter that ends has no thread any more that is not left out: nobody asks where that is.
    if (stacks?.threads.some(({ frames, reasons }) => frames.length > 0 || reasons.length === 0))
      played.stacks = stacks;
  }

  #fact(fact: Record<string, unknown>, cursor: LogCursor): void {
    const kind = textOf(fact, "fact");
    if (this.origin === undefined && kind !== "capture") throw new LogError("the log begins with something else");
    switch (kind) {
      case "capture":
        if (this.origin !== undefined) throw new LogError("a second capture begins");
        this.origin = originOf(fact);
        return;
      case "retired":
        this.#attached.retire(decoderOf(fact));
        return;
      case "attach":
        this.#attach(fact, cursor);
        return;
      case "began":
        this.#begin(fact);
        return;
      case "metadata":
        this.#profiled().metadata(textOf(fact, "key"), textOf(fact, "value"));
        return;
      case "opened":
        this.#open(fact);
        return;
      case "resumed":
        this.#resume(fact);
        return;
      case "closed":
        this.#close(fact);
        return;
      case "finished": {
        const figures = runFiguresOf(fact);
        exactly(() => {
          this.statistics = this.#profiled().finish(figures);
        });
        return;
      }
      case "native":
        this.#attached.beginNative(this.#attached.at(decoderOf(fact)), fact);
        return;
      case "named":
        this.#named(fact);
        return;
      case "looked":
        this.#look(fact);
    }
  }

  /** A decoder learns a target; fills follow. */
  #attach(fact: Record<string, unknown>, cursor: LogCursor): void {
    const facts = runtimeOf(fact);
    const attached = this.#attached.take(decoderOf(fact));
    const { memory } = attached;
    memory.begin(cursor);
    try {
      const outcome = attached.decoder.attach(facts, memory);
      if (outcome.kind === "refused") this.#failed("the layout is refused");
    } catch (error) {
      this.#failed(failureOf(error));
    }
    memory.end();
  }

  #begin(fact: Record<string, unknown>): void {
    if (this.#profile !== undefined) throw new LogError("a second profile begins");
    this.options = optionsOf(fact);
    const filters = this.#playerOptions.filters ?? this.options.filters;
    if (filters !== undefined && asksForSomething(filters)) {
      const question = unanswered(filters, this.options.mode);
      if (question !== undefined) throw question;
      this.#selection = new ProfileSelection(filters);
    }
    this.#profile = new Profile(this.#playerOptions.newSink(this.#selection), this.options, this.#selection);
    this.#profile.begin(headerOf(fact));
  }

  #profiled(): Profile {
    if (this.#profile === undefined) throw new LogError("there is no profile yet");
    return this.#profile;
  }

  #open(fact: Record<string, unknown>): void {
    const number = processOf(fact);
    if (number !== this.#played.length) throw new LogError("a process's number is not the next");
    const attached = this.#attached.at(decoderOf(fact));
    const pid = naturalOf(fact, "pid");
    const now = naturalOf(fact, "now", LATEST);
    const target = targetOf(fact);
    const answers = new ThreadAnswers();
    const isRunning = (nativeId: number): boolean => answers.isRunning(nativeId);
    const decoder = attached.native?.sample ?? attached.decoder;
    const profiled = this.#profiled().open({ pid, decoder, now, target, isRunning });
    this.processes.push({ pid, ...target });
    this.#played.push({
      pid,
      target,
      open: { attached, profiled, answers, last: now },
      stacks: undefined,
    });
  }

  /** What the system calls a thread. */
  #named(fact: Record<string, unknown>): void {
    const { profiled } = openOf(this.#playedAt(processOf(fact)));
    profiled.recorder.nameOfSystem(naturalOf(fact, "thread"), textOf(fact, "name"));
  }

  /** Another program, perhaps; captures of older versions don't say which. */
  #resume(fact: Record<string, unknown>): void {
    const number = processOf(fact);
    const played = this.#playedAt(number);
    if (fact.pythonVersion !== undefined) played.target = targetOf(fact);
    this.processes[number] = { pid: played.pid, ...played.target };
    openOf(played).profiled.resumed(played.target);
  }

  #close(fact: Record<string, unknown>): void {
    const played = this.#playedAt(processOf(fact));
    const { profiled, attached } = openOf(played);
    const figures = processFiguresOf(fact);
    // What was named behind the last sample.
    if (attached.native !== undefined) profiled.recorder.hold();
    this.#attached.endNative(attached);
    this.#profiled().close(profiled, figures);
    this.#closed.add(profiled);
    played.open = undefined;
  }

  #look(fact: Record<string, unknown>): void {
    const look = lookOf(fact);
    this.hasLooks = true;
    const { best, native } = this.#attached.at(look.decoder);
    const found = native instanceof LookReader ? native.stacks(best.stacks) : best.stacks;
    const stacks = found && withHindrance(found, look.hindrance);
    if (stacks !== undefined) this.looks.push({ ...look, stacks, look });
  }

  #playedAt(number: number): Played {
    const played = this.#played[number];
    if (played === undefined) throw new LogError(`process ${number} was never opened`);
    return played;
  }
}

function openOf({ pid, open }: Played): Open {
  if (open === undefined) throw new LogError(`process ${pid} is closed`);
  return open;
}
