// One decoder, one target. In: where the runtime lies, and a memory source. Out: samples (decoded_sample.ts), one after the other. Knows
// no processes and no output format.
import type { MemorySource, OffCpuAnswer } from "../memory/source.js";
import { DecodedSample } from "./decoded_sample.js";
import { DecoderBroken } from "./errors.js";
import type { DecoderInstance } from "./wasm.js";

/** Where and what the target's runtime is. */
export interface RuntimeFacts {
  /** Address of `_PyRuntime`. */
  readonly runtimeAddress: bigint;
  readonly wordSize: 4 | 8;
  /** Bytes in a long of the target's: 4 with Windows; where it is left out, as many as in a pointer. */
  readonly longSize?: 4 | 8 | undefined;
  /** Bytes on which the target aligns 64-bit integers: 4 with i386, else 8; where it is left out, those of a pointer. */
  readonly alignment?: 4 | 8 | undefined;
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

/** Bits that say what a sample is to be. */
export interface Wants {
  /**
   * Walk the lists of interpreters and threads, and compare the code objects that were used since the last checkpoint
   * with what is known of them. Samples without it are sound once the next checkpoint is not `revoked`.
   */
  readonly checkpoint: number;
  /** Each stack is to be proven, or it is one invalid frame. */
  readonly proof: number;
  /** With `proof`: what nothing else proves is worth an off-CPU copy. */
  readonly mayCopyOffCpu: number;
  /** With `proof`: off-CPU copies only. */
  readonly onlyOffCpu: number;
  /** With `proof`, where no off-CPU copies can be had: show what nothing proves, behind an invalid frame at the root. */
  readonly showUnproven: number;
  /** `isCollecting` is to be of this very sample. */
  readonly collecting: number;
  /** `holder` is to be known. */
  readonly holder: number;
  /** `runs` is to be known, of threads that did not run while they were copied. */
  readonly runs: number;
  /** With `runs`: of threads that can't have run since the sample before (`copy` is 0), they are as they were in that. */
  readonly newRuns: number;
}

/** Which names are to be read. */
export interface NamesWanted {
  /** Begin with the first thread, in place of the one behind those of the last call. */
  readonly fromFirst?: boolean;
  /** Names that are known, too: a thread may have another one by now. */
  readonly again?: boolean;
}

/** What came of reading names. */
export interface NamesFound {
  /** Threads that it has not come to: call again. */
  readonly left: number;
  /** Threads that it found to have no name, or none for certain: they may have one later. */
  readonly missing: number;
}

/** Rounds of fill and step that one sample may take: beyond it the decoder itself is broken. */
const MAX_ROUNDS = 1_000_000;

/**
 * Decodes samples of one target.
 *
 * After `sample` has answered "sampled", the accessors describe the sample until the next call. Frame and string ids
 * are never given twice in a decoder's life; frame id 0 stands for a frame that could not be read.
 */
export class Decoder extends DecodedSample {
  /** How many samples it was asked for: tells one from the next. */
  asked = 0;
  /** Names that `readNames` has changed, in all: tells whether there are new ones. */
  namesChanged = 0;
  /** Bits of what `sample` can be asked for. */
  readonly wants: Wants;
  readonly #instance: DecoderInstance;
  /** Bits of what only a source that makes off-CPU copies can serve. */
  readonly #provingWants: number;
  readonly #need: number;
  readonly #needOffCpu: number;
  readonly #needVerdict: number;
  // What the decoder is told of an off-CPU copy that it asked for.
  readonly #offCpuNo: number;
  readonly #offCpuYes: number;
  readonly #offCpuHeld: number;
  readonly #namesFromFirst: number;
  readonly #namesAgain: number;
  readonly #offCpuAll: number;
  readonly #offCpuTold: number;
  readonly #done: number;
  readonly #noInterpreter: number;
  // Indices of 32-bit words
  readonly #summaryRequests: number;
  readonly #summaryRequestCount: number;

  constructor(instance: DecoderInstance) {
    super(instance);
    this.#instance = instance;
    const { constant } = instance;
    this.wants = {
      checkpoint: constant("WANT_CHECKPOINT"),
      proof: constant("WANT_PROOF"),
      mayCopyOffCpu: constant("MAY_COPY_OFF_CPU"),
      onlyOffCpu: constant("ONLY_OFF_CPU"),
      showUnproven: constant("SHOW_UNPROVEN"),
      collecting: constant("WANT_COLLECTING"),
      holder: constant("WANT_HOLDER"),
      runs: constant("WANT_RUNS"),
      newRuns: constant("WANT_NEW_RUNS"),
    };
    const { proof, mayCopyOffCpu, onlyOffCpu, showUnproven } = this.wants;
    this.#provingWants = proof | mayCopyOffCpu | onlyOffCpu | showUnproven;
    this.#need = constant("STATUS_NEED");
    this.#needOffCpu = constant("STATUS_NEED_OFF_CPU");
    this.#needVerdict = constant("STATUS_NEED_VERDICT");
    this.#offCpuNo = constant("OFF_CPU_NO");
    this.#offCpuYes = constant("OFF_CPU_YES");
    this.#offCpuHeld = constant("OFF_CPU_HELD");
    this.#namesFromFirst = constant("NAMES_FROM_FIRST");
    this.#namesAgain = constant("NAMES_AGAIN");
    this.#offCpuAll = constant("OFF_CPU_ALL");
    this.#offCpuTold = constant("OFF_CPU_TOLD");
    this.#done = constant("STATUS_DONE");
    this.#noInterpreter = constant("STATUS_NO_INTERPRETER");
    const summary = constant("SUMMARY");
    this.#summaryRequests = (summary + constant("SUMMARY_REQUESTS")) >>> 2;
    this.#summaryRequestCount = (summary + constant("SUMMARY_REQUEST_COUNT")) >>> 2;
  }

  /** It will not be used again. */
  retire(): void {}

  /** Learn the target's layout; whatever was known of another target is forgotten. */
  attach(facts: RuntimeFacts, source: MemorySource): AttachOutcome {
    const { functions } = this.#instance;
    const { runtimeAddress, wordSize, longSize = wordSize, alignment = wordSize, version, ownPid } = facts;
    let status: number;
    if (facts.hasDebugOffsets) {
      const length = this.#copy(runtimeAddress, this.#instance.constant("DEBUG_OFFSETS_BYTES"), source);
      status = functions.attachDebugOffsets(runtimeAddress, wordSize, longSize, length, ownPid);
    } else {
      const { major, minor, micro } = version;
      status = functions.attachVersion(runtimeAddress, wordSize, longSize, major, minor, micro ?? 0, ownPid, alignment);
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
    source.fill(this.bytes, request, 1);
    return view.getUint32(request + constant("REQUEST_COPIED"), true);
  }

  /**
   * Take one sample.
   * @param wants bits of `wants`; proof can be wanted only of a source that makes off-CPU copies
   * @throws what the source throws: TargetLost, AccessDenied
   */
  sample(source: MemorySource, wants = this.wants.checkpoint): SampleOutcome {
    const { functions } = this.#instance;
    const { bytes } = this;
    const { words } = this;
    this.asked++;
    let status = functions.begin(this.wanted(source, wants));
    let isHeld = false;
    try {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const count = words[this.#summaryRequestCount] as number;
        const requests = words[this.#summaryRequests] as number;
        let answer = this.#offCpuNo;
        if (status === this.#needOffCpu && source.fillOffCpu !== undefined) {
          const mayHold = functions.mayHold() !== 0 && source.endHold !== undefined;
          const came = source.fillOffCpu(bytes, requests, count, functions.offCpuThread(), mayHold);
          isHeld = came === "held";
          answer = this.#answerOf(came);
        } else if (status === this.#needVerdict) {
          isHeld = false;
          if (source.endHold?.(bytes, requests, count) === true) answer = this.#offCpuYes;
        } else if (count > 0) {
          source.fill(bytes, requests, count);
        }
        status = functions.step(source.interrupted === true ? 1 : 0, answer);
        if (status === this.#need || status === this.#needOffCpu || status === this.#needVerdict) continue;
        if (status === this.#done) return "sampled";
        return status === this.#noInterpreter ? "no-interpreter" : "unreadable";
      }
    } finally {
      // The walk ended early: nothing is to be kept from running for that.
      if (isHeld) source.endHold?.(bytes, 0, 0);
    }
    throw new DecoderBroken("the decoder asks for ever more memory: this is a bug");
  }

  /**
   * Read what the program calls some of the last sample's threads: `threadName` tells it from then on. The sample stays as it is.
   * @returns how much there is to do yet
   * @throws what the source throws: TargetLost, AccessDenied
   */
  readNames(source: MemorySource, { fromFirst = false, again = false }: NamesWanted = {}): NamesFound {
    const { functions } = this.#instance;
    const { words } = this;
    let status = functions.beginNames((fromFirst ? this.#namesFromFirst : 0) | (again ? this.#namesAgain : 0));
    for (let round = 0; status === this.#need && round < MAX_ROUNDS; round++) {
      source.fill(this.bytes, words[this.#summaryRequests] as number, words[this.#summaryRequestCount] as number);
      status = functions.stepNames();
    }
    this.namesChanged += functions.namesChanged();
    return { left: functions.namesLeft(), missing: functions.namesMissing() };
  }

  /** A thread of the last sample has not run since that was copied, and will not before the next is begun, which then needs no copy of it. */
  noteStanding(thread: number): void {
    this.#instance.functions.noteStanding(thread);
  }

  #answerOf(came: OffCpuAnswer): number {
    if (typeof came === "object") {
      const { functions } = this.#instance;
      for (const nativeId of came) functions.addOffCpuThread(nativeId);
      return this.#offCpuTold;
    }
    if (came === "held") return this.#offCpuHeld;
    if (came === "all") return this.#offCpuAll;
    return came ? this.#offCpuYes : this.#offCpuNo;
  }

  /** The number of the attempt at a sample that is under way, from 1: while its source fills requests. */
  get attempt(): number {
    return this.#instance.functions.attemptNumber();
  }

  /** Of what is wanted, what a source can serve. */
  protected wanted(source: MemorySource, wants: number): number {
    return source.fillOffCpu === undefined ? wants & ~this.#provingWants : wants;
  }
}
