// What is encoded of each thread of a process already. In: a decoder that has sampled. Out: a thread's STACK event and its frames,
// of which only what changed is encoded anew. Threads that have ended are forgotten.
import type { SampleView } from "../decoder/sample_view.js";
import { MojoEncoder } from "../mojo/encoder.js";
import { FrameRefs } from "../mojo/frame_refs.js";
import { threadNameKey } from "../mojo/thread_name.js";
import type { SelectedThread, Selection } from "./selection.js";

export class ThreadEvents {
  /** The decoder's version of the stack that `frames` holds. */
  version = -1;
  /** The STACK event, which names the thread by `nativeId`, and the frames. */
  readonly frames: FrameRefs;
  /** When it was seen last, in samples. */
  seen = 0;
  /** The batch that it was sampled in last. */
  batch = -1;
  /** Where in which batch they were written last, and how many leading bytes of that are as they are now. */
  #writtenAt = 0;
  #writtenIn = -1;
  #same = 0;

  /**
   * @param serial the decoder's number of the thread
   * @param kernel see `KnownThreads`
   */
  constructor(
    stack: Uint8Array,
    readonly serial: number,
    readonly nativeId: number,
    readonly interpreterId: number,
    readonly selected: SelectedThread | undefined,
    kernel: ReadonlyMap<number, Uint8Array>,
  ) {
    this.frames = new FrameRefs(stack, kernel);
  }

  /** Encode the thread's stack of `count` frames, to which nothing is amiss. */
  update(decoder: SampleView, thread: number, count: number): void {
    const version = decoder.version(thread);
    if (this.version === version) return;
    const unchanged = this.version + 1 === version ? decoder.unchanged(thread) : 0;
    const start = decoder.framesStart(thread);
    const stack = this.selected?.stack;
    if (stack === undefined) this.frames.update(decoder.frameIds, start, start + count, unchanged);
    else stack.update(decoder.frameIds, start, start + count, unchanged, this.frames);
    this.version = version;
    if (this.frames.unchanged < this.#same) this.#same = this.frames.unchanged;
  }

  /**
   * Write them to a batch.
   * @param number of the batch, which is written by no one else from one number to the next
   */
  writeTo(batch: MojoEncoder, number: number): void {
    const { bytes, length } = this.frames;
    const at = batch.length;
    let first = 0;
    if (this.#writtenIn === number) {
      // Within one buffer, copying costs the same for any stack.
      first = this.#same;
      batch.repeat(this.#writtenAt, this.#writtenAt + first);
    }
    if (first < length) batch.append(bytes, first, length);
    this.#writtenIn = number;
    this.#writtenAt = at;
    this.#same = length;
  }
}

/** Threads that are remembered, at least, before those that have ended are forgotten. */
const MANY_THREADS = 1024;

export class KnownThreads {
  readonly #pid: number;
  readonly #encoder: MojoEncoder;
  readonly #decoder: SampleView;
  readonly #selection: Selection | undefined;
  readonly #threads = new Map<number, ThreadEvents>();
  /** Those of the last sample, in its order. */
  /** What they are called, by serial, and those to whom that does not apply yet. */
  readonly #names = new Map<number, string>();
  readonly #renamed = new Set<number>();
  readonly #recent: ThreadEvents[] = [];
  #ticks = 0;
  #many = MANY_THREADS;
  readonly #scratch = new MojoEncoder();
  readonly #kernel: ReadonlyMap<number, Uint8Array>;

  /**
   * @param encoder where names go
   * @param kernel the events of frames of the kernel, by their ids
   */
  constructor(
    pid: number,
    decoder: SampleView,
    selection: Selection | undefined,
    encoder: MojoEncoder,
    kernel: ReadonlyMap<number, Uint8Array>,
  ) {
    this.#kernel = kernel;
    this.#pid = pid;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#selection = selection;
  }

  get size(): number {
    return this.#threads.size;
  }

  /** Another sample. */
  tick(): void {
    this.#ticks++;
  }

  /**
   * A thread has another name. It holds from its next sample on, but those of a batch are handed on together: where it was sampled in this one
   * before, it is called so from the next one on.
   */
  name(thread: number, name: string | undefined, batch: number): void {
    const serial = this.#decoder.serial(thread);
    if (name === undefined) this.#names.delete(serial);
    else this.#names.set(serial, name);
    const events = this.#threads.get(serial);
    if (events === undefined) return;
    if (events.batch === batch) this.#renamed.add(serial);
    else this.#applyName(events, name);
  }

  /** Another batch begins. */
  beginBatch(): void {
    if (this.#renamed.size === 0) return;
    for (const serial of this.#renamed) {
      const events = this.#threads.get(serial);
      if (events !== undefined) this.#applyName(events, this.#names.get(serial));
    }
    this.#renamed.clear();
  }

  #applyName({ interpreterId, nativeId, selected }: ThreadEvents, name: string | undefined): void {
    const thread = nativeId.toString(16);
    if (selected !== undefined) this.#selection?.rename(selected, interpreterId, thread, name);
    if (selected?.isWanted === false) return;
    this.#encoder.metadata(threadNameKey(this.#pid, interpreterId, thread), name ?? "");
  }

  /** Of a thread in the decoder's sample. */
  of(thread: number, batch: number): ThreadEvents {
    const serial = this.#decoder.serial(thread);
    const nativeId = this.#decoder.nativeId(thread);
    const recent = this.#recent[thread];
    const isRecent = recent !== undefined && recent.serial === serial && recent.nativeId === nativeId;
    const events = isRecent ? recent : this.#find(thread, serial, nativeId);
    events.seen = this.#ticks;
    events.batch = batch;
    if (!isRecent) this.#recent[thread] = events;
    return events;
  }

  #find(thread: number, serial: number, nativeId: number): ThreadEvents {
    const known = this.#threads.get(serial);
    // A thread that has only begun does not have its own id yet.
    if (known !== undefined && known.nativeId === nativeId) return known;
    if (this.#threads.size >= this.#many) this.#forgetEnded();
    const interpreterId = this.#decoder.interpreterId(thread);
    const name = nativeId.toString(16);
    this.#scratch.reset();
    this.#scratch.stack(this.#pid, interpreterId, name);
    const selected = this.#selection?.thread(interpreterId, name);
    const stack = this.#scratch.encoded();
    const events = new ThreadEvents(stack, serial, nativeId, interpreterId, selected, this.#kernel);
    this.#threads.set(serial, events);
    const called = this.#names.get(serial);
    if (called !== undefined) this.#applyName(events, called);
    return events;
  }

  #forgetEnded(): void {
    for (const [serial, { seen }] of this.#threads) {
      if (seen < this.#ticks - 1) this.#threads.delete(serial);
    }
    for (const serial of this.#names.keys()) if (!this.#threads.has(serial)) this.#names.delete(serial);
    // Where as many are there, it's not worth another look at once.
    this.#many = Math.max(MANY_THREADS, 2 * this.#threads.size);
  }
}
