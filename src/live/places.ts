// Functions and their lines by small numbers, so that sums over them lie in arrays. In: frames. Out: the number of a place, which is a line of
// a function, and of its function. Their number is bounded: what comes beyond is one place.
import { type FunctionLine, FunctionLines, type FunctionName } from "../analysis/function_line.js";
import type { Frame } from "../model/frame.js";
import { grown } from "./sums.js";

/** What sums up stacks that were let go, and places beyond those that are kept. Programs have no such names. */
export const LET_GO: FunctionLine = {
  function: { kind: "code", scope: "(rare stacks, summed up)", filename: "" },
  line: 0,
};

/** Number of `LET_GO`. */
export const LET_GO_PLACE = 0;

/** Lines of functions that are told apart. */
export const MOST_PLACES = 131_072;

export class Places {
  /** By number. */
  readonly lines: FunctionLine[] = [];
  /** By the function's own number. */
  readonly functions: FunctionName[] = [];
  /** Of a place, the number of its function. */
  functionOf = new Int32Array(1024);
  readonly #most: number;
  readonly #functionLines = new FunctionLines();
  readonly #frames = new WeakMap<Frame, number>();
  readonly #numbers = new Map<FunctionLine, number>();
  readonly #functionNumbers = new Map<FunctionName, number>();

  /** @param most so many are told apart */
  constructor(most: number) {
    this.#most = most;
    this.#add(LET_GO);
  }

  /** The number of a frame's place. */
  of(frame: Frame): number {
    let number = this.#frames.get(frame);
    if (number === undefined) {
      number = this.lines.length >= this.#most ? LET_GO_PLACE : this.#numberOf(this.#functionLines.of(frame));
      this.#frames.set(frame, number);
    }
    return number;
  }

  #numberOf(line: FunctionLine): number {
    return this.#numbers.get(line) ?? this.#add(line);
  }

  #add(line: FunctionLine): number {
    const number = this.lines.length;
    let of = this.#functionNumbers.get(line.function);
    if (of === undefined) {
      of = this.functions.length;
      this.functions.push(line.function);
      this.#functionNumbers.set(line.function, of);
    }
    this.lines.push(line);
    this.functionOf = grown(this.functionOf, number + 1);
    this.functionOf[number] = of;
    this.#numbers.set(line, number);
    return number;
  }
}

/** A place as samples have it: without columns, which are not told apart here. */
export function frameOf({ function: { kind, isNative, scope, filename }, line }: FunctionLine): Frame {
  if (kind === "invalid") return { kind };
  if (kind === "kernel") return { kind, scope };
  const frame = { kind, scope, filename, location: { line, lineEnd: 0, column: 0, columnEnd: 0 } } as const;
  return isNative === true ? { ...frame, code: "native" } : frame;
}
