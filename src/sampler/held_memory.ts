// A memory source whose off-CPU copies are of all threads of the target at once, with their native stacks. In: range requests. Out: the ranges, and beside them, of each
// such copy, the threads' stacks and registers. A thread that waits in the kernel is never touched: what its files say before and behind the copy proves that it stood.
// One that runs is held for the time of the copy (native/held_copy.h). Where that isn't permitted, what could be proven is, and the cause is kept.
import { host, type KernelStacks, type Mapping, type ThreadStand, type ThreadStands } from "../host/index.js";
import { type HeldStatus, HeldThreads, type ThreadCopy } from "../memory/held_threads.js";
import type { LiveMemory } from "../memory/live.js";
import type { MemorySource } from "../memory/source.js";
import type { KernelPart } from "../native/kernel_frames.js";
import type { HoldFigures } from "../profile/hold_figures.js";

/** Why a thread's native stack could not be had. */
export interface HoldFailure {
  readonly tid: number;
  readonly status: HeldStatus;
  /** The system's error number; 0 where it gave none. */
  readonly errno: number;
}

/** A thread as it stood while all was copied. */
export interface StandingThread extends Omit<ThreadCopy, "status" | "errno"> {
  readonly pc: bigint;
  /** What the thread's witness ends with for as long as it has not run since; undefined where nothing tells. */
  readonly witness: string | undefined;
  /** What it does in the kernel, where it waits there and that was asked for. */
  readonly kernel?: KernelPart;
}

/** Who is copied. */
export interface CopiedThreads {
  /** Those that have not run since they were copied last. */
  readonly standing: ReadonlySet<number>;
  /** The threads of the next copy, all others that are known of, and how each stands. @param attempt that asks for it */
  look(attempt: number): ReadonlyMap<number, ThreadStand>;
}

/** What was copied at one moment. */
export interface StandingThreads {
  /** The threads that stood, by the ids under which we see them. */
  readonly threads: ReadonlyMap<number, StandingThread>;
  readonly failures: readonly HoldFailure[];
}

/**
 * How often a thread has come on a processor, the last number of its `schedstat`. One that was held on one has left it, so that it does not run before this is another number;
 * that of the moment before the hold tells so, too: where it came on one in between, the number is another one by then.
 */
const TURNS = /(?<=^\d+ \d+) \d+\n$/;
/** user_regs_struct's rip. */
const PC_REGISTER = 16;

/** Memory of one process. Close it after use. */
export class HeldMemory implements MemorySource {
  interrupted = false;
  /** For how many microseconds threads were held in all copies, and how many. */
  heldMicroseconds = 0;
  heldThreads = 0;
  readonly #memory: LiveMemory;
  readonly #attempt: () => number;
  readonly #stands: ThreadStands;
  readonly #ids: ReturnType<typeof host.threadIds>;
  readonly #whom: CopiedThreads;
  readonly #kernel: KernelStacks | undefined;
  #kernelAsked = 0;
  #kernelKnown = 0;
  readonly #threads = new HeldThreads();
  readonly #copies = new Map<number, StandingThreads>();
  #bounds = new BigUint64Array();

  /**
   * @param attempt the number of the attempt that asks for a copy
   * @param whom by default, all threads; it looks at `stands`
   * @param kernel what tells kernel stacks, where they are wanted; it is closed with this
   */
  constructor(
    memory: LiveMemory,
    attempt: () => number,
    stands: ThreadStands = host.threadStands(memory.pid),
    whom: CopiedThreads = new AllThreads(memory.pid, stands),
    kernel?: KernelStacks,
  ) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#attempt = attempt;
    this.#stands = stands;
    this.#whom = whom;
    this.#ids = host.threadIds(memory.pid);
  }

  /** Of all copies. */
  get figures(): HoldFigures {
    return {
      held: this.heldThreads,
      microseconds: this.heldMicroseconds,
      kernelStacks: this.#kernel && { asked: this.#kernelAsked, known: this.#kernelKnown },
    };
  }

  /** Begin a sample: forget the copies of the one before. */
  begin(): void {
    this.#copies.clear();
  }

  /** Where stacks may lie. @param mappings of the process, lowest address first */
  learn(mappings: readonly Mapping[]): void {
    const stacks = mappings.filter(({ readable, writable, shared }) => readable && writable && !shared);
    this.#bounds = new BigUint64Array(stacks.flatMap(({ start, end }) => [start, end]));
  }

  /** Whether an address lies where stacks may. */
  mayHaveStack(address: bigint): boolean {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[2 * middle + 1] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    return low < bounds.length / 2 && (bounds[2 * low] as bigint) <= address;
  }

  /** What the copies of the sample's attempts had, the last one last; of those that were no plain ones. */
  get copies(): ReadonlyMap<number, StandingThreads> {
    return this.#copies;
  }

  /** A stack was longer than its room. @returns whether the next copy will have more of it */
  enlarge(bytes: number): boolean {
    return this.#threads.enlarge(bytes);
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    try {
      return this.#memory.fill(memory, requests, count);
    } finally {
      this.interrupted = this.#memory.interrupted;
    }
  }

  /** Whoever has begun since threads were listed, or moved, is not among those that are told. */
  fillOffCpu(memory: Uint8Array, requests: number, count: number): readonly number[] {
    const before = this.#whom.look(this.#attempt());
    const listed = [...before].map(([tid, { blocked }]) => ({ tid, stackPointer: blocked?.stackPointer }));
    this.#threads.set(listed);
    this.heldThreads += listed.filter(({ stackPointer }) => stackPointer === undefined).length;
    this.heldMicroseconds += this.#memory.readHeld(memory, requests, count, this.#threads, this.#bounds);
    this.interrupted = false;
    const threads = new Map<number, StandingThread>();
    const failures: HoldFailure[] = [];
    for (let i = 0; i < this.#threads.count; i++) {
      const copy = this.#threads.copy(i);
      const { tid, status, errno } = copy;
      const { blocked, witness } = before.get(tid) as ThreadStand;
      if (blocked !== undefined) {
        // Before the witness is read: what that says holds of both stacks.
        const kernel = this.#kernelOf(tid);
        if (this.#stands.witness(tid) !== witness) continue;
        threads.set(tid, { ...copy, pc: blocked.pc, witness, stack: copy.stack.slice(), kernel });
        if (kernel !== undefined && kernel !== "unknown") this.#kernelKnown++;
      } else if (status === "held") {
        const pc = copy.registers[PC_REGISTER] as bigint;
        threads.set(tid, { ...copy, pc, witness: TURNS.exec(witness)?.[0], stack: copy.stack.slice() });
      } else if (status !== "gone" && !(status === "not permitted" && this.#stands.look(tid) === undefined)) {
        // One that is about to end may be held by nobody.
        failures.push({ tid, status, errno });
      }
    }
    this.#copies.set(this.#attempt(), { threads, failures });
    return [...threads.keys(), ...this.#whom.standing].flatMap((tid) => this.#ids.nativeOf(tid) ?? []);
  }

  #kernelOf(tid: number): KernelPart {
    if (this.#kernel === undefined) return undefined;
    this.#kernelAsked++;
    return this.#kernel.of(tid) ?? "unknown";
  }

  close(): void {
    this.#stands.close();
    this.#kernel?.close();
  }
}

/** All threads, each looked at for each copy. */
class AllThreads implements CopiedThreads {
  readonly standing: ReadonlySet<number> = new Set();

  constructor(
    readonly pid: number,
    readonly stands: ThreadStands,
  ) {}

  look(): ReadonlyMap<number, ThreadStand> {
    const threads = new Map<number, ThreadStand>();
    for (const tid of host.threadsOf(this.pid)) {
      const stand = this.stands.look(tid);
      if (stand !== undefined) threads.set(tid, stand);
    }
    return threads;
  }
}
