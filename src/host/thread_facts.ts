// What a system tells of the threads of a process, by the ids under which we see them. Plain data, and what is kept open to ask again and again.

import type { KernelStack } from "../model/kernel_stack.js";

/** Where a thread is. */
export interface ThreadPlace {
  /** It runs, or waits for a processor. */
  readonly isRunning: boolean;
  /** It runs again only after it was given a processor. */
  readonly isAtRest: boolean;
  /** The processor that it runs on, ran on last or is to run on next. */
  readonly processor: number;
}

/** Which call on which file failed. */
export interface FileFailure {
  readonly call: "open" | "read";
  /** The same for all threads of all processes. */
  readonly path: string;
  /** The system's error number; 0 where the file said nothing. */
  readonly errno: number;
}

/** Whether the threads of one process run. Close it after use. */
export interface ThreadStates {
  /** Descriptors that are held. */
  readonly openFiles: number;
  /** Whether the thread runs or waits for a processor; undefined for one that has ended or is not ours to see. */
  isRunning(tid: number): boolean | undefined;
  close(): void;
}

/** Where the threads of one process are. Close it after use. */
export interface ThreadPlaces {
  /** Why the last question had no answer. */
  readonly failure: FileFailure | undefined;
  /** The same in words, where no file is to blame. */
  readonly hindrance?: string | undefined;
  /** Descriptors that are held. */
  readonly openFiles: number;
  /** Where the thread is; undefined, with a `failure`, for one that has ended or is not ours to see. */
  look(tid: number): ThreadPlace | undefined;
  /** A descriptor whose text `parse` understands, for a thread that was just looked at. */
  place(tid: number): number;
  /** What such a text says, in its first `length` bytes; undefined where it isn't whole. */
  parse(text: Uint8Array, length: number): ThreadPlace | undefined;
  /** A descriptor whose text is another one as soon as the thread has run; -1, with a `failure`, where there is none. */
  runs(tid: number): number;
  /** The policy under which the thread runs before all others; undefined where it doesn't, or isn't to be seen. */
  realtimePolicy(tid: number): string | undefined;
  close(): void;
}

/** What the system calls the threads of one process. */
export interface ThreadTitles {
  /** Undefined for one that has ended, is not ours to see, or is called as its process is. */
  of(tid: number): string | undefined;
}

/** How a thread stands at a moment. */
export interface ThreadStand {
  /** Another text as soon as the thread has run. */
  readonly witness: string;
  /** Where it has left its program, while it waits in the kernel; undefined while it runs or waits for a processor. */
  readonly blocked: { readonly stackPointer: bigint; readonly pc: bigint } | undefined;
}

/** How the threads of one process stand. Close it after use. */
export interface ThreadStands {
  /** Undefined for a thread that has ended, or is not ours to see. */
  look(tid: number): ThreadStand | undefined;
  /** What `look` gives as its witness, alone. */
  witness(tid: number): string | undefined;
  /** Add those of the threads to `standing` whose witnesses end as told. @param endings by thread; one that has none is passed over */
  compare(tids: readonly number[], endings: ReadonlyMap<number, string>, standing: Set<number>): void;
  close(): void;
}

/** In which functions of the kernel the threads of one process wait. Close it after use. */
export interface KernelStacks {
  /** Why the last question had no answer. */
  readonly failure: FileFailure | undefined;
  /** Of a thread that waits; of one that runs meanwhile it is anything. Undefined, with a `failure`, where that is not to be had. */
  of(tid: number): KernelStack | undefined;
  close(): void;
}

/** From the ids that a process itself sees of its threads to those under which we see them. */
export interface HostThreadIds {
  /** Our id of the thread; undefined where that is not known. Where ids are the same, nobody has looked for the thread. */
  of(nativeId: number): number | undefined;
  /** The id that the process itself sees of a thread that we see under this one; undefined where that is not known. */
  nativeOf(tid: number): number | undefined;
}
