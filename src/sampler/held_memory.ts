// A memory source whose off-CPU copies are of all threads of the target at once, with their native stacks. In: range requests. Out: the ranges, and beside them, of each
// such copy, the threads' stacks and registers. A thread that waits in the kernel is never touched: what its files say before and behind the copy proves that it stood.
// One that runs is held for the time of the copy (native/held_copy.h). Where that isn't permitted, what could be proven is, and the cause is kept.
import { host, type Mapping, type ThreadStand, type ThreadStands } from "../host/index.js";
import { type HeldStatus, HeldThreads, type ThreadCopy } from "../memory/held_threads.js";
import type { LiveMemory } from "../memory/live.js";
import type { MemorySource } from "../memory/source.js";

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
}

/** What was copied at one moment. */
export interface StandingThreads {
  /** The threads that stood, by the ids under which we see them. */
  readonly threads: ReadonlyMap<number, StandingThread>;
  readonly failures: readonly HoldFailure[];
}

/** user_regs_struct's rip. */
const PC_REGISTER = 16;

/** Memory of one process. Close it after use. */
export class HeldMemory implements MemorySource {
  interrupted = false;
  /** For how many microseconds threads were held in the last copy, and how many. */
  heldMicroseconds = 0;
  heldThreads = 0;
  readonly #memory: LiveMemory;
  readonly #attempt: () => number;
  readonly #stands: ThreadStands;
  readonly #ids: ReturnType<typeof host.threadIds>;
  readonly #threads = new HeldThreads();
  readonly #copies = new Map<number, StandingThreads>();
  #bounds = new BigUint64Array();

  /** @param attempt the number of the attempt that asks for a copy */
  constructor(memory: LiveMemory, attempt: () => number) {
    this.#memory = memory;
    this.#attempt = attempt;
    this.#stands = host.threadStands(memory.pid);
    this.#ids = host.threadIds(memory.pid);
  }

  /** Begin a sample: forget the copies of the one before. @param mappings of the process, lowest address first */
  begin(mappings: readonly Mapping[]): void {
    this.#copies.clear();
    const stacks = mappings.filter(({ readable, writable, shared }) => readable && writable && !shared);
    this.#bounds = new BigUint64Array(stacks.flatMap(({ start, end }) => [start, end]));
  }

  /** What an attempt's copy had; undefined where it was a plain one. */
  copy(attempt: number): StandingThreads | undefined {
    return this.#copies.get(attempt);
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

  fillOffCpu(memory: Uint8Array, requests: number, count: number, nativeId: number): boolean | "all" {
    const before = new Map<number, ThreadStand>();
    for (const tid of host.threadsOf(this.#memory.pid)) {
      const stand = this.#stands.look(tid);
      if (stand !== undefined) before.set(tid, stand);
    }
    const listed = [...before].map(([tid, { blocked }]) => ({ tid, stackPointer: blocked?.stackPointer }));
    this.#threads.set(listed);
    this.heldThreads = listed.filter(({ stackPointer }) => stackPointer === undefined).length;
    this.heldMicroseconds = this.#memory.readHeld(memory, requests, count, this.#threads, this.#bounds);
    this.interrupted = false;
    const threads = new Map<number, StandingThread>();
    const failures: HoldFailure[] = [];
    for (let i = 0; i < this.#threads.count; i++) {
      const copy = this.#threads.copy(i);
      const { tid, status, errno } = copy;
      const { blocked, witness } = before.get(tid) as ThreadStand;
      if (blocked !== undefined) {
        if (this.#stands.witness(tid) === witness)
          threads.set(tid, { ...copy, pc: blocked.pc, stack: copy.stack.slice() });
      } else if (status === "held") {
        threads.set(tid, { ...copy, pc: copy.registers[PC_REGISTER] as bigint, stack: copy.stack.slice() });
      } else if (status !== "gone") {
        failures.push({ tid, status, errno });
      }
    }
    this.#copies.set(this.#attempt(), { threads, failures });
    const now = host.threadsOf(this.#memory.pid);
    if (now.every((tid) => threads.has(tid))) return "all";
    const tid = this.#ids.of(nativeId);
    return tid !== undefined && threads.has(tid);
  }

  close(): void {
    this.#stands.close();
  }
}
