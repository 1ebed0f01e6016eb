// What one attempt to find the interpreter in a process comes to. In: the program, and what was seen of it. Out: the answer, in one shape, with words
// for people. It looks at nothing itself.
import type { Interpreter, PythonVersion } from "./interpreter.js";

export type FindResult =
  | { readonly kind: "found"; readonly interpreter: Interpreter }
  | NotYet
  | { readonly kind: "not-python"; readonly exe: string; readonly why: string }
  /** Python, of a kind or an age we don't read; `name` is for people ("Python 2.7.18", "PyPy 3.10"). */
  | {
      readonly kind: "unsupported";
      readonly name: string;
      readonly version: PythonVersion | undefined;
      readonly exe: string;
    }
  | { readonly kind: "gone" }
  /** /proc shows another PID namespace than ours: its numbers are other processes' to system calls. */
  | { readonly kind: "foreign-proc" }
  | { readonly kind: "denied"; readonly call: string; readonly errno: number; readonly path: string };

/** No interpreter at this moment; a later attempt may find one. */
export interface NotYet {
  readonly kind: "not-yet";
  /**
   * "loading": an exec is under way or libraries are still to come; "uninitialised": the runtime is there and was not
   * accepted; "may-become": the program is complete and not Python, but could turn into it.
   */
  readonly reason: "loading" | "uninitialised" | "may-become";
  readonly exe: string;
  readonly why: string;
}

export function loading(exe: string, why: string): NotYet {
  return { kind: "not-yet", reason: "loading", exe, why };
}

export function uninitialised(exe: string, version: PythonVersion): NotYet {
  return { kind: "not-yet", reason: "uninitialised", exe, why: `Python ${version.text} is not initialised` };
}

export function unsupported(exe: string, version: PythonVersion | undefined, name: string): FindResult {
  return { kind: "unsupported", name, version, exe };
}
