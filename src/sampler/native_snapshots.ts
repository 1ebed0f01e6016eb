// Samples with native frames, as plain objects. In: a connection. Out: the stacks of all threads, also of those that Python doesn't know, each of one moment, with
// Python's frames in the place of its eval loop's; what is lacking is said. It knows no output.
import { NATIVE_REASONS } from "../decoder/reasons.js";
import { type HostThreadIds, host } from "../host/index.js";
import type { CodeFrame, Frame, InvalidFrame } from "../model/frame.js";
import { NOWHERE } from "../model/location.js";
import { NO_INTERPRETER } from "../model/sample.js";
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
import { demangleAll } from "../native/demangle.js";
import type { Piece } from "../native/interleave.js";
import { kernelFrames, kernelLacks } from "../native/kernel_frames.js";
import { Modules } from "../native/modules.js";
import { NativeNames } from "../native/names.js";
import { lacks, orderOf, type ThreadOrder } from "../native/thread_order.js";
import { Unwinder } from "../native/unwinder.js";
import { threadOf } from "../profile/best_stacks.js";
import type { SnapshotReader } from "../profile/snapshot_reader.js";
import type { Connection } from "./connect.js";
import { HeldMemory, type HoldFailure, type StandingThread, type StandingThreads } from "./held_memory.js";
import { nativeIdOf } from "./native_id.js";

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

/** Native samples of one process. Close it after use. */
export class NativeSnapshots {
  readonly #connection: Connection;
  readonly #memory: HeldMemory;
  readonly #reader: SnapshotReader;
  readonly #ids: HostThreadIds;
  readonly #readNames: () => void;
  readonly #unwinder = new Unwinder();

  /**
   * @param reader which learns from each sample of the connection's decoder
   * @param readNames reads what the program calls the threads of the sample that the decoder holds
   * @param kernel whether the kernel's frames are wanted, too
   */
  constructor(connection: Connection, reader: SnapshotReader, readNames: () => void, kernel: boolean) {
    this.#readNames = readNames;
    this.#connection = connection;
    const { decoder, interpreter, memory } = connection;
    const kernelStacks = kernel ? host.kernelStacks(interpreter.pid) : undefined;
    this.#memory = new HeldMemory(memory, () => decoder.attempt, undefined, undefined, kernelStacks);
    this.#reader = reader;
    this.#ids = host.threadIds(connection.interpreter.pid);
  }

  /** Take one sample; undefined when the process has no interpreter at this moment. @throws as `Snapshots.sample` */
  async sample(): Promise<NativeSnapshot | undefined> {
    const { decoder, interpreter, memory } = this.#connection;
    const mappings = host.readMappings(interpreter.pid);
    const modules = new Modules(mappings, memory);
    const names = new NativeNames(modules, memory);
    this.#unwinder.forget();
    this.#memory.begin();
    this.#memory.learn(mappings);
    const { checkpoint, proof, onlyOffCpu, runs } = decoder.wants;
    const outcome = decoder.sample(this.#memory, checkpoint | proof | onlyOffCpu | runs);
    this.#reader.learn();
    if (outcome !== "sampled") return undefined;
    const code = { unwinder: this.#unwinder, modules, names };
    const known = new Set<number>();
    const seen: {
      base: ThreadSnapshot;
      order: ThreadOrder | undefined;
      standing: StandingThread | undefined;
      isProven: boolean;
      hindrance?: string | undefined;
    }[] = [];
    let last: StandingThreads | undefined;
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.isNoThread(thread)) continue;
      const base = this.#reader.readThread(thread);
      const tid = this.#ids.of(base.nativeId);
      const copies = this.#memory.copy(decoder.copy(thread));
      last = copies ?? last;
      if (tid !== undefined) known.add(tid);
      const standing = tid === undefined ? undefined : copies?.threads.get(tid);
      const isProven =
        decoder.proof(thread) === decoder.proofs.still || (base.frames.length === 0 && copies !== undefined);
      const order = standing && isProven ? orderOf(standing, decoder, thread, code) : undefined;
      if (order?.stack.isShort)
        this.#memory.enlarge(
          Number(
            (standing as NonNullable<typeof standing>).stackEnd - (standing as NonNullable<typeof standing>).stackStart,
          ),
        );
      const hindrance = hindranceOf(copies?.failures.find((one) => one.tid === tid));
      seen.push({ base, order, standing, isProven, hindrance });
    }
    // Behind all that is asked of the sample: what is copied for them lies where its copies lay.
    this.#readNames();
    const called = this.#reader.names();
    for (const one of seen) {
      const name = called.get(threadOf(one.base));
      if (name !== undefined) one.base = { ...one.base, name };
    }
    for (const [tid, standing] of last?.threads ?? []) {
      if (known.has(tid)) continue;
      const order = orderOf(standing, decoder, undefined, code);
      const nativeId = nativeIdOf(interpreter.pid, tid);
      const base = { interpreterId: NO_INTERPRETER, nativeId, frames: [], gc: false, reasons: [] };
      seen.push({ base, order, standing, isProven: true });
    }
    const calls = seen.flatMap(
      ({ order }) => order?.pieces.flatMap((piece) => (piece.kind === "native" ? piece.call : [])) ?? [],
    );
    const plain = await demangleAll(calls.map((call) => names.nameOf(call).name));
    const frameOf = (call: (typeof calls)[number]): CodeFrame => {
      const { name, module } = names.nameOf(call);
      const frame = {
        kind: "code",
        code: "native",
        scope: plain.get(name) ?? name,
        filename: module,
        location: NOWHERE,
      } as const;
      return call.isGuessed ? { ...frame, guessed: true } : frame;
    };
    const framesOf = (piece: Piece, base: ThreadSnapshot): Frame[] => {
      if (piece.kind === "native") return [frameOf(piece.call)];
      return piece.kind === "gap" ? [INVALID] : base.frames.slice(piece.first, piece.first + piece.count);
    };
    const threads = seen.map(({ base, order, standing, isProven, hindrance }): NativeThread => {
      if (order === undefined) {
        const reason = hindrance ?? "native frames missing: it moved while it was copied";
        return { snapshot: { ...base, reasons: [...base.reasons, reason] }, order, isProven };
      }
      const program = order.pieces.flatMap((piece) => framesOf(piece, base));
      const frames = [...program, ...kernelFrames(standing?.kernel)];
      // What is guessed is marked itself.
      const lacking = (lacks(order) & ~NATIVE_REASONS.guessed) | kernelLacks(standing?.kernel);
      const reasons = [...base.reasons, ...decoder.reasonWords.wordsOf(lacking)];
      return { snapshot: { ...base, frames, reasons }, order, isProven, lacksKernel: standing?.kernel === "unknown" };
    });
    return { threads, reasons: decoder.reasonWords.wordsOf(decoder.reasons) };
  }

  close(): void {
    this.#memory.close();
  }
}

function hindranceOf(failure: HoldFailure | undefined): string | undefined {
  if (failure === undefined) return undefined;
  const { status, errno } = failure;
  if (status === "not permitted") {
    return `native frames missing: the running thread can't be held (PTRACE_SEIZE failed with errno ${errno}: a debugger has it, or tracing is forbidden)`;
  }
  if (status === "late") return "native frames missing: the thread did not stop within 20 ms (it waits for a device)";
  if (status === "other words") return "native frames missing: the thread runs code of 32 bits";
  return `native frames missing: the running thread can't be held (errno ${errno})`;
}
