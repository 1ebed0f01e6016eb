// What a Composition is given, and whom it tells: how threads stood, the process's code, what came of both. Types alone.
import type { HeldStatus } from "../memory/held_threads.js";
import type { CodeMapping, CodeRange, CodeSource } from "./code_source.js";
import type { EvalPlaces } from "./eval_places.js";
import type { NativeName } from "./native_name.js";
import type { NativeCall, StackCopy } from "./unwinder.js";

/** What was copied at one moment. */
export interface MomentCopy<Copy extends StackCopy = StackCopy> {
  /** The threads that stood, by the ids under which we see them. */
  readonly threads: ReadonlyMap<number, Copy>;
  /** Those that could not be held. */
  readonly failures: readonly { readonly tid: number; readonly status: HeldStatus; readonly errno: number }[];
}

/** What the system says of the threads of a sample. Ids of threads are those under which we see them. */
export interface ThreadFacts<Copy extends StackCopy = StackCopy> {
  /** All there are. */
  readonly tids: readonly number[];
  /** Those that have not run since they were copied last. */
  readonly standing: ReadonlySet<number>;
  /** The copies of the sample, by the decoder's attempts. */
  readonly copies: ReadonlyMap<number, MomentCopy<Copy>>;
  /** Our id of a thread that calls itself so; undefined where that is not known. */
  tidOf(nativeId: number): number | undefined;
  /** What a thread that Python doesn't know calls itself, and its title. */
  own(tid: number): { readonly nativeId: number; readonly title: string | undefined };
}

/** Who knows the process's code as it is now. */
export interface CodeWitness extends CodeSource {
  /** Addresses of the eval loop, where its calls are counted (3.9, 3.10). */
  readonly evals: EvalPlaces;
  /** Some of it can't be read any more: the process has ended, or replaces its program. */
  readonly isOutOfSight: boolean;
  /** What covers the place; undefined where that isn't known yet. */
  nameOf(call: NativeCall): NativeName | undefined;
  /** Code was met that no mapping has: what is mapped now, lowest address first; undefined where that is as before. */
  mapAgain(): readonly CodeMapping[] | undefined;
  /** Names of places there hold no more. */
  forget(gone: readonly CodeRange[]): void;
}

/** What came of threads that were put in order: for who copies them. */
export interface Composed<Copy extends StackCopy> {
  /** Its stack is known as of this copy; undefined: it isn't known. @param isShort the stack goes on behind the copy */
  composed(tid: number, copy: Copy | undefined, isShort: boolean): void;
}
