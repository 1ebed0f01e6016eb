// Which file native frames are of. In: what metadata say of a process's memory, and addresses. Out: the file. Whatever a stream says, so much of it is kept at most.
//
//   map          7f00-7f20 /lib/libc.so.6    a range of a file, as Austin's austinp has it
//   build id     3c9f… /lib/libc.so.6        what its linker made of the file that is mapped
//   native file  /src/Objects/call.c         where frames have this file, it is one of native code, and their lines are its lines (austinp-resolve)
//
// The first two have the id of a process behind the key where it isn't the profile's first one. A value may have several lines.

/** What stands before the address where Python frames have their file (austinp). */
const NATIVE_FILE = /^native@([0-9a-f]{1,13})$/;
const KEY = /^(map|build id|native file)(?: (\d{1,15}))?$/;
const RANGE = /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) +(.+)$/;
const BUILD_ID = /^([0-9a-f]{2,128}) +(.+)$/;
const MOST_RANGES = 16_384;
const MOST_FILES = 262_144;
/** Code that belongs to no file: what a JIT compiler has made. */
export const ANONYMOUS = "[anonymous]";

/** What metadata say of source files of native code. */
export const SOURCE_FILE_KEY = "native file";

interface Range {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/** A file in a process's memory. */
export interface LoadedFile {
  readonly path: string;
  /** The lowest address at which this copy of it is mapped. */
  readonly start: number;
  /** Hexadecimal digits; undefined where the profile doesn't say. */
  readonly buildId: string | undefined;
}

/** The address of a native frame, by what stands in the place of its file; undefined for any other file. */
export function nativeAddress(filename: string): number | undefined {
  const hex = filename.startsWith("native@") ? NATIVE_FILE.exec(filename)?.[1] : undefined;
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

export function nativeFile(address: number): string {
  return `native@${address.toString(16)}`;
}

/** Whether a key of metadata is of native code: then each occurrence is a fact of its own. */
export function isModuleKey(key: string): boolean {
  return /^[mbn]/.test(key) && KEY.test(key);
}

/** What is told of all processes: of a process its own counts, and of one that has none, that of which no process is told. */
export class NativeModules {
  readonly #ranges = new Map<number | undefined, Range[]>();
  readonly #buildIds = new Map<number | undefined, Map<string, string>>();
  readonly #sources = new Set<string>();

  /** Take what a key of `isModuleKey` says; a later range replaces what lay there. */
  take(key: string, value: string): void {
    const [, what, pid] = KEY.exec(key) ?? [];
    const process = pid === undefined ? undefined : Number(pid);
    for (const line of value.split("\n")) {
      if (what === "map") this.#takeRange(process, line);
      else if (what === "build id") this.#takeBuildId(process, line);
      else if (line !== "" && this.#sources.size < MOST_FILES) this.#sources.add(line);
    }
  }

  /** The file that lies at an address; undefined where none does. */
  at(pid: number, address: number): LoadedFile | undefined {
    const process = this.#ranges.has(pid) ? pid : undefined;
    const ranges = this.#ranges.get(process) ?? [];
    let at = firstBehind(ranges, address);
    const range = ranges[at];
    if (range === undefined || range.start > address) return undefined;
    const { path } = range;
    while (ranges[at - 1]?.path === path) at--;
    return { path, start: (ranges[at] as Range).start, buildId: this.#buildIds.get(process)?.get(path) };
  }

  /** Whether a file is a source of native code. */
  isSource(filename: string): boolean {
    return this.#sources.has(filename);
  }

  #takeRange(process: number | undefined, line: string): void {
    const fields = RANGE.exec(line);
    if (fields === null) return;
    const [start, end] = [Number.parseInt(fields[1] as string, 16), Number.parseInt(fields[2] as string, 16)];
    if (end > start) this.#add(process, { start, end, path: fields[3] as string });
  }

  #takeBuildId(process: number | undefined, line: string): void {
    const [, id, path] = BUILD_ID.exec(line) ?? [];
    if (id === undefined || path === undefined) return;
    const known = this.#buildIds.get(process) ?? new Map<string, string>();
    this.#buildIds.set(process, known);
    if (known.has(path) || known.size < MOST_RANGES) known.set(path, id);
  }

  #add(process: number | undefined, range: Range): void {
    const ranges = this.#ranges.get(process) ?? [];
    this.#ranges.set(process, ranges);
    const from = firstBehind(ranges, range.start);
    let to = from;
    while (to < ranges.length && (ranges[to] as Range).start < range.end) to++;
    if (ranges.length - (to - from) < MOST_RANGES) ranges.splice(from, to - from, range);
  }
}

/** The first range that ends behind an address. */
function firstBehind(ranges: readonly Range[], address: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as Range).end <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}
