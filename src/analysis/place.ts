// Where in the code a frame is, as views tell places apart. In: frames. Out: one object for each function and for each line of it.
import type { Frame } from "../model/frame.js";

export interface FunctionName {
  readonly kind: Frame["kind"];
  /** Empty for an invalid frame. */
  readonly scope: string;
  /** Empty where there is none. */
  readonly filename: string;
}

export interface Place {
  /** The same object for the same function. */
  readonly function: FunctionName;
  /** 1-based; 0 where it isn't known. */
  readonly line: number;
}

export class Places {
  /** Whether any frame had a line. */
  hasLines = false;
  readonly #known = new WeakMap<Frame, Place>();
  readonly #places = new Map<string, Place>();
  readonly #functions = new Map<string, FunctionName>();

  /** The place of a frame: the same object for equal places. */
  of(frame: Frame): Place {
    let place = this.#known.get(frame);
    if (place === undefined) {
      place = this.#intern(frame);
      this.#known.set(frame, place);
    }
    return place;
  }

  #intern(frame: Frame): Place {
    const line = frame.kind === "code" ? frame.location.line : 0;
    if (line > 0) this.hasLines = true;
    const name = this.#function(frame);
    const key = `${line}\0${name.kind}\0${name.filename}\0${name.scope}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = { function: name, line };
    this.#places.set(key, place);
    return place;
  }

  #function(frame: Frame): FunctionName {
    const scope = frame.kind === "invalid" ? "" : frame.scope;
    const filename = frame.kind === "code" ? frame.filename : "";
    const key = `${frame.kind}\0${filename}\0${scope}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const name = { kind: frame.kind, scope, filename };
    this.#functions.set(key, name);
    return name;
  }
}

/** What people call a function. */
export function functionLabel({ kind, scope }: FunctionName): string {
  if (kind === "invalid") return "(not proven, or not read)";
  return kind === "kernel" ? `${scope} [kernel]` : scope;
}
