// What is told of samples with native frames while they are taken, so that they can be made again: the contract of whoever writes that down. All that reaches a Composition
// comes by here. Types alone.
import type { CodeMapping, ModuleTable } from "./code_source.js";
import type { MomentCopy } from "./composition_facts.js";
import type { EvalPlaces } from "./eval_places.js";
import type { NativeName } from "./native_name.js";

/** "lost": it goes no further, as the process is out of sight. "unread": nor was it composed, as some of its code could not be read. */
export type SampleEnd = "whole" | "lost" | "unread";

export interface NativeJournal {
  /** A process is sampled with native frames from now on. @param isResumed it was before, and runs another program */
  opened(mappings: readonly CodeMapping[], evals: EvalPlaces, isResumed: boolean): void;
  /**
   * A sample begins.
   * @param kind "same": nobody has run since the last one; "plain": the decoder has sampled for itself
   * @param standing those of the threads that have not run since they were copied last
   */
  begins(kind: "same" | "copied" | "plain", tids: readonly number[], standing: ReadonlySet<number>): void;
  /**
   * The sample is made.
   * @param tids of the threads there are by now
   * @param copies of it, by the decoder's attempts
   * @param confirmed with what is mapped now, where that was looked at; undefined: it was not
   */
  made(
    tids: readonly number[],
    copies: ReadonlyMap<number, MomentCopy>,
    confirmed: readonly CodeMapping[] | undefined,
    end: SampleEnd,
  ): void;
  /** There is no sample any more. */
  finished(): void;

  // What was asked meanwhile, of the system and of the process's memory.

  tid(nativeId: number, tid: number | undefined): void;
  own(tid: number, nativeId: number, title: string | undefined): void;
  read(address: bigint, length: number, bytes: Uint8Array): void;
  table(head: bigint, table: ModuleTable | undefined): void;
  name(place: bigint, name: NativeName): void;
  mapped(mappings: readonly CodeMapping[]): void;
}
