// A sample as it lies in a decoder's Wasm memory: its threads, and what must be defined before them. In: an instance whose last step was
// the end of a sample. Out: numbers and views, read straight from there. It takes no sample.
import { Reasons } from "./reasons.js";
import type { DecoderInstance } from "./wasm.js";

/** A frame to be defined before its id is used. Lines and columns are 1-based, 0 = absent. */
export interface NewFrame {
  readonly id: number;
  readonly filename: number;
  readonly scope: number;
  readonly line: number;
  readonly lineEnd: number;
  readonly column: number;
  readonly columnEnd: number;
  /** What it is a function of: 0, Python; 1, the processor itself; 2, the system's kernel. */
  readonly kind: number;
  /** Of the processor's: the id of a string that has its address. */
  readonly address?: number;
  /** Of the kernel's: what it is called, which is no string with an id. */
  readonly kernelFunction?: string;
}

/** Frames that one call of Python's eval loop runs. */
export interface Run {
  /** Where the shim lies that this call has on the C stack (3.12+); 0 = it has none. */
  readonly mark: bigint;
  /** Address of the newest of the frames; 0 = there is none. */
  readonly newest: bigint;
  /** Which of the thread's frame ids are theirs. */
  readonly first: number;
  readonly count: number;
}

/** A string to be defined before its id is used. */
export interface NewString {
  readonly id: number;
  /** UTF-8, a view on the decoder's memory: copy it to keep it. */
  readonly utf8: Uint8Array;
}

/** Whether a thread holds its interpreter's GIL: the values of `holder`. */
export interface GilStates {
  readonly notHeld: number;
  /** Nobody holds it, and this thread was the last that did. */
  readonly heldLast: number;
  readonly held: number;
}

/** How a thread's stack was proven to be one that existed: the values of `proof`. */
export interface Proofs {
  /** It was not: the stack is one invalid frame. */
  readonly none: number;
  /** Every call in it is one that the program is known to make. */
  readonly edges: number;
  /** It was copied while the thread did not run. */
  readonly still: number;
}

/** The accessors describe the sample until the next one is asked for. */
export class DecodedSample {
  /** The words for reason bits. */
  readonly reasonWords: Reasons;
  readonly #instance: DecoderInstance;
  /** The decoder's memory. */
  protected readonly bytes: Uint8Array;
  protected readonly words: Uint32Array;
  /** The values of `proof`. */
  readonly proofs: Proofs;
  /** The values of `holder`. */
  readonly gil: GilStates;
  // Indices of 32-bit words
  readonly #summaryThreads: number;
  readonly #summaryReasons: number;
  readonly #summaryAttempts: number;
  readonly #summaryInterpreters: number;
  readonly #summaryOffCpuCopies: number;
  readonly #summaryFailedOffCpuCopies: number;
  readonly #summaryCheckpoint: number;
  readonly #summaryRevoked: number;
  readonly #summarySkid: number;
  readonly #summaryOmitted: number;
  readonly #summaryNewFrames: number;
  readonly #summaryNewStrings: number;
  readonly #threads: number;
  readonly #threadStride: number;
  readonly #nativeId: number;
  readonly #interpreterId: number;
  readonly #reasons: number;
  readonly #frames: number;
  readonly #frameCount: number;
  readonly #collecting: number;
  readonly #serial: number;
  readonly #proof: number;
  readonly #version: number;
  readonly #unchanged: number;
  readonly #holder: number;
  readonly #copyNumber: number;
  readonly #leftOut: number;
  readonly #name: number;
  /** Bytes of a name's head, and in it, words. */
  readonly #nameHead: number;
  readonly #nameLength: number;
  readonly #nameVersion: number;
  readonly #summaryThreadsMet: number;
  readonly #text = new TextDecoder();
  readonly #notLeftOut: number;
  readonly #leftOutSilently: number;

  constructor(instance: DecoderInstance) {
    this.#instance = instance;
    const { constant, memory } = instance;
    this.reasonWords = new Reasons(constant);
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    this.gil = {
      notHeld: constant("GIL_NOT_HELD"),
      heldLast: constant("GIL_HELD_LAST"),
      held: constant("GIL_HELD"),
    };
    this.proofs = {
      none: constant("PROOF_NONE"),
      edges: constant("PROOF_EDGES"),
      still: constant("PROOF_OFF_CPU"),
    };
    const summary = constant("SUMMARY");
    this.#summaryThreads = (summary + constant("SUMMARY_THREADS")) >>> 2;
    this.#summaryReasons = (summary + constant("SUMMARY_REASONS")) >>> 2;
    this.#summaryAttempts = (summary + constant("SUMMARY_ATTEMPTS")) >>> 2;
    this.#summaryInterpreters = (summary + constant("SUMMARY_INTERPRETERS")) >>> 2;
    this.#summaryOffCpuCopies = (summary + constant("SUMMARY_OFF_CPU_COPIES")) >>> 2;
    this.#summaryFailedOffCpuCopies = (summary + constant("SUMMARY_FAILED_OFF_CPU_COPIES")) >>> 2;
    this.#summaryCheckpoint = (summary + constant("SUMMARY_CHECKPOINT")) >>> 2;
    this.#summaryRevoked = (summary + constant("SUMMARY_REVOKED")) >>> 2;
    this.#summarySkid = (summary + constant("SUMMARY_SKIDDED")) >>> 2;
    this.#summaryOmitted = (summary + constant("SUMMARY_OMITTED_THREADS")) >>> 2;
    this.#summaryNewFrames = (summary + constant("SUMMARY_NEW_FRAMES")) >>> 2;
    this.#summaryNewStrings = (summary + constant("SUMMARY_NEW_STRINGS")) >>> 2;
    this.#threads = constant("THREADS") >>> 2;
    this.#threadStride = constant("THREAD_BYTES") >>> 2;
    this.#nativeId = constant("THREAD_NATIVE_ID") >>> 2;
    this.#interpreterId = constant("THREAD_INTERPRETER_ID") >>> 2;
    this.#reasons = constant("THREAD_REASONS") >>> 2;
    this.#frames = constant("THREAD_FRAMES") >>> 2;
    this.#frameCount = constant("THREAD_FRAME_COUNT") >>> 2;
    this.#collecting = constant("THREAD_COLLECTING") >>> 2;
    this.#serial = constant("THREAD_SERIAL") >>> 2;
    this.#proof = constant("THREAD_PROOF") >>> 2;
    this.#version = constant("THREAD_VERSION") >>> 2;
    this.#unchanged = constant("THREAD_UNCHANGED") >>> 2;
    this.#holder = constant("THREAD_HOLDER") >>> 2;
    this.#copyNumber = constant("THREAD_COPY") >>> 2;
    this.#leftOut = constant("THREAD_LEFT_OUT") >>> 2;
    this.#name = constant("THREAD_NAME") >>> 2;
    this.#nameHead = constant("NAME_HEAD_BYTES");
    this.#nameLength = constant("NAME_LENGTH") >>> 2;
    this.#nameVersion = constant("NAME_VERSION") >>> 2;
    this.#summaryThreadsMet = (summary + constant("SUMMARY_THREADS_MET")) >>> 2;
    this.#notLeftOut = constant("NOT_LEFT_OUT");
    this.#leftOutSilently = constant("LEFT_OUT_SILENTLY");
  }

  /** Whether each Python frame has a call of the eval loop of its own, and there are no runs (3.9, 3.10). */
  get hasOneFrameEach(): boolean {
    return this.#instance.functions.hasFrameObjects() !== 0;
  }

  /** The runs of a thread, root first, in a sample that wants them; none where they aren't known. */
  runs(thread: number): Run[] {
    const { constant, functions, memory } = this.#instance;
    const view = new DataView(memory.buffer);
    const [bytes, mark, newest, first, count] = ["BYTES", "MARK", "NEWEST", "FIRST", "COUNT"].map((name) =>
      constant(`RUN_${name}`),
    ) as [number, number, number, number, number];
    const start = functions.runsOf(thread);
    return Array.from({ length: functions.runCountOf(thread) }, (_, i) => ({
      mark: view.getBigUint64(start + i * bytes + mark, true),
      newest: view.getBigUint64(start + i * bytes + newest, true),
      first: view.getUint32(start + i * bytes + first, true),
      count: view.getUint32(start + i * bytes + count, true),
    }));
  }

  /** Where a thread's _PyCFrame lies (3.11, 3.12), and in it the current frame; the next word leads to the one before. 0 = there is none. */
  cframe(thread: number): { readonly address: bigint; readonly currentFrame: number } {
    const { functions } = this.#instance;
    return { address: functions.cframeOf(thread), currentFrame: functions.cframeCurrentFrame() };
  }

  get threadCount(): number {
    return this.words[this.#summaryThreads] as number;
  }

  /** Bits of reasons that concern no single thread (see reasonWords). */
  get reasons(): number {
    return this.words[this.#summaryReasons] as number;
  }

  /** Copies of the target's state that the sample took; 1 in the steady state. */
  get attempts(): number {
    return this.words[this.#summaryAttempts] as number;
  }

  /**
   * Whether a thread went on between a copy that was not believed and the next, from which nothing was learnt: the sample shows
   * another moment than the one that was to be shown.
   */
  get hasSkid(): boolean {
    return this.words[this.#summarySkid] !== 0;
  }

  /** Threads that are not of the sample, since there are more than it has room for, as the last checkpoint counted them. */
  get omittedThreads(): number {
    return this.words[this.#summaryOmitted] as number;
  }

  get interpreterCount(): number {
    return this.words[this.#summaryInterpreters] as number;
  }

  /** How many of the copies were off-CPU copies. */
  get offCpuCopies(): number {
    return this.words[this.#summaryOffCpuCopies] as number;
  }

  /** How many off-CPU copies were tried in vain: the thread ran. */
  get failedOffCpuCopies(): number {
    return this.words[this.#summaryFailedOffCpuCopies] as number;
  }

  /** Whether the sample was a checkpoint, asked for or not. */
  get isCheckpoint(): boolean {
    return this.words[this.#summaryCheckpoint] !== 0;
  }

  /** Whether samples since the last checkpoint may have named the wrong code: they are worth nothing. This one is sound. */
  get isRevoked(): boolean {
    return this.words[this.#summaryRevoked] !== 0;
  }

  /** It grows with each thread that was not known before, and with each that has another id than before. */
  get threadsMet(): number {
    return this.words[this.#summaryThreadsMet] as number;
  }

  /** What the program calls the thread, as far as `readNames` has found out; undefined where it has no name. */
  threadName(thread: number): string | undefined {
    const record = this.#threadWord(thread, this.#name);
    const length = record === 0 ? 0 : (this.words[(record >>> 2) + this.#nameLength] as number);
    if (length === 0) return undefined;
    const start = record + this.#nameHead;
    return this.#text.decode(this.bytes.subarray(start, start + length));
  }

  /** Raised whenever the thread has another name. */
  nameVersion(thread: number): number {
    const record = this.#threadWord(thread, this.#name);
    return record === 0 ? 0 : (this.words[(record >>> 2) + this.#nameVersion] as number);
  }

  /** The thread's id as the target sees it; 0 = unknown. */
  nativeId(thread: number): number {
    return this.#threadWord(thread, this.#nativeId);
  }

  interpreterId(thread: number): number {
    return this.#threadWord(thread, this.#interpreterId);
  }

  /** Bits of reasons why the thread's stack is incomplete or marked (see reasonWords); 0 = nothing amiss. */
  threadReasons(thread: number): number {
    return this.#threadWord(thread, this.#reasons);
  }

  /**
   * Whether the garbage collector of the thread's interpreter runs; in a sample that doesn't want `collecting`, whether it did
   * at the last checkpoint.
   */
  isCollecting(thread: number): boolean {
    return this.#threadWord(thread, this.#collecting) !== 0;
  }

  /** Whether the thread holds its interpreter's GIL: one of `gil`. Only of a sample that wants `holder`. */
  holder(thread: number): number {
    return this.#threadWord(thread, this.#holder);
  }

  /** The thread's number, never given to another one. */
  serial(thread: number): number {
    return this.#threadWord(thread, this.#serial);
  }

  /** How its stack was proven: one of `proofs`. */
  proof(thread: number): number {
    return this.#threadWord(thread, this.#proof);
  }

  /** Which copy of the sample gave the thread's stack, from 1; 0 = none, since it can't have run since the sample before. */
  copy(thread: number): number {
    return this.#threadWord(thread, this.#copyNumber);
  }

  /**
   * Whether the thread has no place in a profile, for want of a frame and of another thing: the system has no such thread, its interpreter
   * starts or ends, or it's no thread of its own. One without a frame is no less a thread, else.
   */
  isLeftOut(thread: number): boolean {
    return this.#threadWord(thread, this.#leftOut) !== this.#notLeftOut;
  }

  /** Whether what is left out is no thread of its own: another thread state is the same thread's, or it has yet to begin. */
  isNoThread(thread: number): boolean {
    return this.#threadWord(thread, this.#leftOut) === this.#leftOutSilently;
  }

  /** Raised whenever the thread's frame ids change. */
  version(thread: number): number {
    return this.#threadWord(thread, this.#version);
  }

  /** How many of its frame ids, from the root, are the same as in the version before. */
  unchanged(thread: number): number {
    return this.#threadWord(thread, this.#unchanged);
  }

  /** Frame ids of all threads: a view on the decoder's memory. */
  get frameIds(): Uint32Array {
    return this.words;
  }

  /** Where the thread's frame ids begin in `frameIds`, root first. */
  framesStart(thread: number): number {
    return this.#threadWord(thread, this.#frames) >>> 2;
  }

  frameCount(thread: number): number {
    return this.#threadWord(thread, this.#frameCount);
  }

  #threadWord(thread: number, field: number): number {
    return this.words[this.#threads + thread * this.#threadStride + field] as number;
  }

  /** The smallest id of a frame to which this sample or a later one refers: it is another one where caches were dropped. */
  get firstFrameId(): number {
    return this.#instance.functions.firstFrameId() >>> 0;
  }

  /** The same of strings. */
  get firstStringId(): number {
    return this.#instance.functions.firstStringId() >>> 0;
  }

  get newFrameCount(): number {
    return this.words[this.#summaryNewFrames] as number;
  }

  get newStringCount(): number {
    return this.words[this.#summaryNewStrings] as number;
  }

  newFrame(index: number): NewFrame {
    const { constant } = this.#instance;
    const at = constant("NEW_FRAMES") + index * constant("FRAME_BYTES");
    const field = (name: string): number => this.words[(at + constant(name)) >>> 2] as number;
    return {
      id: field("FRAME_ID"),
      filename: field("FRAME_FILENAME"),
      scope: field("FRAME_SCOPE"),
      line: field("FRAME_LINE"),
      lineEnd: field("FRAME_LINE_END"),
      column: field("FRAME_COLUMN"),
      columnEnd: field("FRAME_COLUMN_END"),
      kind: field("FRAME_KIND"),
    };
  }

  newString(index: number): NewString {
    const { constant } = this.#instance;
    const at = constant("NEW_STRINGS") + index * constant("STRING_BYTES");
    const field = (name: string): number => this.words[(at + constant(name)) >>> 2] as number;
    const data = field("STRING_DATA");
    return { id: field("STRING_ID"), utf8: this.bytes.subarray(data, data + field("STRING_LENGTH")) };
  }
}
