// What is known of a found interpreter. In: numbers read from the target. Out: plain records. The decoder decides
// what a version means for the memory; here it's for people, and to refuse what is too old to be understood.

/** A Python version. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  /** The patch release, undefined when only the minor could be found out. */
  readonly micro: number | undefined;
  /** CPython's PY_VERSION_HEX, where the target states it. */
  readonly hex?: number;
  /** "3.12.1", "3.13.0rc1", or "3.9.?" when the patch release is unknown. */
  readonly text: string;
}

/** How the runtime was found. */
export type FoundBy =
  /** `_PyRuntime` among the dynamic symbols. */
  | "dynamic symbol"
  /** `_PyRuntime` in the full symbol table. */
  | "full symbol"
  /** The section `.PyRuntime`. */
  | "section"
  /** The cookie of the debug offsets in the image's data. */
  | "cookie"
  /** A structure in the process's data that the caller recognised. */
  | "memory";

/** A CPython runtime in a process. */
export interface Interpreter {
  readonly pid: number;
  /** Address of `_PyRuntime`, as the program itself has it. */
  readonly runtimeAddress: bigint;
  /**
   * What to add to an address of the program to get the process's: 0, but where an emulator (QEMU's user mode) runs a
   * program of another processor.
   */
  readonly guestBase: bigint;
  readonly version: PythonVersion;
  /** Bytes in a pointer of the target. */
  readonly wordSize: 4 | 8;
  /** Bytes in a long of the target's. */
  readonly longSize: 4 | 8;
  /** Whether the runtime starts with `_Py_DebugOffsets` (3.13 and later). */
  readonly hasDebugOffsets: boolean;
  readonly freeThreaded: boolean;
  /** Path of the binary that holds the runtime, as the target's mappings show it. */
  readonly image: string;
  /** Processor the binary is built for. */
  readonly machine: string;
  readonly foundBy: FoundBy;
}

/** Bytes on which programs for a processor align integers of 64 bits, by its name as images have it. */
export function alignmentOf(machine: string): 4 | 8 {
  return machine === "i386" ? 4 : 8;
}

const LEVELS: Readonly<Record<number, string>> = { 10: "a", 11: "b", 12: "rc", 15: "" };

/** The version that a PY_VERSION_HEX says, undefined when it says none. */
export function versionFromHex(hex: number): PythonVersion | undefined {
  const [major, minor, micro] = [hex >>> 24, (hex >>> 16) & 0xff, (hex >>> 8) & 0xff];
  const level = LEVELS[(hex >>> 4) & 0xf];
  if ((major !== 2 && major !== 3) || level === undefined) return undefined;
  const serial = level === "" ? "" : String(hex & 0xf);
  return { major, minor, micro, hex, text: `${major}.${minor}.${micro}${level}${serial}` };
}

/** The PY_VERSION_HEX of a version whose every number is known. */
export function hexOfVersion({ major, minor, micro, text }: PythonVersion): number | undefined {
  const suffix = /([a-z]*)(\d*)$/.exec(text.replace(/^\d+\.\d+\.\d+/, ""));
  const level = Object.keys(LEVELS).find((key) => LEVELS[Number(key)] === (suffix?.[1] ?? ""));
  if (micro === undefined || level === undefined) return undefined;
  return ((major << 24) | (minor << 16) | (micro << 8) | (Number(level) << 4) | Number(suffix?.[2] || 0)) >>> 0;
}

/** A version of which only these numbers are known. */
export function versionFromNumbers(major: number, minor: number, micro?: number, suffix = ""): PythonVersion {
  return { major, minor, micro, text: `${major}.${minor}.${micro ?? "?"}${suffix}` };
}

/** Whether the decoder has, or may get from the target, a layout for this version. */
export function isSupported({ major, minor }: PythonVersion): boolean {
  return major === 3 && minor >= 9;
}
