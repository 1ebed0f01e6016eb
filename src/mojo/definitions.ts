// What a stream defines, by process: strings and frames under keys. In: definitions and keys. Out: what a key means when it is used. How
// much is kept is bounded, whatever a stream says.
import type { CodeFrame, Frame } from "../model/frame.js";
import { type Location, NOWHERE } from "../model/location.js";
import { MojoError } from "./error.js";
import { type FrameEvent, type MojoKey, UNKNOWN_STRING, UNKNOWN_STRING_KEY } from "./events.js";
import { ANONYMOUS, NativeModules, nativeAddress } from "./native_modules.js";

/** What a stream defines is kept to its end: so much of it, in bytes, each definition with some for itself. */
export const KEPT_BYTES = 1024 * 1024 * 1024;
export const KEPT_ONE_BYTES = 128;
const KEPT_PROCESS_BYTES = 1024;

/** What one process has defined. */
export interface ProcessDefinitions {
  readonly pid: number;
  readonly strings: Map<MojoKey, string>;
  readonly frames: Map<MojoKey, Frame>;
  /** Changes where a key gets another meaning: stacks of the same bytes are not the same any more. Of all processes, unique. */
  generation: number;
  /** Version 4: the last frames of each thread. */
  readonly lastFrames: Map<string, readonly Frame[]>;
}

export class Definitions {
  /** What native functions are called, by their linker's names. */
  nameOf = (name: string): string => name;
  readonly #processes = new Map<number, ProcessDefinitions>();
  readonly #keptLimit: number;
  readonly #modules = new NativeModules();
  #generations = 0;
  #keptBytes = 0;

  /** @param keptLimit how much is kept, in bytes */
  constructor(keptLimit: number) {
    this.#keptLimit = keptLimit;
  }

  of(pid: number, offset: number): ProcessDefinitions {
    let process = this.#processes.get(pid);
    if (process === undefined) {
      this.keep(KEPT_PROCESS_BYTES, offset);
      const strings = new Map<MojoKey, string>([[UNKNOWN_STRING_KEY, UNKNOWN_STRING]]);
      process = { pid, strings, frames: new Map(), generation: this.#generations++, lastFrames: new Map() };
      this.#processes.set(pid, process);
    }
    return process;
  }

  /** Something more is kept to the end, or less where `bytes` is negative. @throws MojoError where that is too much */
  keep(bytes: number, offset: number): void {
    this.#keptBytes += bytes;
    if (this.#keptBytes <= this.#keptLimit) return;
    throw new MojoError(offset, `definitions and metadata of at most ${this.#keptLimit} bytes`, "more");
  }

  /** What is told of native code: `isModuleKey`. */
  takeModules(key: string, value: string): void {
    this.#modules.take(key, value);
  }

  defineString({ strings }: ProcessDefinitions, key: MojoKey, value: string, offset: number): void {
    const old = strings.get(key);
    this.keep(value.length - (old === undefined ? -KEPT_ONE_BYTES : old.length), offset);
    strings.set(key, value);
  }

  /** @throws MojoError where one of its strings isn't defined */
  defineFrame(process: ProcessDefinitions, event: FrameEvent, offset: number): void {
    const frame = this.#resolved(process, event, offset);
    const old = process.frames.get(event.key);
    if (old === undefined) this.keep(KEPT_ONE_BYTES, offset);
    else {
      // Austin defines frames again that it had forgotten.
      if (isSame(old, frame)) return;
      process.generation = this.#generations++;
    }
    process.frames.set(event.key, frame);
  }

  #resolved(process: ProcessDefinitions, event: FrameEvent, offset: number): CodeFrame {
    const scope = stringOf(process, event.scopeKey, offset);
    const filename = stringOf(process, event.filenameKey, offset);
    const address = nativeAddress(filename);
    if (address === undefined) {
      const frame = { kind: "code", scope, filename, location: locationOf(event) } as const;
      return this.#modules.isSource(filename) ? { ...frame, code: "native" } : frame;
    }
    const file = this.#modules.at(process.pid, address);
    const name = this.nameOf(scope);
    return {
      kind: "code",
      code: "native",
      scope: name,
      filename: file?.path ?? ANONYMOUS,
      location: NOWHERE,
      address,
      // What stands in the place of a line is how far that is into the function.
      offset: atLeastZero(event.line),
      ...(name !== scope && { symbol: scope }),
      ...(file !== undefined && { mapped: { start: file.start, buildId: file.buildId } }),
    };
  }
}

/** @throws MojoError where it isn't defined */
export function stringOf({ strings }: ProcessDefinitions, key: MojoKey, offset: number): string {
  const text = strings.get(key);
  if (text === undefined) throw new MojoError(offset, "the key of a defined string", `key ${key}`);
  return text;
}

/** @throws MojoError where it isn't defined */
export function frameOf({ frames }: ProcessDefinitions, key: MojoKey, offset: number): Frame {
  const frame = frames.get(key);
  if (frame === undefined) throw new MojoError(offset, "the key of a defined frame", `key ${key}`);
  return frame;
}

function locationOf({ line, lineEnd, column, columnEnd }: FrameEvent): Location {
  return {
    line: atLeastZero(line),
    lineEnd: atLeastZero(lineEnd),
    column: atLeastZero(column),
    columnEnd: atLeastZero(columnEnd),
  };
}

/** A line or a column that isn't known may be negative. */
function atLeastZero(value: number): number {
  return Math.max(0, value);
}

function isSame(a: Frame, b: Frame): boolean {
  if (a.kind !== "code" || b.kind !== "code" || a.scope !== b.scope || a.filename !== b.filename) return false;
  if (a.code !== b.code || a.address !== b.address || a.offset !== b.offset) return false;
  if (a.mapped?.start !== b.mapped?.start || a.mapped?.buildId !== b.mapped?.buildId) return false;
  const { line, lineEnd, column, columnEnd } = a.location;
  const other = b.location;
  return line === other.line && lineEnd === other.lineEnd && column === other.column && columnEnd === other.columnEnd;
}
