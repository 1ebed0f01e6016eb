// One entry of a stack. Plain data; knows nothing of processes or file formats.
import type { Location } from "./location.js";

/** A function that was running: of Python, or native where the sampler unwinds native stacks. */
export interface CodeFrame {
  readonly kind: "code";
  /** Qualified name from CPython 3.11 on, plain name before. */
  readonly scope: string;
  readonly filename: string;
  readonly location: Location;
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
