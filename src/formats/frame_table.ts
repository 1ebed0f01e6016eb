// Which frames a profile has. In: frames as samples bring them. Out: a small number for each that differs. Knows no stacks.
import type { Frame } from "../model/frame.js";

/** What viewers show for a frame that could not be read. */
export const INVALID_NAME = "(invalid)";

/** What they show for an empty stack, where a format has no place for one. */
export const NO_FRAMES: Frame = { kind: "kernel", scope: "(no frames)" };

export class FrameTable {
  /** By number. */
  readonly frames: Frame[] = [];
  readonly #byIdentity = new WeakMap<Frame, number>();
  readonly #byContent = new Map<string, number>();

  /** The frame's number; equal frames have the same. */
  numberOf(frame: Frame): number {
    const known = this.#byIdentity.get(frame);
    if (known !== undefined) return known;
    const content = contentOf(frame);
    let number = this.#byContent.get(content);
    if (number === undefined) {
      number = this.frames.push(frame) - 1;
      this.#byContent.set(content, number);
    }
    this.#byIdentity.set(frame, number);
    return number;
  }
}

/** Numbers for whatever a format keeps once: functions, files, strings. */
export class Numbers<T> {
  /** By number. */
  readonly values: T[] = [];
  readonly #numbers = new Map<string, number>();

  /** @param key equal for equal values */
  numberOf(key: string, value: () => T): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.values.push(value()) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

export function nameOf(frame: Frame): string {
  return frame.kind === "invalid" ? INVALID_NAME : frame.scope;
}

function contentOf(frame: Frame): string {
  if (frame.kind !== "code") return frame.kind === "invalid" ? "i" : `k${frame.scope}`;
  const { line, lineEnd, column, columnEnd } = frame.location;
  if (frame.code === "native") return `n${frame.filename}\0${frame.scope}\0${frame.address ?? line}`;
  return `c${frame.filename}\0${frame.scope}\0${line},${lineEnd},${column},${columnEnd}`;
}
