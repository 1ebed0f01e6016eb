// What is encoded of each thread of a process already. In: a decoder that has sampled. Out: a thread's STACK event and its frames,
// of which only what changed is encoded anew. Threads that have ended are forgotten.
import type { Decoder } from "../decoder/decoder.js";
import { MojoEncoder } from "../mojo/encoder.js";
import { FrameRefs } from "../mojo/frame_refs.js";
import type { SelectedThread, Selection } from "./selection.js";

export class ThreadEvents {
  /** The decoder's version of the stack that `frames` holds. */
  version = -1;
  /** The STACK event, which names the thread by `nativeId`, and the frames. */
  readonly frames: FrameRefs;
  /** When it was seen last, in samples. */
  seen = 0;
  /** Where in which batch they were written last, and how many leading bytes of that are as they are now. */
  #writtenAt = 0;
  #writtenIn = -1;
  #same = 0;

  /** @param serial the decoder's number of the thread */
  constructor(
    stack: Uint8Array,
    readonly serial: number,
    readonly nativeId: number,
    readonly selected: SelectedThread | undefined,
  ) {
    this.frames = new FrameRefs(stack);
  }

  /** Encode the thread's stack of `count` frames, to which nothing is amiss. */
  update(decoder: Decoder, thread: number, count: number): void {
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
  readonly #decoder: Decoder;
  readonly #selection: Selection | undefined;
  readonly #threads = new Map<number, ThreadEvents>();
  /** Those of the last sample, in its order. */
  readonly #recent: ThreadEvents[] = [];
  #ticks = 0;
  #many = MANY_THREADS;
  readonly #scratch = new MojoEncoder();

  constructor(pid: number, decoder: Decoder, selection: Selection | undefined) {
    this.#pid = pid;
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

  /** Of a thread in the decoder's sample. */
  of(thread: number): ThreadEvents {
    const serial = this.#decoder.serial(thread);
    const nativeId = this.#decoder.nativeId(thread);
    const recent = this.#recent[thread];
    const isRecent = recent !== undefined && recent.serial === serial && recent.nativeId === nativeId;
    const events = isRecent ? recent : this.#find(thread, serial, nativeId);
    events.seen = this.#ticks;
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
    const events = new ThreadEvents(this.#scratch.encoded(), serial, nativeId, selected);
    this.#threads.set(serial, events);
    return events;
  }

  #forgetEnded(): void {
    for (const [serial, { seen }] of this.#threads) {
      if (seen < this.#ticks - 1) this.#threads.delete(serial);
    }
    // Where as many are there, it's not worth another look at once.
    this.#many = Math.max(MANY_THREADS, 2 * this.#threads.size);
  }
}
