// One decoder, one target. In: where the runtime lies, and a memory source. Out: the sample's threads and what
// must be defined before them, read straight out of Wasm memory. Knows no processes and no output format.
import type { MemorySource } from "../memory/source.js";
import { Reasons } from "./reasons.js";
import type { DecoderInstance } from "./wasm.js";

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
  /** `isCookieless`: there is no runtime, or none at this moment. */
  | { readonly kind: "refused"; readonly status: number; readonly isCookieless: boolean };

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

/** Bits that say what a sample is to be. */
export interface Wants {
  /**
   * Walk the lists of interpreters and threads, and compare the code objects that were used since the last checkpoint
   * with what is known of them. Samples without it are sound once the next checkpoint is not `revoked`.
   */
  readonly checkpoint: number;
  /** Each stack is to be proven, or it is one invalid frame. */
  readonly proof: number;
  /** With `proof`: what nothing else proves is worth a still copy. */
  readonly mayBeStill: number;
  /** With `proof`: still copies only. */
  readonly onlyStill: number;
  /** With `proof`, where no still copies can be had: show what nothing proves, behind an invalid frame at the root. */
  readonly showUnproven: number;
  /** `isCollecting` is to be of this very sample. */
  readonly collecting: number;
  /** `holder` is to be known. */
  readonly holder: number;
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
  /** How many samples it was asked for: tells one from the next. */
  asked = 0;
  /** Bits of what `sample` can be asked for. */
  readonly wants: Wants;
  /** The values of `proof`. */
  readonly proofs: Proofs;
  /** The values of `holder`. */
  readonly gil: GilStates;
  /** Bits of what only a source that makes still copies can serve. */
  readonly #provingWants: number;
  readonly #need: number;
  readonly #needStill: number;
  readonly #needVerdict: number;
  // What the decoder is told of a still copy that it asked for.
  readonly #stillNot: number;
  readonly #stillIs: number;
  readonly #stillHeld: number;
  readonly #done: number;
  readonly #noInterpreter: number;
  // Indices of 32-bit words
  readonly #summaryRequests: number;
  readonly #summaryRequestCount: number;
  readonly #summaryThreads: number;
  readonly #summaryReasons: number;
  readonly #summaryAttempts: number;
  readonly #summaryInterpreters: number;
  readonly #summaryStillCopies: number;
  readonly #summaryMovedCopies: number;
  readonly #summaryCheckpoint: number;
  readonly #summaryRevoked: number;
  readonly #summaryRestless: number;
  readonly #summaryBeyond: number;
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
  readonly #notLeftOut: number;
  readonly #leftOutUntold: number;

  constructor(instance: DecoderInstance) {
    this.#instance = instance;
    const { constant, memory } = instance;
    this.reasonWords = new Reasons(constant);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.wants = {
      checkpoint: constant("WANT_CHECKPOINT"),
      proof: constant("WANT_PROOF"),
      mayBeStill: constant("MAY_BE_STILL"),
      onlyStill: constant("ONLY_STILL"),
      showUnproven: constant("SHOW_UNPROVEN"),
      collecting: constant("WANT_COLLECTING"),
      holder: constant("WANT_HOLDER"),
    };
    const { proof, mayBeStill, onlyStill, showUnproven } = this.wants;
    this.#provingWants = proof | mayBeStill | onlyStill | showUnproven;
    this.gil = {
      notHeld: constant("GIL_NOT_HELD"),
      heldLast: constant("GIL_HELD_LAST"),
      held: constant("GIL_HELD"),
    };
    this.proofs = {
      none: constant("PROOF_NONE"),
      edges: constant("PROOF_EDGES"),
      still: constant("PROOF_STILL"),
    };
    this.#need = constant("STATUS_NEED");
    this.#needStill = constant("STATUS_NEED_STILL");
    this.#needVerdict = constant("STATUS_NEED_VERDICT");
    this.#stillNot = constant("STILL_NOT");
    this.#stillIs = constant("STILL_IS");
    this.#stillHeld = constant("STILL_HELD");
    this.#done = constant("STATUS_DONE");
    this.#noInterpreter = constant("STATUS_NO_INTERPRETER");
    const summary = constant("SUMMARY");
    this.#summaryRequests = (summary + constant("SUMMARY_REQUESTS")) >>> 2;
    this.#summaryRequestCount = (summary + constant("SUMMARY_REQUEST_COUNT")) >>> 2;
    this.#summaryThreads = (summary + constant("SUMMARY_THREADS")) >>> 2;
    this.#summaryReasons = (summary + constant("SUMMARY_REASONS")) >>> 2;
    this.#summaryAttempts = (summary + constant("SUMMARY_ATTEMPTS")) >>> 2;
    this.#summaryInterpreters = (summary + constant("SUMMARY_INTERPRETERS")) >>> 2;
    this.#summaryStillCopies = (summary + constant("SUMMARY_STILL_COPIES")) >>> 2;
    this.#summaryMovedCopies = (summary + constant("SUMMARY_MOVED_COPIES")) >>> 2;
    this.#summaryCheckpoint = (summary + constant("SUMMARY_CHECKPOINT")) >>> 2;
    this.#summaryRevoked = (summary + constant("SUMMARY_REVOKED")) >>> 2;
    this.#summaryRestless = (summary + constant("SUMMARY_RESTLESS")) >>> 2;
    this.#summaryBeyond = (summary + constant("SUMMARY_BEYOND")) >>> 2;
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
    this.#notLeftOut = constant("NOT_LEFT_OUT");
    this.#leftOutUntold = constant("LEFT_OUT_UNTOLD");
  }

  /** It will not be used again. */
  retire(): void {}

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
    return { kind: "refused", status, isCookieless: status === this.#instance.constant("LAYOUT_BAD_COOKIE") };
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
   * @param wants bits of `wants`; proof can be wanted only of a source that makes still copies
   * @throws what the source throws: TargetLost, AccessDenied
   */
  sample(source: MemorySource, wants = this.wants.checkpoint): SampleOutcome {
    const { functions } = this.#instance;
    const bytes = this.#bytes;
    const words = this.#words;
    this.asked++;
    let status = functions.begin(this.wanted(source, wants));
    let isHeld = false;
    try {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const count = words[this.#summaryRequestCount] as number;
        const requests = words[this.#summaryRequests] as number;
        let still = this.#stillNot;
        if (status === this.#needStill && source.fillStill !== undefined) {
          const mayHold = functions.mayHold() !== 0 && source.endHold !== undefined;
          const came = source.fillStill(bytes, requests, count, functions.wantedStill(), mayHold);
          isHeld = came === "held";
          still = isHeld ? this.#stillHeld : came === true ? this.#stillIs : this.#stillNot;
        } else if (status === this.#needVerdict) {
          isHeld = false;
          if (source.endHold?.(bytes, requests, count) === true) still = this.#stillIs;
        } else if (count > 0) {
          source.fill(bytes, requests, count);
        }
        status = functions.step(source.late === true ? 1 : 0, still);
        if (status === this.#need || status === this.#needStill || status === this.#needVerdict) continue;
        if (status === this.#done) return "sampled";
        return status === this.#noInterpreter ? "no-interpreter" : "unreadable";
      }
    } finally {
      // The walk ended early: nothing is to be kept from running for that.
      if (isHeld) source.endHold?.(bytes, 0, 0);
    }
    throw new Error("the decoder asks for ever more memory: this is a bug");
  }

  /** Of what is wanted, what a source can serve. */
  protected wanted(source: MemorySource, wants: number): number {
    return source.fillStill === undefined ? wants & ~this.#provingWants : wants;
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

  /**
   * Whether a thread went on between a copy that was not believed and the next, from which nothing was learnt: the sample shows
   * another moment than the one that was to be shown.
   */
  get isRestless(): boolean {
    return this.#words[this.#summaryRestless] !== 0;
  }

  /** Threads that are not of the sample, since there are more than it has room for, as the last checkpoint counted them. */
  get threadsBeyond(): number {
    return this.#words[this.#summaryBeyond] as number;
  }

  get interpreterCount(): number {
    return this.#words[this.#summaryInterpreters] as number;
  }

  /** How many of the copies were still. */
  get stillCopies(): number {
    return this.#words[this.#summaryStillCopies] as number;
  }

  /** How many copies were wanted still and moved all the same. */
  get movedCopies(): number {
    return this.#words[this.#summaryMovedCopies] as number;
  }

  /** Whether the sample was a checkpoint, asked for or not. */
  get isCheckpoint(): boolean {
    return this.#words[this.#summaryCheckpoint] !== 0;
  }

  /** Whether samples since the last checkpoint may have named the wrong code: they are worth nothing. This one is sound. */
  get isRevoked(): boolean {
    return this.#words[this.#summaryRevoked] !== 0;
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
    return this.#threadWord(thread, this.#leftOut) === this.#leftOutUntold;
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
