// Events to samples. In: what a stream says, in order: bytes in a window where they are of the few events that nearly all of a
// profile is made of, other events as the parser has them. Out: samples with their frames resolved, and the metadata. Keys are
// scoped by the process of the last STACK, and mean what they meant when they were used.
//
// A stack is looked up by its bytes, as a thread is: what comes again is not decoded again, and is the same object.
import type { Frame, InvalidFrame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { ByteMap, hashByte } from "./byte_map.js";
import type { Cursor } from "./cursor.js";
import { Definitions, frameOf, KEPT_BYTES, KEPT_ONE_BYTES, type ProcessDefinitions, stringOf } from "./definitions.js";
import { MojoError } from "./error.js";
import { EventId, type MojoEvent, type TaskStackEvent } from "./events.js";
import { KERNEL_NAME_BYTES, KernelFunctions } from "./kernel_functions.js";
import { isModuleKey } from "./native_modules.js";
import { isThreadNameKey } from "./thread_name.js";
import { type Thread, Threads } from "./threads.js";

/** One occurrence of a metadata key. */
export interface Metadata {
  readonly key: string;
  readonly value: string;
}

/** Stacks that are remembered, by their bytes: at two bytes or more a frame, some 32 MB of frames at most. */
const STACKS_BYTES = 8 * 1024 * 1024;
const STACKS = 200_000;
/** A metric of so many bytes fits an integer of 32 bits; longer ones are rare. */
const SHORT_VARINT_BYTES = 4;
const FRAME_BYTES = 8;
/** No thread has more; without a limit, a few bytes that repeat would fill all memory. */
const MOST_FRAMES = 1_000_000;

const INVALID: InvalidFrame = { kind: "invalid" };
const NO_FRAMES: readonly Frame[] = [];
const INVALID_ALONE: readonly Frame[] = [INVALID];

export class SampleAssembler {
  /** The last value of each key; names of threads are the samples'. */
  readonly metadata = new Map<string, string>();
  /** Every occurrence, in order. */
  readonly allMetadata: Metadata[] = [];
  readonly #definitions: Definitions;
  readonly #threads: Threads;
  readonly #stacks = new ByteMap<readonly Frame[]>(STACKS_BYTES, STACKS);
  readonly #kernel = new KernelFunctions();
  #process: ProcessDefinitions | undefined;
  // The sample whose events come in; without a thread there is none.
  #thread: Thread | undefined;
  #frames = NO_FRAMES;
  /** Whether the frames are this sample's alone, to be added to. */
  #ownFrames: Frame[] | undefined;
  #time: number | undefined;
  #memory: number | undefined;
  #idle = false;
  #gc = false;
  /** Version 4: so many frames that come now are a task's, of which a sample has no place; without end up to a time that is its, too. */
  #taskFrames = 0;
  /** Whether the stream is of a version that repeats stacks. */
  #repeats = false;
  /** Sums of what all samples have, without signs: as long as they are exact, all sums of some of them are. */
  #times = 0;
  #memories = 0;

  /** @param keptLimit how much of what a stream defines is kept, in bytes */
  constructor(keptLimit = KEPT_BYTES) {
    this.#definitions = new Definitions(keptLimit);
    this.#threads = new Threads(this.#definitions);
  }

  /** What native functions are called that come from here on, by their linker's names. */
  set nameOf(nameOf: (name: string) => string) {
    this.#definitions.nameOf = nameOf;
  }

  /**
   * Take the events that are whole in the cursor's window, up to the end of a sample, or to one of the rarer kinds: that is the
   * parser's.
   *
   * @returns the sample that they show to be complete
   * @throws MojoError for a key without a definition
   */
  takeFrom(cursor: Cursor, version: number): Sample | undefined {
    this.#repeats = version >= 4;
    const bytes = cursor.window;
    const end = cursor.end;
    let at = cursor.position;
    while (at < end && this.#taskFrames === 0) {
      const id = bytes[at] as number;
      if (id === EventId.STACK) {
        const thread = this.#threads.at(cursor, version);
        if (thread === undefined) return undefined;
        const done = this.#finish(cursor.offset);
        this.#begin(thread);
        if (done !== undefined) return done;
        at = cursor.position;
        continue;
      }
      if (this.#thread === undefined) return undefined;
      if (isFrame(id)) {
        this.#takeStack(cursor);
        if (cursor.position === at) return undefined;
        at = cursor.position;
        continue;
      }
      if (id === EventId.METRIC_TIME || id === EventId.METRIC_MEMORY) {
        let byte = bytes[++at] as number;
        const isNegative = (byte & 0x40) !== 0;
        let value = byte & 0x3f;
        const limit = Math.min(end, at + SHORT_VARINT_BYTES);
        for (let shift = 6; byte >= 0x80 && ++at < limit; shift += 7) {
          byte = bytes[at] as number;
          value |= (byte & 0x7f) << shift;
        }
        if (at >= limit) return undefined;
        if (isNegative && value !== 0) {
          // A time is never negative: the parser says so.
          if (id === EventId.METRIC_TIME) return undefined;
          value = -value;
        }
        if (id === EventId.METRIC_TIME) this.#takeTime(value, cursor.offset);
        else this.#takeMemory(value, cursor.offset);
      } else if (id === EventId.IDLE) this.#idle = true;
      else if (id === EventId.GC) this.#gc = true;
      else if (id === EventId.FRAME_INVALID) this.#append(INVALID, cursor.offset);
      else return undefined;
      cursor.position = ++at;
    }
    return undefined;
  }

  /**
   * Take an event.
   *
   * @param offset where the event begins, in bytes, for errors
   * @returns the sample that this event shows to be complete
   * @throws MojoError for a key without a definition, or an event that needs a STACK before it
   */
  accept(event: MojoEvent, offset: number): Sample | undefined {
    switch (event.kind) {
      case "frameRef": {
        this.#sample(offset);
        const frame = frameOf(this.#scope(offset), event.key, offset);
        if (this.#taskFrames === 0) this.#append(frame, offset);
        else this.#taskFrames--;
        return undefined;
      }
      case "stack": {
        const done = this.#finish(offset);
        this.#begin(this.#threads.of(event, offset));
        return done;
      }
      case "metadata": {
        const done = this.#finish(offset);
        this.#definitions.keep(KEPT_ONE_BYTES + event.key.length + event.value.length, offset);
        if (isThreadNameKey(event.key)) this.#threads.name(event.key, event.value);
        else if (isModuleKey(event.key)) this.#takeModules(event.key, event.value);
        else this.metadata.set(event.key, event.value);
        this.allMetadata.push({ key: event.key, value: event.value });
        return done;
      }
      case "time":
        this.#sample(offset);
        if (this.#taskFrames === Number.POSITIVE_INFINITY) this.#taskFrames = 0;
        else if (this.#taskFrames === 0) this.#takeTime(event.value, offset);
        else throw new MojoError(offset, `${this.#taskFrames} more frames of a task`, "a time");
        return undefined;
      case "memory":
        this.#sample(offset);
        this.#takeMemory(event.value, offset);
        return undefined;
      case "string":
        this.#definitions.defineString(this.#scope(offset), event.key, event.value, offset);
        return undefined;
      case "frame":
        this.#definitions.defineFrame(this.#scope(offset), event, offset);
        return undefined;
      case "stringRef":
        stringOf(this.#scope(offset), event.key, offset);
        return undefined;
      case "frameInvalid":
        this.#sample(offset);
        if (this.#taskFrames === 0) this.#append(INVALID, offset);
        return undefined;
      case "kernelFrame":
        this.#sample(offset);
        if (this.#taskFrames === 0) this.#append(this.#kernel.frameOf(event.scope), offset);
        return undefined;
      case "gc":
        this.#sample(offset);
        this.#gc = true;
        return undefined;
      case "idle":
        this.#sample(offset);
        this.#idle = true;
        return undefined;
      case "stackRepeat":
        this.#repeat(this.#sample(offset), offset);
        return undefined;
      case "taskStack":
        this.#sample(offset);
        this.#beginTask(event);
        return undefined;
      case "taskWaiter":
      case "taskRunning":
        return undefined;
    }
  }

  /** Whether a sample was begun whose metrics, which come last, are not all there. */
  get incomplete(): boolean {
    if (this.#thread === undefined) return false;
    const mode = this.metadata.get("mode");
    if (mode === "memory") return this.#memory === undefined;
    if (mode === "full") return this.#memory === undefined || this.#time === undefined;
    return this.#memory === undefined && this.#time === undefined;
  }

  /** The stream has ended: the last sample, if it is whole. @param offset where the stream ends */
  end(offset: number): Sample | undefined {
    // There is none that could repeat it.
    this.#repeats = false;
    return this.incomplete ? undefined : this.#finish(offset);
  }

  /** All of them are one value, a line each. */
  #takeModules(key: string, value: string): void {
    const known = this.metadata.get(key);
    this.metadata.set(key, known === undefined ? value : `${known}\n${value}`);
    this.#definitions.takeModules(key, value);
  }

  #begin(thread: Thread): void {
    this.#thread = thread;
    this.#process = thread.process;
    this.#frames = NO_FRAMES;
    this.#ownFrames = undefined;
    this.#time = undefined;
    this.#memory = undefined;
    this.#idle = false;
    this.#gc = false;
    this.#taskFrames = 0;
  }

  #beginTask({ frames }: TaskStackEvent): void {
    this.#taskFrames = frames ?? Number.POSITIVE_INFINITY;
  }

  #takeTime(value: number, offset: number): void {
    this.#time = value;
    this.#times = exactSum(this.#times, value, "times", offset);
  }

  #takeMemory(value: number, offset: number): void {
    this.#memory = value;
    this.#memories = exactSum(this.#memories, Math.abs(value), "changes of memory", offset);
  }

  #finish(offset: number): Sample | undefined {
    const thread = this.#thread;
    if (thread === undefined) return undefined;
    this.#thread = undefined;
    if (this.#repeats) this.#remember(thread, offset);
    const threadName = this.#threads.nameOf(thread);
    return {
      pid: thread.pid,
      interpreterId: thread.interpreterId,
      thread: thread.name,
      ...(threadName !== undefined && { threadName }),
      frames: this.#frames,
      metrics: { timeMicroseconds: this.#time, memoryBytes: this.#memory },
      idle: this.#idle,
      gc: this.#gc,
    };
  }

  /** Keep the thread's frames for the next sample that repeats them. */
  #remember({ process: { lastFrames }, name }: Thread, offset: number): void {
    const last = lastFrames.get(name);
    const more = FRAME_BYTES * (this.#frames.length - (last?.length ?? 0));
    lastFrames.set(name, this.#frames);
    this.#definitions.keep(last === undefined ? KEPT_ONE_BYTES + name.length + more : more, offset);
  }

  /** Take the run of FRAME_REF and FRAME_KERNEL events at the cursor, as far as they are whole. */
  #takeStack(cursor: Cursor): void {
    const bytes = cursor.window;
    const end = cursor.end;
    const start = cursor.position;
    let whole = start;
    let hash = 0;
    for (let at = start; at < end; ) {
      const id = bytes[at++];
      let limit = end;
      if (id === EventId.FRAME_REF) {
        while (at < end && (bytes[at] as number) >= 0x80) hash = hashByte(hash, bytes[at++] as number);
      } else if (id === EventId.FRAME_KERNEL) {
        limit = Math.min(end, at + KERNEL_NAME_BYTES);
        while (at < limit && bytes[at] !== 0) hash = hashByte(hash, bytes[at++] as number);
      } else break;
      if (at >= limit) break;
      hash = hashByte(hash, bytes[at++] as number);
      whole = at;
    }
    const process = this.#process as ProcessDefinitions;
    const { generation } = process;
    // What is cut off, or follows other frames, is not a stack.
    const isStack = whole < end && !isFrame(bytes[whole] as number) && this.#frames === NO_FRAMES;
    const known = isStack ? this.#stacks.get(bytes, start, whole, hash, generation) : undefined;
    if (known !== undefined) {
      this.#frames = known;
      cursor.position = whole;
      return;
    }
    const frames: Frame[] = [];
    while (cursor.position < whole) {
      const { offset } = cursor;
      if (cursor.byte() === EventId.FRAME_KERNEL) frames.push(this.#kernel.frameOf(cursor.text()));
      else frames.push(frameOf(process, cursor.varint(), offset));
    }
    this.#limit(frames.length, cursor.offset);
    if (isStack) {
      this.#stacks.add(bytes, start, whole, hash, generation, frames);
      this.#frames = frames;
    } else for (const frame of frames) this.#append(frame, cursor.offset);
  }

  #limit(frames: number, offset: number): void {
    if (frames > MOST_FRAMES) throw new MojoError(offset, `a stack of at most ${MOST_FRAMES} frames`, "a longer one");
  }

  #append(frame: Frame, offset: number): void {
    if (frame === INVALID && this.#frames === NO_FRAMES) {
      this.#frames = INVALID_ALONE;
      return;
    }
    if (this.#ownFrames === undefined) {
      this.#ownFrames = [...this.#frames];
      this.#frames = this.#ownFrames;
    }
    this.#ownFrames.push(frame);
    this.#limit(this.#ownFrames.length, offset);
  }

  /** Begin with the frames of the thread's last sample; native ones at its end come anew. */
  #repeat({ process, name }: Thread, offset: number): void {
    const last = process.lastFrames.get(name);
    if (last === undefined) throw new MojoError(offset, "a thread that was sampled before", `thread ${name}`);
    const end = last.findLastIndex((frame) => !isNative(frame)) + 1;
    this.#frames = end === last.length ? last : last.slice(0, end);
    this.#ownFrames = undefined;
  }

  #sample(offset: number): Thread {
    if (this.#thread === undefined) {
      throw new MojoError(offset, "a STACK event to begin a sample", "a part of a sample");
    }
    return this.#thread;
  }

  #scope(offset: number): ProcessDefinitions {
    if (this.#process === undefined) {
      throw new MojoError(offset, "a STACK event to name the process", "a definition or a reference");
    }
    return this.#process;
  }
}

function isFrame(id: number): boolean {
  return id === EventId.FRAME_REF || id === EventId.FRAME_KERNEL;
}

/** @throws MojoError where numbers don't carry it */
function exactSum(sum: number, value: number, what: string, offset: number): number {
  const result = sum + value;
  if (result <= Number.MAX_SAFE_INTEGER) return result;
  throw new MojoError(offset, `${what} that add up to less than 2^53`, "more");
}

/** Native frames have an offset or nothing for a line, and a file that is neither a source's nor one of Python's own names. */
function isNative(frame: Frame): boolean {
  if (frame.kind === "code" && frame.code === "native") return true;
  return frame.kind === "code" && frame.location.line === 0 && !/\.py$|^<.*>$/.test(frame.filename);
}
