// The layouts that synthetic targets are built in. In: a format's name. Out: where each field lies, as assembly/layouts
// has it, and the debug offsets that a target of that format begins with. No offset is typed here.
import type { RuntimeFacts } from "../../src/decoder/index.js";
import { compiledEntry } from "../compiled.js";

/** One CPython's layout. */
export interface TargetLayout {
  readonly name: string;
  readonly wordSize: 4 | 8;
  readonly version: RuntimeFacts["version"];
  /** What the runtime begins with; empty before 3.13. */
  readonly debugOffsets: Uint8Array;
  /** Offset of a field of `Layout`, or another of its numbers. */
  at(field: string): number;
  has(field: string): boolean;
}

interface Format {
  readonly name: string;
  readonly minor: number;
  readonly wordSize: 4 | 8;
  /** The stored debug offsets to use (3.13+). */
  readonly image?: string;
  /** Figures to change in them, by byte offset. */
  readonly patch?: Readonly<Record<number, bigint>>;
}

// A 32-bit 3.14 or 3.15 was never seen: the debug offsets may say anything that fits together, so they are the 64-bit
// ones with the one figure changed that they must share with code objects (bytes_object.ob_size).
const FORMATS: readonly Format[] = [
  ...[9, 10, 11, 12].flatMap((minor) => [
    { name: `3.${minor}`, minor, wordSize: 8 as const },
    { name: `3.${minor} of 32 bits`, minor, wordSize: 4 as const },
  ]),
  { name: "3.13", minor: 13, wordSize: 8, image: "IMAGE_313" },
  { name: "3.13 of 32 bits", minor: 13, wordSize: 4, image: "IMAGE_313_NARROW" },
  { name: "3.13, debug", minor: 13, wordSize: 8, image: "IMAGE_313_DEBUG" },
  { name: "3.14", minor: 14, wordSize: 8, image: "IMAGE_314" },
  { name: "3.14 of 32 bits", minor: 14, wordSize: 4, image: "IMAGE_314", patch: { 600: 12n } },
  { name: "3.15", minor: 15, wordSize: 8, image: "IMAGE_315" },
  { name: "3.15 of 32 bits", minor: 15, wordSize: 4, image: "IMAGE_315", patch: { 696: 12n } },
  ...[13, 14, 15].flatMap((minor) => [
    { name: `3.${minor}t`, minor, wordSize: 8 as const, image: `IMAGE_3${minor}T` },
    { name: `3.${minor}t of 32 bits`, minor, wordSize: 4 as const, image: `IMAGE_3${minor}T_NARROW` },
  ]),
];

export const formatNames: readonly string[] = FORMATS.map(({ name }) => name);

type Exports = Record<string, (...args: number[]) => number> &
  Record<string, WebAssembly.Global> & { readonly memory: WebAssembly.Memory };

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(compiledEntry("tests/assembly/entries/layouts.ts", []));
  return compiled;
}

function instantiate(): Exports {
  const abort = () => {
    throw new Error("the layouts trapped");
  };
  return new WebAssembly.Instance(compile(), { env: { abort } }).exports as Exports;
}

const known = new Map<string, TargetLayout>();

/** The layout of the format `name`, one of `formatNames`. */
export function layoutOf(name: string): TargetLayout {
  let layout = known.get(name);
  if (layout) return layout;
  const format = FORMATS.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  layout = read(format);
  known.set(name, layout);
  return layout;
}

function read({ name, minor, wordSize, image, patch = {} }: Format): TargetLayout {
  const exports = instantiate();
  const call = (what: string, ...args: number[]): number => {
    const one = exports[what] as unknown;
    if (typeof one !== "function") throw new Error(`tests/assembly/entries/layouts.ts has no ${what}`);
    return one(...args) as number;
  };
  let debugOffsets = new Uint8Array();
  let status: number;
  if (image === undefined) {
    status = call("useTable", minor, wordSize);
  } else {
    const number = (exports[image] as WebAssembly.Global).value as number;
    const bytes = new Uint8Array(exports.memory.buffer, call("imageStart", number), call("imageLength", number));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (const [place, figure] of Object.entries(patch)) view.setBigUint64(Number(place), figure, true);
    debugOffsets = bytes.slice();
    status = call("useImage", number, wordSize);
  }
  if (status < 0) throw new Error(`the layout of ${name} is refused: ${status}`);
  const absent = ((exports.ABSENT as WebAssembly.Global).value as number) >>> 0;
  const at = (field: string): number => {
    const offset = call(field) >>> 0;
    if (offset === absent) throw new Error(`${name} has no ${field}`);
    return offset;
  };
  return {
    name,
    wordSize,
    version: { major: 3, minor, micro: undefined },
    debugOffsets,
    at,
    has: (field) => call(field) >>> 0 !== absent,
  };
}
