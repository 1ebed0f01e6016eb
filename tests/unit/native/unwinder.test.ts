// Native stacks from tables and words that are built by hand: each kind of rule, the search, marks; and tables and stacks that nobody ever wrote, of which the
// unwinder makes something or nothing, and is done soon.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ElfImage } from "../../../src/images/elf.js";
import { type CodeFacts, type NativeStack, type StackCopy, Unwinder } from "../../../src/native/unwinder.js";
import { BuiltTables, CODE, stackOf } from "./built_tables.js";

const STACK = 0x7fff_0000n;
/** Below the stack pointer, where no rule leads. */
const RED_ZONE = 16;

// Call frame instructions
const AT_FRAME_POINTER = [0x0c, 6, 16, 0x86, 2]; // def_cfa rbp + 16; rbp at cfa - 16
const ENDS = [0x07, 16]; // undefined rip
const LINKAGE = [0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22];
const STORED = [0x0f, 3, 0x76, 0x78, 0x06, 0x10, 6, 2, 0x76, 0]; // cfa = *(rbp - 8); rbp at rbp + 0
const BEYOND = [0x0e, 24]; // def_cfa_offset 24

const functions = [
  { start: CODE, length: 0x100, program: [] },
  { start: CODE + 0x100n, length: 0x100, program: AT_FRAME_POINTER },
  { start: CODE + 0x200n, length: 0x100, program: ENDS },
  { start: CODE + 0x300n, length: 0x100, program: LINKAGE },
  { start: CODE + 0x400n, length: 0x100, program: STORED },
  { start: CODE + 0x500n, length: 0x100, program: BEYOND },
  { start: CODE + 0x600n, length: 0x100, program: [], signal: true },
];
const [leaf, framed, root, stub, realigned, saving, restorer] = functions.map(({ start }) => start) as [
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
];
/** Of code that no table covers. */
const bare = CODE + 0x800n;

function copyOf(pc: bigint, words: readonly bigint[], registers: Readonly<Record<number, bigint>> = {}): StackCopy {
  const stack = stackOf([...Array<bigint>(RED_ZONE).fill(0n), ...words]);
  const known = new BigUint64Array(Object.keys(registers).length > 0 ? 27 : 0);
  for (const [number, value] of Object.entries(registers)) known[Number(number)] = value;
  const stackStart = STACK - BigInt(RED_ZONE * 8);
  return { pc, stackPointer: STACK, stackStart, stackEnd: stackStart + BigInt(stack.length), stack, registers: known };
}

function unwind(
  copy: StackCopy,
  code: CodeFacts = new BuiltTables(functions),
  marks: readonly bigint[] = [],
): NativeStack {
  const unwinder = new Unwinder();
  unwinder.setStack(copy);
  return unwinder.unwind(copy, marks, code);
}

const pcs = ({ calls }: NativeStack) => calls.map(({ pc }) => pc);
const at = (index: number) => STACK + BigInt(index * 8);

describe("a native stack", () => {
  it("is followed by stack pointer, to where nobody has called", () => {
    const found = unwind(copyOf(leaf + 5n, [saving + 9n, 1n, 2n, root + 7n]));
    expect(pcs(found)).toEqual([leaf + 5n, saving + 9n, root + 7n]);
    expect(found.isWhole).toBe(true);
    expect(found.calls[1]).toMatchObject({
      pointer: at(1),
      end: at(4),
      functionStart: saving,
      functionEnd: saving + 0x100n,
      isExact: false,
    });
  });

  it("ends where the return address is null", () => {
    expect(unwind(copyOf(leaf, [0n])).isWhole).toBe(true);
  });

  it("looks a return address up where the call is, which may be the function's last instruction", () => {
    // It is the first address of the next function, whose rule would lead elsewhere.
    const found = unwind(copyOf(leaf, [framed, root + 1n]));
    expect(found.calls[1]?.functionStart).toBe(leaf);
  });

  it("is followed by frame pointer, by what is stored at it, and through stubs", () => {
    const framePointer = at(2);
    const stored = unwind(copyOf(realigned + 9n, [1n, at(4), framePointer, root + 1n], { 4: framePointer }));
    expect(pcs(stored)).toEqual([realigned + 9n, root + 1n]);
    expect(pcs(unwind(copyOf(framed + 9n, [1n, 2n, at(9), root + 1n], { 4: framePointer })))).toEqual([
      framed + 9n,
      root + 1n,
    ]);
    // Before and behind the push of a stub.
    expect(pcs(unwind(copyOf(stub + 0x13n, [root + 1n, 0n])))).toEqual([stub + 0x13n, root + 1n]);
    expect(pcs(unwind(copyOf(stub + 0x1cn, [9n, root + 1n])))).toEqual([stub + 0x1cn, root + 1n]);
  });

  it("goes on with what a signal has interrupted, at that very instruction", () => {
    const words = Array<bigint>(30).fill(0n);
    words[0] = restorer + 1n;
    words[1 + 20] = at(25); // rsp, 160 bytes from where the handler has returned to
    words[1 + 21] = saving; // rip: the first instruction of it
    words[25 + 2] = root + 1n;
    const found = unwind(copyOf(leaf, words));
    expect(pcs(found)).toEqual([leaf, restorer + 1n, saving, root + 1n]);
    expect(found.calls[2]).toMatchObject({ isExact: true, functionStart: saving });
  });

  it("is searched for a frame pointer that isn't known, and says that it guesses", () => {
    const tables = new BuiltTables(functions);
    const words = [5n, 0x1234n, at(9), root + 1n];
    expect(unwind(copyOf(framed + 9n, words), tables).isWhole).toBe(false);
    tables.calls.set(root + 1n, { kind: "indirect", target: 0n });
    const guessed = unwind(copyOf(framed + 9n, words), tables);
    expect(pcs(guessed)).toEqual([framed + 9n, root + 1n]);
    expect(guessed.calls.map(({ isGuessed }) => isGuessed)).toEqual([false, true]);
    // A call of that very function proves it; one of another contradicts it.
    tables.calls.set(root + 1n, { kind: "direct", target: framed });
    expect(unwind(copyOf(framed + 9n, words), tables).calls[1]?.isGuessed).toBe(false);
    tables.calls.set(root + 1n, { kind: "direct", target: leaf });
    expect(unwind(copyOf(framed + 9n, words), tables).isWhole).toBe(false);
  });

  it("is not guessed where the function's first instructions tell its frame", () => {
    class Telling extends BuiltTables {
      override frameBytes(): number {
        return 32;
      }
    }
    const tables = new Telling(functions);
    for (const address of [root + 1n, root + 5n]) tables.calls.set(address, { kind: "indirect", target: 0n });
    // An old frame lies below.
    const found = unwind(copyOf(framed + 9n, [at(2), root + 5n, 0n, root + 1n]), tables);
    expect(pcs(found)).toEqual([framed + 9n, root + 1n]);
    expect(found.calls[1]?.isGuessed).toBe(false);
  });

  it("skips what leads nowhere, to the next frame that has a mark", () => {
    const tables = new BuiltTables(functions);
    const unwinder = new Unwinder();
    // The mark lies 16 bytes below the CFA: learnt where rules lead.
    const known = copyOf(leaf, [saving + 1n, 0n, 0n, root + 1n]);
    unwinder.setStack(known);
    unwinder.unwind(known, [at(2)], tables);
    const words = [bare + 9n, 1n, 2n, 3n, 4n, 5n, root + 1n];
    const copy = copyOf(leaf, words);
    unwinder.setStack(copy);
    const found = unwinder.unwind(copy, [at(5)], tables);
    expect(found.calls.map(({ isBehindGap }) => isBehindGap)).toEqual([false, false, true, false]);
    expect(found.calls.at(-1)?.pc).toBe(root + 1n);
    expect(found.isWhole).toBe(true);
  });

  it("that goes on behind its copy is short", () => {
    const copy = copyOf(saving + 1n, [0n]);
    expect(unwind({ ...copy, stackEnd: copy.stackEnd + 4096n })).toMatchObject({ isWhole: false, isShort: true });
    expect(unwind(copy)).toMatchObject({ isWhole: false, isShort: false });
  });
});

/** The same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("what nobody wrote", () => {
  const ROUNDS = Number(process.env.AUSTIN_TS_MUTATIONS ?? 3000);

  it("is unwound without a trap, and soon: tables of a real program, changed at random, and stacks of anything", () => {
    const bytes = readFileSync(process.execPath);
    const image = new ElfImage({
      read: (position, length) => bytes.subarray(position, position + Math.max(0, length)),
    });
    const parts = [".eh_frame_hdr", ".eh_frame", ".text"].map((name) => image.section(name));
    const [header, frames, text] = parts as { address: number; size: number; offset: number }[] as [
      { address: number; size: number; offset: number },
      { address: number; size: number; offset: number },
      { address: number; size: number; offset: number },
    ];
    const random = numbers(7);
    const mutate = (original: Uint8Array, most: number): Uint8Array => {
      const copy = Uint8Array.from(original);
      for (let i = random(most); i > 0 && copy.length > 0; i--) copy[random(copy.length)] = random(256);
      return copy.subarray(0, copy.length - (random(8) === 0 ? random(copy.length) : 0));
    };
    const whole = bytes.subarray(header.offset, header.offset + header.size);
    const start = BigInt(text.address);
    const code: CodeFacts = {
      ranges: new BigUint64Array([start, start + BigInt(text.size)]),
      tableFor: () => ({ address: BigInt(header.address), size: random(2) === 0 ? header.size : random(header.size) }),
      readTable: (address, length) => {
        const place = Number(address) - header.address;
        return mutate(whole.subarray(place, place + length), random(4) === 0 ? 4 : 1);
      },
      read: (address, length) => {
        const place = Number(address) - frames.address;
        const from = place >= 0 && place < frames.size ? place : random(frames.size);
        return mutate(bytes.subarray(frames.offset + from, frames.offset + Math.min(frames.size, from + length)), 4);
      },
      callBefore: () => ({
        kind: (["none", "indirect", "direct"] as const)[random(3)] as "none",
        target: start + BigInt(random(text.size)),
      }),
      frameBytes: () => random(3) * random(500),
    };
    const unwinder = new Unwinder();
    let frameCount = 0;
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      if (random(50) === 0) unwinder.forget();
      const word = (): bigint => {
        const kind = random(4);
        if (kind === 0) return start + BigInt(random(text.size));
        if (kind === 1) return STACK + BigInt(random(2000));
        return kind === 2 ? 0n : BigInt.asUintN(64, -BigInt(random(2 ** 31)));
      };
      const words = Array.from({ length: 20 + random(200) }, word);
      const copy = copyOf(
        start + BigInt(random(text.size)),
        words,
        random(2) === 0 ? { 4: STACK + BigInt(random(100) * 8) } : {},
      );
      const before = process.cpuUsage().user;
      unwinder.setStack(copy);
      const found = unwinder.unwind(copy, random(2) === 0 ? [] : [at(random(100)), at(random(100))], code);
      slowest = Math.max(slowest, process.cpuUsage().user - before);
      frameCount += found.calls.length;
      for (const { pointer } of found.calls) expect(pointer >= STACK && pointer <= copy.stackEnd).toBe(true);
    }
    expect(frameCount).toBeGreaterThan(ROUNDS);
    // A search may try 4,096 places; no hang is that short.
    expect(slowest).toBeLessThan(5e6);
  });
});
