// One decoder, one target. In: where the runtime lies, and a memory source. Out: the sample's threads and what
// must be defined before them, read straight out of Wasm memory. Knows no processes and no output format.
import type { MemorySource } from "../memory/source.js";
import { Reasons } from "./reasons.js";
import { type DecoderInstance, instantiate } from "./wasm.js";

/** Where and what the target's runtime is. */
export interface RuntimeFacts {
  /** Address of `_PyRuntime`. */
  readonly runtimeAddress: bigint;
  readonly wordSize: 4 | 8;
  readonly version: { readonly major: number; readonly minor: number; readonly micro: number | undefined };
  /** Whether `_PyRuntime` begins with `_Py_DebugOffsets` (3.13+). */
  readonly hasDebugOffsets: boolean;
  /** The process's id as the process itself sees it (another PID namespace has another). */
  readonly ownPid: number;
}

/** What attaching came to; the statuses of assembly/layouts/status.ts, as words. */
export type AttachOutcome =
  | { readonly kind: "attached" /** False for a minor version newer than this decoder. */; readonly known: boolean }
  | { readonly kind: "refused"; readonly status: number };

/**
 * "no-interpreter": the runtime has none yet, or no more. "unreadable": the runtime itself can't be read.
 */
export type SampleOutcome = "sampled" | "no-interpreter" | "unreadable";

/** A frame to be defined before its id is used. Lines and columns are 1-based, 0 = absent. */
export interface NewFrame {
  readonly id: number;
  readonly filename: number;
  readonly scope: number;
  readonly line: number;
  readonly lineEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

/** A string to be defined before its id is used. */
export interface NewString {
  readonly id: number;
  /** UTF-8, a view on the decoder's memory: copy it to keep it. */
  readonly utf8: Uint8Array;
}

/** Rounds of fill and step that one sample may take: beyond it the decoder itself is broken. */
const MAX_ROUNDS = 1_000_000;

/**
 * Decodes samples of one target.
 *
 * After `sample` has answered "sampled", the accessors describe the sample until the next call. Frame and string ids
 * are never given twice in a decoder's life; frame id 0 stands for a frame that could not be read.
 */
export class Decoder {
  /** The words for reason bits. */
  readonly reasonWords: Reasons;
  readonly #instance: DecoderInstance;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #need: number;
  readonly #done: number;
  readonly #noInterpreter: number;
  // Indices of 32-bit words
  readonly #summaryThreads: number;
  readonly #summaryReasons: number;
  readonly #summaryAttempts: number;
  readonly #summaryInterpreters: number;
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

  constructor(instance: DecoderInstance = instantiate()) {
    this.#instance = instance;
    const { constant, memory } = instance;
    this.reasonWords = new Reasons(constant);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#need = constant("STATUS_NEED");
    this.#done = constant("STATUS_DONE");
    this.#noInterpreter = constant("STATUS_NO_INTERPRETER");
    const summary = constant("SUMMARY");
    this.#summaryThreads = (summary + constant("SUMMARY_THREADS")) >>> 2;
    this.#summaryReasons = (summary + constant("SUMMARY_REASONS")) >>> 2;
    this.#summaryAttempts = (summary + constant("SUMMARY_ATTEMPTS")) >>> 2;
    this.#summaryInterpreters = (summary + constant("SUMMARY_INTERPRETERS")) >>> 2;
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
  }

  /** Learn the target's layout; whatever was known of another target is forgotten. */
  attach(facts: RuntimeFacts, source: MemorySource): AttachOutcome {
    const { functions } = this.#instance;
    const { runtimeAddress, wordSize, version, ownPid } = facts;
    let status: number;
    if (facts.hasDebugOffsets) {
      const length = this.#copy(runtimeAddress, this.#instance.constant("DEBUG_OFFSETS_BYTES"), source);
      status = functions.attachDebugOffsets(runtimeAddress, wordSize, length, ownPid);
    } else {
      const { major, minor, micro } = version;
      status = functions.attachVersion(runtimeAddress, wordSize, major, minor, micro ?? 0, ownPid);
    }
    if (status === this.#instance.constant("LAYOUT_OK")) return { kind: "attached", known: true };
    if (status === this.#instance.constant("LAYOUT_UNKNOWN_MINOR")) return { kind: "attached", known: false };
    return { kind: "refused", status };
  }

  /** Copy a range of the target to where the decoder expects the debug offsets; returns the bytes that came. */
  #copy(address: bigint, length: number, source: MemorySource): number {
    const { constant, memory } = this.#instance;
    const request = constant("REQUESTS");
    const view = new DataView(memory.buffer);
    view.setBigUint64(request + constant("REQUEST_ADDRESS"), address, true);
    view.setUint32(request + constant("REQUEST_LENGTH"), length, true);
    view.setUint32(request + constant("REQUEST_DESTINATION"), constant("COPY"), true);
    source.fill(this.#bytes, request, 1);
    return view.getUint32(request + constant("REQUEST_COPIED"), true);
  }

  /**
   * Take one sample.
   * @throws what the source throws: TargetLost, AccessDenied
   */
  sample(source: MemorySource): SampleOutcome {
    const { functions } = this.#instance;
    const bytes = this.#bytes;
    functions.begin();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const count = functions.wantedCount();
      if (count > 0) source.fill(bytes, functions.wantedRequests(), count);
      const status = functions.step(source.late === true ? 1 : 0);
      if (status === this.#need) continue;
      if (status === this.#done) return "sampled";
      return status === this.#noInterpreter ? "no-interpreter" : "unreadable";
    }
    throw new Error("the decoder asks for ever more memory: this is a bug");
  }

  get threadCount(): number {
    return this.#words[this.#summaryThreads] as number;
  }

  /** Bits of reasons that concern no single thread (see reasonWords). */
  get reasons(): number {
    return this.#words[this.#summaryReasons] as number;
  }

  /** Copies of the target's state that the sample took; 1 in the steady state. */
  get attempts(): number {
    return this.#words[this.#summaryAttempts] as number;
  }

  get interpreterCount(): number {
    return this.#words[this.#summaryInterpreters] as number;
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

  /** Whether the garbage collector of the thread's interpreter runs. */
  isCollecting(thread: number): boolean {
    return this.#threadWord(thread, this.#collecting) !== 0;
  }

  /** Frame ids of all threads: a view on the decoder's memory. */
  get frameIds(): Uint32Array {
    return this.#words;
  }

  /** Where the thread's frame ids begin in `frameIds`, root first. */
  framesStart(thread: number): number {
    return this.#threadWord(thread, this.#frames) >>> 2;
  }

  frameCount(thread: number): number {
    return this.#threadWord(thread, this.#frameCount);
  }

  #threadWord(thread: number, field: number): number {
    return this.#words[this.#threads + thread * this.#threadStride + field] as number;
  }

  get newFrameCount(): number {
    return this.#words[this.#summaryNewFrames] as number;
  }

  get newStringCount(): number {
    return this.#words[this.#summaryNewStrings] as number;
  }

  newFrame(index: number): NewFrame {
    const { constant } = this.#instance;
    const at = constant("NEW_FRAMES") + index * constant("FRAME_BYTES");
    const field = (name: string): number => this.#words[(at + constant(name)) >>> 2] as number;
    return {
      id: field("FRAME_ID"),
      filename: field("FRAME_FILENAME"),
      scope: field("FRAME_SCOPE"),
      line: field("FRAME_LINE"),
      lineEnd: field("FRAME_LINE_END"),
      column: field("FRAME_COLUMN"),
      columnEnd: field("FRAME_COLUMN_END"),
    };
  }

  newString(index: number): NewString {
    const { constant } = this.#instance;
    const at = constant("NEW_STRINGS") + index * constant("STRING_BYTES");
    const field = (name: string): number => this.#words[(at + constant(name)) >>> 2] as number;
    const data = field("STRING_DATA");
    return { id: field("STRING_ID"), utf8: this.#bytes.subarray(data, data + field("STRING_LENGTH")) };
  }
}
