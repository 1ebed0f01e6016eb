// The samples of one process with native frames: the order of both kinds of frames, thread by thread. In: a decoder that has sampled, how the system's threads stood, and the
// process's code, all of it live or as a capture has it. Out: a sample (`sample`). What it is given alone decides what it makes: a capture of that makes the same again. It
// knows no process and no clock.
import type { Decoder } from "../decoder/decoder.js";
import { NATIVE_REASONS } from "../decoder/reasons.js";
import type { CodeMapping, CodeRange } from "./code_source.js";
import type { CodeWitness, Composed, ThreadFacts } from "./composition_facts.js";
import { NativeFrameIds } from "./frame_ids.js";
import { kernelLacks, knownPart } from "./kernel_frames.js";
import { MetPlaces } from "./met_places.js";
import { Modules } from "./modules.js";
import { type NativeName, nameless, placeOf } from "./native_name.js";
import { NativeSample, type ThreadRow } from "./native_sample.js";
import { lacks, orderOf, type PythonFrames } from "./thread_order.js";
import type { NativeCall, StackCopy, Unwinder } from "./unwinder.js";

/** What the decoder has told of a thread's Python frames, which holds as long as it skips the thread. */
type ToldFrames = Pick<PythonFrames, "hasOneFrameEach"> & {
  readonly runs: ReturnType<PythonFrames["runs"]>;
  readonly cframe: ReturnType<PythonFrames["cframe"]>;
  readonly frameCount: number;
};

export class Composition<Copy extends StackCopy = StackCopy> {
  readonly sample: NativeSample;
  /** All stacks are to be copied and put in order anew. */
  isNew = true;
  readonly #decoder: Decoder;
  readonly #facts: ThreadFacts<Copy>;
  readonly #witness: CodeWitness;
  readonly #listener: Composed<Copy> | undefined;
  readonly #unwinder: Unwinder;
  readonly #frameIds: NativeFrameIds;
  #modules: Modules;
  /** The decoder's last sample is this one's. */
  #isDecoders = false;
  /** A sample was made, which hands on all that is defined: until another one begins, nothing is defined that nobody was told. */
  #isMade = true;
  readonly #places = new MetPlaces();
  #firstFrame = 0;
  #told = new Map<number, ToldFrames>();
  #own = new Map<number, ThreadRow>();

  /** @param mappings of the process now, lowest address first */
  constructor(
    decoder: Decoder,
    facts: ThreadFacts<Copy>,
    witness: CodeWitness,
    unwinder: Unwinder,
    mappings: readonly CodeMapping[],
    listener?: Composed<Copy>,
  ) {
    this.#decoder = decoder;
    this.#facts = facts;
    this.#witness = witness;
    this.#listener = listener;
    this.#unwinder = unwinder;
    this.#frameIds = new NativeFrameIds((call) => this.#nameOf(call));
    this.sample = new NativeSample(decoder, this.#frameIds);
    this.#modules = new Modules(mappings, witness);
  }

  /** The process runs another program, whose interpreter the same decoder has sampled once. */
  goOn(mappings: readonly CodeMapping[]): void {
    this.#beginSample();
    this.#nameAll();
    this.#modules = new Modules(mappings, this.#witness);
    this.#unwinder.forget();
    this.#frameIds.forget();
    this.#places.clear();
    this.isNew = true;
    this.#told = new Map();
    this.#own = new Map();
    this.sample.begin(false);
    this.#isDecoders = false;
    this.#isMade = true;
  }

  /** The code that is there. */
  get modules(): Modules {
    return this.#modules;
  }

  /** Frames of samples that are not defined yet, as their names aren't known. */
  get unnamed(): number {
    return this.#frameIds.unnamed;
  }

  /** Another sample is due. Behind it, `isNew` says whether all threads are to be copied. */
  prepare(): void {
    if (!this.#beginSample()) this.isNew = true;
  }

  /** More names may be known than at the last sample. */
  nameThem(): void {
    this.#frameIds.nameThem();
  }

  /** What was defined for a sample that was not made, of frames that those before it have, is this one's to hand on. @returns false where all was forgotten */
  #beginSample(): boolean {
    const isKept = !this.#isMade || this.#frameIds.beginSample();
    this.#isMade = false;
    return isKept;
  }

  /** How threads stand is known. @param isSame nobody has run since the last sample: that is all, but for `confirm` */
  begin(isSame: boolean): void {
    // Those of the sample before.
    if (!isSame && this.#isDecoders) this.#noteStanding();
    if (!isSame) this.#isDecoders = false;
    this.sample.begin(isSame);
    this.#isMade = isSame;
  }

  /**
   * The decoder has sampled: give each thread its stack.
   * @returns false: some of the code could not be read. What is unwound without it is no stack that the program had, so the sample is lost, with all that was met in it: what came
   * of it depends on when the process ended, which no capture tells. No other one of this program is to be composed.
   */
  compose(): boolean {
    const decoder = this.#decoder;
    this.#isDecoders = true;
    this.#isMade = true;
    const isForgotten = decoder.firstFrameId !== this.#firstFrame;
    this.#firstFrame = decoder.firstFrameId;
    if (isForgotten) this.#frameIds.forget(decoder.firstFrameId, decoder.firstStringId);
    this.isNew = isForgotten;
    this.#frameIds.mark();
    const change = this.#composeAll(isForgotten);
    if (this.#witness.isOutOfSight) {
      this.#frameIds.undo();
      this.lose();
      return false;
    }
    this.sample.end();
    if (change === "less") this.#revoke();
    else if (this.#frameIds.unnamed > 0) this.#nameStrays();
    return true;
  }

  /** @returns what is mapped by now, where that was looked at: "less": code has gone that samples have */
  #composeAll(isForgotten: boolean): "same" | "more" | "less" {
    const witness = this.#witness;
    if (!witness.isOutOfSight) this.#compose(isForgotten);
    if (witness.isOutOfSight || !this.#modules.hasMissed) return "same";
    const change = this.#mapAgain();
    if (change !== "more") return change;
    this.#unwinder.forget();
    this.sample.beginAgain();
    this.#compose(isForgotten);
    return change;
  }

  /** The decoder has sampled for itself: show Python's frames alone. */
  takePlain(): void {
    const decoder = this.#decoder;
    this.isNew = true;
    this.#isDecoders = true;
    this.#isMade = true;
    this.sample.begin(false);
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.isNoThread(thread)) continue;
      this.sample.fillPlain(this.sample.python(thread), decoder.isLeftOut(thread) ? 0 : NATIVE_REASONS.refused);
    }
    this.sample.end();
  }

  /** Whether all code that samples have since the last confirmation is there still, as of what is mapped now: else they are worth nothing. */
  isStill(mappings: readonly CodeMapping[]): boolean {
    return !this.#isGone(this.#modules.update(mappings));
  }

  /** Whether a sample since the last confirmation has frames in one of these ranges. */
  hasFramesIn(ranges: readonly CodeRange[]): boolean {
    return this.#places.areIn(ranges);
  }

  /** Forget what was known of code that is gone. @returns whether samples since the last confirmation have some of it */
  #isGone(gone: readonly CodeRange[]): boolean {
    if (gone.length === 0) return false;
    this.#unwinder.forget();
    this.#frameIds.forgetIn(gone);
    this.#witness.forget(gone);
    return this.hasFramesIn(gone);
  }

  /** The sample goes no further. What it has defined is the next one's to hand on: some of it is of frames that those before it have. */
  lose(): void {
    this.#frameIds.forget();
    this.#isMade = false;
    this.isNew = true;
  }

  /** Behind `confirm` of a sample that was taken plain: it is as sound as the decoder says, which has sampled for itself. */
  endPlain(): void {
    const { sample } = this;
    // What the decoder revokes was of its own samples, without native frames.
    sample.isRevoked ||= this.#decoder.isRevoked;
    sample.isConfirmed = this.#decoder.isCheckpoint && this.#frameIds.unnamed === 0;
  }

  /** What was sampled up to here is sound, or is not. */
  confirm(isSound: boolean): void {
    if (isSound) this.#nameAll();
    else this.#revoke();
    this.sample.isConfirmed = true;
    this.#keepRows();
  }

  /** What was sampled before is confirmed: of the stacks, those matter that threads have now. */
  #keepRows(): void {
    this.#places.clear();
    for (const { isKnown, calls } of this.sample.rows) if (isKnown) this.#places.add(calls);
  }

  /** There is no sample any more: what is not defined yet is, as well as that can be done. */
  finish(): void {
    this.#beginSample();
    this.#nameAll();
    this.sample.begin(true);
    this.#isMade = true;
  }

  /** Of a place that no module has which is known, nobody says anything: mappings are read first. */
  #nameOf(call: NativeCall): NativeName | undefined {
    return this.#modules.moduleAt(placeOf(call)) === undefined ? undefined : this.#witness.nameOf(call);
  }

  /** Mappings were read where they had to be: what no module has now has no other name. */
  #nameStrays(): void {
    const isStray = (call: NativeCall): boolean => this.#modules.moduleAt(placeOf(call)) === undefined;
    this.#frameIds.nameThem((call) => (isStray(call) ? nameless(call, undefined) : undefined));
  }

  #nameAll(): void {
    this.#frameIds.nameThem((call) => nameless(call, this.#modules.moduleAt(placeOf(call))));
  }

  /** Samples since the last confirmation are worth nothing: code that they name has gone. This one has no native frames. */
  #revoke(): void {
    const { sample } = this;
    sample.isRevoked = true;
    this.isNew = true;
    this.#frameIds.dropUnnamed();
    for (const row of sample.rows) if (row.isKnown) sample.fillPlain(row, NATIVE_REASONS.unloaded);
    this.#keepRows();
  }

  /** What the decoder need not copy. */
  #noteStanding(): void {
    const { standing } = this.#facts;
    for (const { tid, thread } of this.sample.rows) {
      if (thread >= 0 && tid !== undefined && standing.has(tid)) this.#decoder.noteStanding(thread);
    }
  }

  /** @returns "less": code has gone that samples have */
  #mapAgain(): "same" | "more" | "less" {
    const mappings = this.#witness.mapAgain();
    if (mappings === undefined) return "same";
    const { ranges } = this.#modules;
    if (this.#isGone(this.#modules.update(mappings))) return "less";
    const now = this.#modules.ranges;
    return ranges.length === now.length && now.every((one, i) => one === ranges[i]) ? "same" : "more";
  }

  /** Give each thread its stack. @param isForgotten what was defined before is not referred to any more */
  #compose(isForgotten: boolean): void {
    const decoder = this.#decoder;
    const claimed = new Set<number>();
    const told = new Map<number, ToldFrames>();
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.isNoThread(thread)) continue;
      const row = this.sample.python(thread);
      if (decoder.isLeftOut(thread)) {
        this.sample.fillPlain(row, 0);
        continue;
      }
      const nativeId = decoder.nativeId(thread);
      row.tid = nativeId === 0 ? undefined : this.#facts.tidOf(nativeId);
      if (row.tid !== undefined) claimed.add(row.tid);
      const frames = this.#toldOf(row);
      if (frames !== undefined) told.set(row.serial, frames);
      const isAsBefore = !isForgotten && row.isKnown && row.pythonVersion === decoder.version(thread);
      if (isAsBefore && this.#isStanding(row.tid)) continue;
      this.#composeOne(row, frames);
    }
    this.#told = told;
    this.#composeOwn(claimed, isForgotten);
  }

  /** What is told of a thread's Python frames in this sample; undefined where nothing is. */
  #toldOf({ serial, thread }: ThreadRow): ToldFrames | undefined {
    const decoder = this.#decoder;
    if (decoder.copy(thread) === 0) {
      const known = this.#told.get(serial);
      if (known === undefined) this.isNew = true;
      return known;
    }
    const { hasOneFrameEach } = decoder;
    const runs = hasOneFrameEach ? [] : decoder.runs(thread);
    return { hasOneFrameEach, runs, cframe: decoder.cframe(thread), frameCount: decoder.frameCount(thread) };
  }

  #composeOwn(claimed: ReadonlySet<number>, isForgotten: boolean): void {
    const own = new Map<number, ThreadRow>();
    const facts = this.#facts;
    for (const tid of facts.tids) {
      if (claimed.has(tid)) continue;
      const known = this.#own.get(tid);
      const { nativeId, title } =
        known === undefined ? facts.own(tid) : { nativeId: known.nativeId, title: known.name };
      const row = this.sample.own(known, nativeId, title);
      row.tid = tid;
      own.set(tid, row);
      if (!isForgotten && row.isKnown && this.#isStanding(tid)) continue;
      this.#composeOne(row, undefined);
    }
    this.#own = own;
  }

  #isStanding(tid: number | undefined): boolean {
    return tid !== undefined && this.#facts.standing.has(tid);
  }

  #composeOne(row: ThreadRow, frames: ToldFrames | undefined): void {
    const { tid, thread } = row;
    const isTold = thread < 0 || frames !== undefined;
    const copy = tid === undefined || !isTold ? undefined : this.#copyOf(tid, thread);
    if (copy === undefined) {
      if (tid !== undefined) this.#listener?.composed(tid, undefined, false);
      this.sample.fillPlain(row, this.#whyMissing(tid));
      return;
    }
    const python = frames && {
      hasOneFrameEach: frames.hasOneFrameEach,
      runs: () => frames.runs,
      cframe: () => frames.cframe,
      frameCount: () => frames.frameCount,
    };
    const code = { unwinder: this.#unwinder, modules: this.#modules, evals: this.#witness.evals };
    const order = orderOf(copy, python ?? this.#decoder, python && thread, code);
    this.#listener?.composed(tid as number, copy, order.stack.isShort);
    const { kernel } = copy;
    this.sample.fill(row, order.pieces, lacks(order) | kernelLacks(kernel), knownPart(kernel));
    row.calls = order.stack.calls;
    this.#places.add(row.calls);
  }

  /** How a thread stood when its Python frames were copied; undefined where it did not, or nothing proves them. */
  #copyOf(tid: number, thread: number): Copy | undefined {
    const decoder = this.#decoder;
    const copy = thread < 0 ? 0 : decoder.copy(thread);
    if (thread >= 0) {
      const { none, still } = decoder.proofs;
      const proof = decoder.proof(thread);
      if (copy === 0 ? proof === none : proof !== still && decoder.frameCount(thread) > 0) return undefined;
    }
    const { copies } = this.#facts;
    if (copy > 0) return copies.get(copy)?.threads.get(tid);
    let last: Copy | undefined;
    for (const { threads } of copies.values()) last = threads.get(tid) ?? last;
    return last;
  }

  #whyMissing(tid: number | undefined): number {
    for (const { failures } of this.#facts.copies.values()) {
      const failure = failures.find((one) => one.tid === tid);
      if (failure !== undefined) return failure.status === "late" ? NATIVE_REASONS.late : NATIVE_REASONS.refused;
    }
    return NATIVE_REASONS.moved;
  }
}
