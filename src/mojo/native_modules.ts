// Which file native frames are of. In: what `map` metadata say of a process's memory, a range of a file each, and addresses. Out: the file. Whatever a stream says, there
// are so many ranges at most.

/** What stands before the address where Python frames have their file (austinp). */
const NATIVE_FILE = /^native@([0-9a-f]{1,13})$/;
const KEY = /^map(?: (\d{1,15}))?$/;
const RANGE = /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) +(.+)$/;
const MOST_RANGES = 16_384;
/** Code that belongs to no file: what a JIT compiler has made. */
const ANONYMOUS = "[anonymous]";

interface Range {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/** The address of a native frame, by what stands in the place of its file; undefined for any other file. */
export function nativeAddress(filename: string): number | undefined {
  const hex = filename.startsWith("native@") ? NATIVE_FILE.exec(filename)?.[1] : undefined;
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

export function nativeFile(address: number): string {
  return `native@${address.toString(16)}`;
}

/** Whether a key of metadata is of a process's memory. */
export function isMapKey(key: string): boolean {
  return key.startsWith("map") && KEY.test(key);
}

/** The ranges of all processes: those of a process are its own ones, and of one that has none, those of which no process is told. */
export class NativeModules {
  readonly #ranges = new Map<number | undefined, Range[]>();

  /** Take what a key of `isMapKey` says; a later range replaces what lay there. */
  take(key: string, value: string): void {
    const pid = KEY.exec(key)?.[1];
    const process = pid === undefined ? undefined : Number(pid);
    for (const line of value.split("\n")) {
      const fields = RANGE.exec(line);
      if (fields === null) continue;
      const [start, end] = [Number.parseInt(fields[1] as string, 16), Number.parseInt(fields[2] as string, 16)];
      if (end > start) this.#add(process, { start, end, path: fields[3] as string });
    }
  }

  #add(process: number | undefined, range: Range): void {
    const ranges = this.#ranges.get(process) ?? [];
    this.#ranges.set(process, ranges);
    const from = firstBehind(ranges, range.start);
    let to = from;
    while (to < ranges.length && (ranges[to] as Range).start < range.end) to++;
    if (ranges.length - (to - from) < MOST_RANGES) ranges.splice(from, to - from, range);
  }

  moduleAt(pid: number, address: number): string {
    const ranges = this.#ranges.get(pid) ?? this.#ranges.get(undefined) ?? [];
    const range = ranges[firstBehind(ranges, address)];
    return range !== undefined && range.start <= address ? range.path : ANONYMOUS;
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
