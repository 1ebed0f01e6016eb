// Where in the code a frame is, as views tell them apart. In: frames. Out: one object for each function and for each line of it.
import type { Frame } from "../model/frame.js";

export interface FunctionName {
  readonly kind: Frame["kind"];
  /** It is the processor's own code, none of Python's. */
  readonly isNative?: boolean;
  /** Empty for an invalid frame. */
  readonly scope: string;
  /** Empty where there is none. */
  readonly filename: string;
}

export interface FunctionLine {
  /** The same object for the same function. */
  readonly function: FunctionName;
  /** 1-based; 0 where it isn't known. */
  readonly line: number;
}

export class FunctionLines {
  /** Whether any frame had a line. */
  hasLines = false;
  readonly #known = new WeakMap<Frame, FunctionLine>();
  readonly #functionLines = new Map<string, FunctionLine>();
  readonly #functions = new Map<string, FunctionName>();

  /** The function and line of a frame: the same object for equal ones. */
  of(frame: Frame): FunctionLine {
    let functionLine = this.#known.get(frame);
    if (functionLine === undefined) {
      functionLine = this.#intern(frame);
      this.#known.set(frame, functionLine);
    }
    return functionLine;
  }

  #intern(frame: Frame): FunctionLine {
    const line = frame.kind === "code" ? frame.location.line : 0;
    if (line > 0) this.hasLines = true;
    const name = this.#function(frame);
    const key = `${line}\0${name.isNative === true ? "native" : name.kind}\0${name.filename}\0${name.scope}`;
    const known = this.#functionLines.get(key);
    if (known !== undefined) return known;
    const functionLine = { function: name, line };
    this.#functionLines.set(key, functionLine);
    return functionLine;
  }

  #function(frame: Frame): FunctionName {
    const scope = frame.kind === "invalid" ? "" : frame.scope;
    const filename = frame.kind === "code" ? frame.filename : "";
    const isNative = frame.kind === "code" && frame.code === "native";
    const key = `${isNative ? "native" : frame.kind}\0${filename}\0${scope}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const name = isNative ? { kind: frame.kind, isNative, scope, filename } : { kind: frame.kind, scope, filename };
    this.#functions.set(key, name);
    return name;
  }
}

/** What people call a function. */
export function functionLabel({ kind, scope }: FunctionName): string {
  if (kind === "invalid") return "(not proven, or not read)";
  return kind === "kernel" ? `${scope} [kernel]` : scope;
}
