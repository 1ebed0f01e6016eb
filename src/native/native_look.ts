// A look at a process with native frames, as plain objects. In: a decoder that has sampled, how the threads stood, and the process's code, live or as a capture has it. Out: the
// stacks of all threads, also of those that Python doesn't know, with Python's frames in the place of its eval loop's; what is lacking is said.
import type { Decoder } from "../decoder/decoder.js";
import { NATIVE_REASONS } from "../decoder/reasons.js";
import type { CodeFrame, Frame, InvalidFrame } from "../model/frame.js";
import { NOWHERE } from "../model/location.js";
import { NO_INTERPRETER } from "../model/sample.js";
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
import { type ThreadNames, threadOf } from "../profile/best_stacks.js";
import type { SnapshotReader } from "../profile/snapshot_reader.js";
import type { MomentCopy, ThreadFacts } from "./composition_facts.js";
import type { Piece } from "./interleave.js";
import { type KernelPart, kernelFrames, kernelLacks } from "./kernel_frames.js";
import type { NativeName } from "./native_name.js";
import { lacks, orderOf, type ThreadOrder } from "./thread_order.js";
import type { NativeCall, StackCopy } from "./unwinder.js";

const INVALID: InvalidFrame = { kind: "invalid" };

/** A thread of a native sample. */
export interface NativeThread {
  readonly snapshot: ThreadSnapshot<Frame>;
  /** Where its native and Python frames stand; undefined where its native stack was not to be had. */
  readonly order: ThreadOrder | undefined;
  /** Its Python frames are proven. */
  readonly isProven: boolean;
  /** It waits, and the kernel's part of its stack is not to be had. */
  readonly lacksKernel?: boolean;
}

export interface NativeSnapshot {
  readonly threads: readonly NativeThread[];
  readonly reasons: Snapshot["reasons"];
}

/** A thread as it was seen, before its functions have names. */
interface SeenThread {
  base: ThreadSnapshot;
  readonly order: ThreadOrder | undefined;
  readonly kernel: KernelPart;
  readonly isProven: boolean;
  readonly hindrance?: string | undefined;
}

/** What was seen of a process at once. */
export class NativeLook {
  readonly #decoder: Decoder;
  readonly #seen: SeenThread[] = [];
  readonly #reasons: Snapshot["reasons"];

  /**
   * @param reader which has learned from the decoder's sample
   * @param isShort told of each copy that does not have all of its stack
   */
  constructor(
    decoder: Decoder,
    reader: SnapshotReader,
    facts: Pick<ThreadFacts, "copies" | "tidOf" | "own">,
    code: Parameters<typeof orderOf>[3],
    isShort?: (copy: StackCopy) => void,
  ) {
    this.#decoder = decoder;
    this.#reasons = decoder.reasonWords.wordsOf(decoder.reasons);
    const known = new Set<number>();
    let last: MomentCopy | undefined;
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.isNoThread(thread)) continue;
      const base = reader.readThread(thread);
      const tid = facts.tidOf(base.nativeId);
      const copies = facts.copies.get(decoder.copy(thread));
      last = copies ?? last;
      if (tid !== undefined) known.add(tid);
      const copy = tid === undefined ? undefined : copies?.threads.get(tid);
      const isProven =
        decoder.proof(thread) === decoder.proofs.still || (base.frames.length === 0 && copies !== undefined);
      const order = copy && isProven ? orderOf(copy, decoder, thread, code) : undefined;
      if (copy !== undefined && order?.stack.isShort) isShort?.(copy);
      this.#seen.push({
        base,
        order,
        kernel: copy?.kernel,
        isProven,
        hindrance: hindranceOf(copies?.failures.find((one) => one.tid === tid)),
      });
    }
    for (const [tid, copy] of last?.threads ?? []) {
      if (known.has(tid)) continue;
      const order = orderOf(copy, decoder, undefined, code);
      const { nativeId } = facts.own(tid);
      const base = { interpreterId: NO_INTERPRETER, nativeId, frames: [], gc: false, reasons: [] };
      this.#seen.push({ base, order, kernel: copy.kernel, isProven: true });
    }
  }

  /** What the program calls its threads. */
  addNames(called: ThreadNames): void {
    for (const one of this.#seen) {
      const name = called.get(threadOf(one.base));
      if (name !== undefined) one.base = { ...one.base, name };
    }
  }

  /** All calls, whose names `snapshot` asks for. */
  get calls(): NativeCall[] {
    return this.#seen.flatMap(
      ({ order }) => order?.pieces.flatMap((piece) => (piece.kind === "native" ? piece.call : [])) ?? [],
    );
  }

  /** @param nameOf as people read it */
  snapshot(nameOf: (call: NativeCall) => NativeName): NativeSnapshot {
    return { threads: this.#seen.map((one) => this.#thread(one, nameOf)), reasons: this.#reasons };
  }

  #thread(
    { base, order, kernel, isProven, hindrance }: SeenThread,
    nameOf: (call: NativeCall) => NativeName,
  ): NativeThread {
    if (order === undefined) {
      const reason = hindrance ?? "native frames missing: it moved while it was copied";
      return { snapshot: { ...base, reasons: [...base.reasons, reason] }, order, isProven };
    }
    const framesOf = (piece: Piece): Frame[] => {
      if (piece.kind === "native") return [frameOf(piece.call, nameOf(piece.call))];
      return piece.kind === "gap" ? [INVALID] : base.frames.slice(piece.first, piece.first + piece.count);
    };
    const frames = [...order.pieces.flatMap(framesOf), ...kernelFrames(kernel)];
    // What is guessed is marked itself.
    const lacking = (lacks(order) & ~NATIVE_REASONS.guessed) | kernelLacks(kernel);
    const reasons = [...base.reasons, ...this.#decoder.reasonWords.wordsOf(lacking)];
    return { snapshot: { ...base, frames, reasons }, order, isProven, lacksKernel: kernel === "unknown" };
  }
}

function frameOf({ isGuessed }: NativeCall, { name, module }: NativeName): CodeFrame {
  const frame = { kind: "code", code: "native", scope: name, filename: module, location: NOWHERE } as const;
  return isGuessed ? { ...frame, guessed: true } : frame;
}

function hindranceOf(failure: MomentCopy["failures"][number] | undefined): string | undefined {
  if (failure === undefined) return undefined;
  const { status, errno } = failure;
  if (status === "not permitted") {
    return `native frames missing: the running thread can't be held (PTRACE_SEIZE failed with errno ${errno}: a debugger has it, or tracing is forbidden)`;
  }
  if (status === "late") return "native frames missing: the thread did not stop within 20 ms (it waits for a device)";
  if (status === "other words") return "native frames missing: the thread runs code of 32 bits";
  return `native frames missing: the running thread can't be held (errno ${errno})`;
}
