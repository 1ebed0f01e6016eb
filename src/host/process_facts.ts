// What a system tells of processes. Plain data, and what is kept open to ask again and again.

/** "zombie": it has ended, and its parent has not asked for its exit status yet. */
export type ProcessState = "running" | "zombie" | "gone";

/** What is to be seen of a process at one moment. */
export interface LifeSigns {
  readonly state: ProcessState;
  /** Another text after an exec; undefined where it can't be seen. */
  readonly program: string | undefined;
  /** The id under which its memory and its files are to be had. */
  readonly task: number;
}

/** What can be had at once of a process or a thread. */
export interface ProcessStat {
  /** In the system's own word: with Linux, a letter. */
  readonly state: string;
  /** It runs, waits for a processor or for a device. */
  readonly isAtWork: boolean;
  readonly parent: number;
  /** Process group. */
  readonly group: number;
  readonly session: number;
  /** A thread of the kernel itself, which has no address space. */
  readonly isKernelThread: boolean;
  /** When it began, in ticks since the system did: with its id it names a process for good, as ids are used again. */
  readonly startTime: number;
  /** Clock ticks for which it has run, in user mode and in the kernel, all threads together. */
  readonly ticksRun: number;
  /** Where its code and its stack lie: another text after an exec. Empty where it's not ours to see. */
  readonly program: string;
}

/** Ids and rights of a process or a thread. */
export interface ProcessStatus {
  /** Of a thread, the process it belongs to. */
  readonly process: number;
  /** Real user id. */
  readonly user: number;
  readonly effectiveUser: number;
  /** Real group id. */
  readonly group: number;
  /** Its id in each PID namespace from ours down to its own; one entry when they are the same. */
  readonly ids: readonly number[];
  /** Bit set of the effective capabilities. */
  readonly capabilities: bigint;
  /** Bit set of the permitted ones, which it can make effective at any time. */
  readonly permitted: bigint;
  /** Which system calls are refused: 0 none, 1 nearly all, 2 what a filter says; undefined where the kernel has no such thing. */
  readonly seccomp: number | undefined;
  /** The processors it may run on, as the system lists them: `0-3,8`. */
  readonly processors: string;
  /** Process id of the tracer, 0 for none. */
  readonly tracer: number;
}

/** The facts that decide whether we may read another process's memory; undefined is what can't be seen. */
export interface AccessFacts {
  /** Yama's `kernel.yama.ptrace_scope` (0 to 3), undefined where Yama is absent. */
  readonly ptraceScope: number | undefined;
  readonly ourEffectiveUser: number;
  readonly ourEffectiveGroup: number;
  /** Whether our effective capabilities hold CAP_SYS_PTRACE. */
  readonly mayTraceAny: boolean;
  /** What `Seccomp` in our `status` says: 0 nothing, 1 and 2 a filter on our system calls. */
  readonly ourSeccomp: number | undefined;
  /** Real user id of the target. */
  readonly targetUser: number | undefined;
  /** Real group id of the target. */
  readonly targetGroup: number | undefined;
  /**
   * Whether others of its user may look into the target (PR_SET_DUMPABLE, or a program it may not read, or a change of
   * its user). Not to be seen of a process of root's.
   */
  readonly targetIsDumpable: boolean | undefined;
  /** Whether the target may have capabilities that we haven't. */
  readonly targetHasMoreCapabilities: boolean | undefined;
  /** Process id of a tracer that holds the target already, 0 for none. */
  readonly targetTracer: number;
  /** Whether both are in one user namespace. */
  readonly sameUserNamespace: boolean | undefined;
  /** What a security module (AppArmor, SELinux) calls us and the target. */
  readonly ourLabel: string | undefined;
  readonly targetLabel: string | undefined;
  /** Where the system goes by what a program is: the target's; absent elsewhere. */
  readonly protection?: ProgramProtection;
}

/** What protects a program from being read. */
export interface ProgramProtection {
  readonly path: string;
  /** A part of the system, which nobody may read, root included. */
  readonly isOfSystem: boolean;
  /** It is the system's vendor's, outside of that. */
  readonly isOfVendor: boolean;
  /** Its signature asks for protection; undefined where there is none that can be read. */
  readonly isHardened: boolean | undefined;
  /** Its signature lets others of its user read it. */
  readonly isDebuggable: boolean | undefined;
}

/**
 * The life signs of one process, for whoever asks again and again, and never those of another process that has got its id. Close it after
 * use.
 */
export interface LifeWatch {
  look(): LifeSigns;
  close(): void;
}

/** How the resident memory of one process changes. Close it after use. */
export interface ResidentMemory {
  /** Bytes that are resident now; 0 where that can't be told: the process execs, exits or is gone. */
  bytes(): number;
  /** Bytes that became resident since the last question; negative where memory was given back. */
  change(): number;
  /** From now on it is asked for under this id: the process's own, or that of a thread of it. */
  readAs(task: number): void;
  close(): void;
}

/** Which ids of processes were given away. Close it after use. */
export interface Births {
  readonly tableSizes: Readonly<Record<string, number>>;
  /** Ids that may be new at `now`, in microseconds. Those under which nothing is to be seen yet belong into `absent`. */
  since(now: number): number[];
  /** There was nothing under `id`: it has ended, or has not begun quite. */
  absent(id: number, now: number): void;
  close(): void;
}

/** Processes that end with us. */
export interface Job {
  /** The process is one of them from now on, and so is what it starts. */
  add(pid: number): void;
  /** All of them end now. */
  end(): void;
  /** From now on they live on, whatever becomes of us. */
  leave(): void;
}
