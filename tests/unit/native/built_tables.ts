// Unwind tables that tests build: .eh_frame_hdr and .eh_frame of a few functions, as linkers write them (Linux Standard Base 5.0), and who knows them.
import type { CallBefore, CodeFacts } from "../../../src/native/unwinder.js";

/** Where they lie in the process that never was. */
const HEADER = 0x40_0000n;
const FRAMES = 0x41_0000n;
export const CODE = 0x42_0000n;
const CODE_END = 0x43_0000n;
/** The CIE of nearly all: rsp + 8, the return address below. */
const PLAIN = [0x0c, 7, 8, 0x90, 1];

export interface BuiltFunction {
  readonly start: bigint;
  readonly length: number;
  /** Call frame instructions. */
  readonly program: readonly number[];
  /** The augmentation that the CIE has beside zR. */
  readonly signal?: boolean;
}

function word32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}

function padded(bytes: readonly number[]): number[] {
  const all = [...bytes];
  while (all.length % 4 !== 0) all.push(0);
  return [...word32(all.length), ...all];
}

/** Both tables of these functions, which are in order. */
export class BuiltTables implements CodeFacts {
  readonly ranges = new BigUint64Array([CODE, CODE_END]);
  readonly header: Uint8Array;
  readonly frames: Uint8Array;
  readonly calls = new Map<bigint, CallBefore>();

  constructor(functions: readonly BuiltFunction[]) {
    const frames: number[] = [];
    const rows: number[] = [];
    for (const { start, length, program, signal } of functions) {
      const common = frames.length;
      const letters = [...`zR${signal === true ? "S" : ""}\0`].map((letter) => letter.charCodeAt(0));
      frames.push(...padded([0, 0, 0, 0, 1, ...letters, 1, 0x78, 16, 1, 0x1b, ...PLAIN]));
      const at = frames.length;
      const field = FRAMES + BigInt(at + 8);
      frames.push(
        ...padded([...word32(at + 4 - common), ...word32(Number(start - field)), ...word32(length), 0, ...program]),
      );
      rows.push(...word32(Number(start - HEADER)), ...word32(Number(FRAMES - HEADER) + at));
    }
    this.frames = Uint8Array.from(frames);
    this.header = Uint8Array.from([
      1,
      0x1b,
      0x03,
      0x3b,
      ...word32(Number(FRAMES - HEADER) - 4),
      ...word32(functions.length),
      ...rows,
    ]);
  }

  tableFor(pc: bigint): { readonly address: bigint; readonly size: number } | undefined {
    return pc >= CODE && pc < CODE_END ? { address: HEADER, size: this.header.length } : undefined;
  }

  readTable(address: bigint, length: number): Uint8Array {
    const at = Number(address - HEADER);
    return this.header.subarray(at, at + length);
  }

  read(address: bigint, length: number): Uint8Array {
    const at = Number(address - FRAMES);
    return at < 0 ? new Uint8Array() : this.frames.subarray(at, at + length);
  }

  callBefore(address: bigint): CallBefore {
    return this.calls.get(address) ?? { kind: "none", target: 0n };
  }

  frameBytes(): number {
    return 0;
  }
}

/** The bytes of a stack's words. */
export function stackOf(words: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(words.map((word) => BigInt.asUintN(64, word))).buffer);
}
