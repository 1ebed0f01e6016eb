// One entry of a stack. Plain data; knows nothing of processes or file formats.
import type { Location } from "./location.js";

/** What code is of: what Python runs, or the processor itself. */
export type CodeKind = "python" | "native";

/** A function that was running. */
export interface CodeFrame {
  readonly kind: "code";
  /** By default, Python's. */
  readonly code?: CodeKind;
  /** Qualified name from CPython 3.11 on, plain name before. */
  readonly scope: string;
  readonly filename: string;
  readonly location: Location;
  /** Of native code: nothing proves that it was called there, but a search found it. */
  readonly guessed?: boolean;
  /** Of native code: where in the process's memory it is, or its callee returns to; and how far that is into the function. */
  readonly address?: number;
  readonly offset?: number;
  /** Of native code: the linker's name, where `scope` has the one that the program's source has. */
  readonly symbol?: string;
  /** Of native code: what is told of the file that lies at its address, whose path `filename` is. */
  readonly mapped?: MappedFile;
}

/** A file in a process's memory. */
export interface MappedFile {
  /** The lowest address at which this copy of it is mapped. */
  readonly start: number;
  /** What its linker made of its contents, as hexadecimal digits; undefined where that isn't known. */
  readonly buildId: string | undefined;
}

/** A function of the operating system's kernel. */
export interface KernelFrame {
  readonly kind: "kernel";
  readonly scope: string;
}

/** A frame that was there but could not be read. */
export interface InvalidFrame {
  readonly kind: "invalid";
}

export type Frame = CodeFrame | KernelFrame | InvalidFrame;
