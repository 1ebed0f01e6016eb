// What debug offsets of real builds make of the layout, and which ones are refused.

import { applyDebugOffsets, DEBUG_OFFSETS_BYTES } from "../../../assembly/layouts/debug_offsets";
import { ABSENT, FRAME_INSTRUCTION, Layout, TABLE_LOCATIONS } from "../../../assembly/layouts/layout";
import { isReturnOpcode, ReturnOpcodes } from "../../../assembly/layouts/return_opcodes";
import {
  LAYOUT_BAD_COOKIE,
  LAYOUT_IMPLAUSIBLE,
  LAYOUT_OK,
  LAYOUT_TOO_SHORT,
  LAYOUT_UNKNOWN_MINOR,
  LAYOUT_UNSUPPORTED,
} from "../../../assembly/layouts/status";
import {
  byteLength,
  copyOf,
  OF_313,
  OF_313_DEBUG,
  OF_313_NARROW,
  OF_313T,
  OF_314,
  OF_314T,
  OF_314T_NARROW,
  OF_315,
  OF_315T,
} from "./debug_offsets_images";

const VERSION: usize = 8;

function apply(image: StaticArray<u64>, wordSize: u32): i32 {
  return applyDebugOffsets(changetype<usize>(image), byteLength(image), wordSize);
}

function expectGil(pointer: u32, holder: u32, switches: u32): void {
  expect(Layout.runtimeGil).toBe(ABSENT);
  expect(Layout.interpreterGil).toBe(pointer);
  expect(Layout.gilHolder).toBe(holder);
  expect(Layout.gilSwitches).toBe(switches);
}

/** The status of an image with one of its u64 replaced. */
function applySpoilt(image: StaticArray<u64>, place: usize, value: u64): i32 {
  const copy = copyOf(image);
  store<u64>(copy + place, value);
  const status = applyDebugOffsets(copy, byteLength(image), 8);
  heap.free(copy);
  return status;
}

function isReset(): bool {
  return Layout.threadNext == ABSENT && Layout.codeFlags == ABSENT && Layout.frameSize == 0 && Layout.tagMask == 0;
}

/** How many of an image's figures matter: each of them, made absurd, must be refused, and nothing else. */
function countRefused(image: StaticArray<u64>): i32 {
  let refused = 0;
  for (let place: u32 = 24; place < byteLength(image); place += 8) {
    const status = applySpoilt(image, place, u64.MAX_VALUE);
    if (status == LAYOUT_IMPLAUSIBLE) {
      refused++;
      expect(isReset()).toBe(true);
    } else {
      expect(status).toBe(LAYOUT_OK);
    }
  }
  return refused;
}

describe("debug offsets", () => {
  it("gives the layout of 3.13", () => {
    expect(apply(OF_313, 8)).toBe(LAYOUT_OK);
    expect(Layout.wordSize).toBe(8);
    expect(Layout.frameKind).toBe(FRAME_INSTRUCTION);
    expect(Layout.tableKind).toBe(TABLE_LOCATIONS);
    expect(Layout.tagMask).toBe(0);
    expect(Layout.runtimeInterpretersHead).toBe(632);
    expect(Layout.runtimeInitialized).toBe(600);
    expect(Layout.interpreterId).toBe(7272);
    expect(Layout.interpreterThreadsHead).toBe(7344);
    expect(Layout.interpreterCollecting).toBe(7400 + 200);
    expect(Layout.interpreterCodeCreations).toBe(17000);
    expect(Layout.interpreterCodeDeaths).toBe(ABSENT);
    expectGil(16, 8, 24);
    expect(Layout.threadPrevious).toBe(0);
    expect(Layout.generatorState).toBe(5);
    expect(Layout.generatorExecuting).toBe(0);
    expect(ReturnOpcodes.count).toBe(4);
    expect(isReturnOpcode(36)).toBe(true);
    expect(Layout.threadCurrentFrame).toBe(72);
    expect(Layout.threadDatastackChunk).toBe(232);
    expect(Layout.threadDatastackTop).toBe(240);
    expect(Layout.frameSize).toBe(72);
    expect(Layout.frameFunction).toBe(16);
    expect(Layout.frameStackTop).toBe(64);
    expect(Layout.frameStackPointer).toBe(ABSENT);
    expect(Layout.shimOwner).toBe(3);
    expect(Layout.codeFlags).toBe(48);
    expect(Layout.codeVersion).toBe(92);
    expect(Layout.codeSize).toBe(200);
    expect(Layout.codeFirstTraceable).toBe(184);
    expect(Layout.unicodeHash).toBe(24);
    expect(Layout.unicodeAsciiData).toBe(40);
    expect(Layout.unicodeCompactData).toBe(56);
  });

  it("gives the layout of a 32-bit 3.13", () => {
    expect(apply(OF_313_NARROW, 4)).toBe(LAYOUT_OK);
    expect(Layout.wordSize).toBe(4);
    expect(Layout.interpreterCodeCreations).toBe(9888);
    expectGil(8, 4, 12);
    expect(Layout.threadPrevious).toBe(0);
    expect(Layout.generatorState).toBe(1);
    expect(Layout.threadDatastackTop).toBe(144);
    expect(Layout.frameFunction).toBe(8);
    expect(Layout.frameStackTop).toBe(32);
    expect(Layout.codeUnits).toBe(8);
    expect(Layout.chunkData).toBe(12);
    expect(Layout.unicodeHash).toBe(12);
    expect(Layout.unicodeCompactData).toBe(28);
  });

  it("tells a debug build of 3.13", () => {
    expect(apply(OF_313_DEBUG, 8)).toBe(LAYOUT_OK);
    expect(Layout.interpreterCodeCreations).toBe(17016);
  });

  it("gives the layout of 3.14", () => {
    expect(apply(OF_314, 8)).toBe(LAYOUT_OK);
    expect(Layout.tagMask).toBe(3);
    expect(Layout.interpreterCodeCreations).toBe(ABSENT);
    expect(Layout.interpreterCodeDeaths).toBe(7992);
    expectGil(16, 8, 24);
    expect(Layout.generatorState).toBe(5);
    expect(Layout.generatorExecuting).toBe(0);
    expect(ReturnOpcodes.count).toBe(2);
    expect(isReturnOpcode(35)).toBe(true);
    expect(isReturnOpcode(36)).toBe(false);
    expect(Layout.frameStackTop).toBe(ABSENT);
    expect(Layout.frameStackPointer).toBe(64);
    expect(Layout.unicodeCompactData).toBe(56);
  });

  it("gives the layout of 3.15", () => {
    expect(apply(OF_315, 8)).toBe(LAYOUT_OK);
    expect(Layout.tagMask).toBe(3);
    expect(Layout.interpreterCodeDeaths).toBe(7944);
    expectGil(16, 8, 24);
    expect(Layout.threadPrevious).toBe(0);
    expect(Layout.generatorState).toBe(5);
    expect(Layout.generatorExecuting).toBe(4);
    expect(ReturnOpcodes.count).toBe(2);
    expect(isReturnOpcode(33)).toBe(true);
    expect(isReturnOpcode(35)).toBe(false);
    expect(Layout.frameStackPointer).toBe(64);
    expect(Layout.unicodeCompactData).toBe(56);
  });

  it("gives the layout of a free-threaded 3.13", () => {
    expect(apply(OF_313T, 8)).toBe(LAYOUT_OK);
    expect(Layout.freeThreaded).toBe(true);
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(Layout.interpreterCodeCreations).toBe(ABSENT);
    expect(Layout.tagMask).toBe(0);
    expect(Layout.frameTlbcIndex).toBe(ABSENT);
    expect(Layout.codeTlbc).toBe(ABSENT);
    expect(Layout.objectType).toBe(24);
    expect(Layout.codeUnits).toBe(32);
    expect(Layout.codeAdaptive).toBe(216);
    expect(Layout.codeFirstTraceable).toBe(200);
    expect(Layout.frameStackTop).toBe(64);
    expect(Layout.unicodeHash).toBe(40);
    expect(Layout.unicodeKindShift).toBe(2);
    expect(Layout.unicodeCompactData).toBe(72);
  });

  it("gives the layout of a free-threaded 3.14", () => {
    expect(apply(OF_314T, 8)).toBe(LAYOUT_OK);
    expect(Layout.freeThreaded).toBe(true);
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(Layout.interpreterCodeDeaths).toBe(8024);
    expect(Layout.tagMask).toBe(1);
    expect(Layout.frameTlbcIndex).toBe(72);
    expect(Layout.frameOwner).toBe(78);
    expect(Layout.codeTlbc).toBe(224);
    expect(Layout.tlbcSize).toBe(0);
    expect(Layout.tlbcEntries).toBe(8);
    expect(Layout.codeFirstTraceable).toBe(208);
    expect(Layout.unicodeKindShift).toBe(8);
    expect(Layout.unicodeCompactShift).toBe(11);
    expect(Layout.unicodeAsciiShift).toBe(12);
    expect(apply(OF_314T_NARROW, 4)).toBe(LAYOUT_OK);
    expect(Layout.codeTlbc).toBe(140);
    expect(Layout.tlbcEntries).toBe(4);
    expect(Layout.codeFirstTraceable).toBe(132);
  });

  it("gives the layout of a free-threaded 3.15", () => {
    expect(apply(OF_315T, 8)).toBe(LAYOUT_OK);
    expect(Layout.freeThreaded).toBe(true);
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(Layout.interpreterCodeDeaths).toBe(7952);
    expect(Layout.tagMask).toBe(3);
    expect(Layout.frameTlbcIndex).toBe(72);
    expect(Layout.codeTlbc).toBe(224);
    expect(Layout.generatorExecuting).toBe(4);
    expect(Layout.unicodeKindShift).toBe(8);
    expect(Layout.unicodeCompactData).toBe(72);
  });

  it("has no bytecode of threads' own where there is a GIL", () => {
    apply(OF_314T, 8);
    expect(apply(OF_314, 8)).toBe(LAYOUT_OK);
    expect(Layout.freeThreaded).toBe(false);
    expect(Layout.frameTlbcIndex).toBe(ABSENT);
    expect(Layout.codeTlbc).toBe(ABSENT);
    expect(Layout.tlbcEntries).toBe(ABSENT);
  });

  it("refuses bytecode of threads' own that lies nowhere", () => {
    const frameTlbcIndex: usize = 304;
    const codeTlbc: usize = 392;
    expect(applySpoilt(OF_314T, frameTlbcIndex, u64.MAX_VALUE)).toBe(LAYOUT_IMPLAUSIBLE);
    expect(applySpoilt(OF_314T, frameTlbcIndex, 64)).toBe(LAYOUT_IMPLAUSIBLE); // where the stack pointer is
    expect(applySpoilt(OF_314T, codeTlbc, 232)).toBe(LAYOUT_IMPLAUSIBLE); // where the bytecode begins
    expect(applySpoilt(OF_314T, codeTlbc, 220)).toBe(LAYOUT_IMPLAUSIBLE);
    expect(isReset()).toBe(true);
  });

  it("reads an unknown minor version in the last known order", () => {
    expect(applySpoilt(OF_315, VERSION, 0x031000a1)).toBe(LAYOUT_UNKNOWN_MINOR);
    expect(Layout.frameStackPointer).toBe(64);
    expect(applySpoilt(OF_315, VERSION, 0x031300f0)).toBe(LAYOUT_UNKNOWN_MINOR);
    expectGil(16, 8, 24);
  });

  it("doesn't guess what states and opcodes an unknown minor version has", () => {
    apply(OF_315, 8);
    applySpoilt(OF_315, VERSION, 0x031000f0);
    expect(Layout.generatorState).toBe(ABSENT);
    expect(ReturnOpcodes.count).toBe(0);
    expect(isReturnOpcode(33)).toBe(false);
  });

  it("refuses an unknown minor version in another order", () => {
    expect(applySpoilt(OF_313, VERSION, 0x031000f0)).toBe(LAYOUT_TOO_SHORT);
    const longer = heap.alloc(DEBUG_OFFSETS_BYTES);
    memory.fill(longer, 0, DEBUG_OFFSETS_BYTES);
    memory.copy(longer, changetype<usize>(OF_314), byteLength(OF_314));
    store<u64>(longer, 0x031000f0, VERSION);
    expect(applyDebugOffsets(longer, DEBUG_OFFSETS_BYTES, 8)).toBe(LAYOUT_IMPLAUSIBLE);
    expect(isReset()).toBe(true);
  });

  it("accepts every patch release and every pre-release but alphas", () => {
    expect(applySpoilt(OF_314, VERSION, 0x030e00f0)).toBe(LAYOUT_OK);
    expect(applySpoilt(OF_314, VERSION, 0x030effc1)).toBe(LAYOUT_OK);
    expect(applySpoilt(OF_314, VERSION, 0x030e00a7)).toBe(LAYOUT_UNSUPPORTED);
  });

  it("refuses what isn't debug offsets of CPython 3.13 or newer", () => {
    expect(applySpoilt(OF_314, 0, 0)).toBe(LAYOUT_BAD_COOKIE);
    expect(applySpoilt(OF_314, 0, load<u64>(changetype<usize>(OF_314)) ^ (1 << 40))).toBe(LAYOUT_BAD_COOKIE);
    expect(applySpoilt(OF_314, VERSION, 0x030c01f0)).toBe(LAYOUT_UNSUPPORTED);
    expect(applySpoilt(OF_314, VERSION, 0x040000f0)).toBe(LAYOUT_UNSUPPORTED);
    expect(applySpoilt(OF_314, VERSION, 0x1030e00f0)).toBe(LAYOUT_UNSUPPORTED);
    expect(apply(OF_314, 2)).toBe(LAYOUT_UNSUPPORTED);
    expect(isReset()).toBe(true);
  });

  it("refuses too few bytes", () => {
    const bytes = changetype<usize>(OF_315);
    expect(applyDebugOffsets(bytes, 0, 8)).toBe(LAYOUT_TOO_SHORT);
    expect(applyDebugOffsets(bytes, 23, 8)).toBe(LAYOUT_TOO_SHORT);
    expect(applyDebugOffsets(bytes, byteLength(OF_315) - 1, 8)).toBe(LAYOUT_TOO_SHORT);
    expect(applyDebugOffsets(bytes, byteLength(OF_315), 8)).toBe(LAYOUT_OK);
    expect(byteLength(OF_315)).toBeLessThanOrEqual(DEBUG_OFFSETS_BYTES);
  });

  it("refuses the wrong word size", () => {
    expect(apply(OF_313, 4)).toBe(LAYOUT_IMPLAUSIBLE);
    expect(apply(OF_313_NARROW, 8)).toBe(LAYOUT_IMPLAUSIBLE);
  });

  it("refuses every figure that is read and lies outside its struct", () => {
    expect(countRefused(OF_313)).toBe(39);
    expect(countRefused(OF_314)).toBe(41);
    expect(countRefused(OF_315)).toBe(42);
  });

  it("does without a GIL that can't be", () => {
    const pointer: usize = 120;
    const struct: usize = 128;
    const locked: usize = 144;
    const holder: usize = 152;
    for (let place = pointer; place <= holder; place += 8) {
      if (place == 136) continue; // whether it is enabled, of free-threaded builds only
      expect(applySpoilt(OF_315, place, u64.MAX_VALUE)).toBe(LAYOUT_OK);
      expectGil(ABSENT, ABSENT, ABSENT);
    }
    expect(applySpoilt(OF_315, pointer, 7264)).toBe(LAYOUT_OK); // where `next` is
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(applySpoilt(OF_315, struct, 7744)).toBe(LAYOUT_OK); // the holder comes first
    expectGil(16, 0, 16);
    expect(applySpoilt(OF_315, struct, 7748)).toBe(LAYOUT_OK);
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(applySpoilt(OF_315, struct, 7336)).toBe(LAYOUT_OK); // holder and flag far from it
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(applySpoilt(OF_315, holder, 7752)).toBe(LAYOUT_OK); // on the flag
    expectGil(ABSENT, ABSENT, ABSENT);
    expect(applySpoilt(OF_315, locked, 7756)).toBe(LAYOUT_OK); // not behind the holder
    expectGil(ABSENT, ABSENT, ABSENT);

    const copy = copyOf(OF_315);
    const outside: u64 = 226240 - 24; // holder, flag and count would end behind the interpreter
    store<u64>(copy + struct, outside);
    store<u64>(copy + holder, outside + 8);
    store<u64>(copy + locked, outside + 16);
    expect(applyDebugOffsets(copy, byteLength(OF_315), 8)).toBe(LAYOUT_OK);
    expectGil(ABSENT, ABSENT, ABSENT);
    heap.free(copy);
  });

  it("does without a generator's state that can't be", () => {
    const size: usize = 792;
    const frame: usize = 808;
    const state: usize = 816;
    expect(applySpoilt(OF_315, state, 72)).toBe(LAYOUT_OK); // in the frame
    expect(Layout.generatorState).toBe(ABSENT);
    expect(applySpoilt(OF_315, state, 155)).toBe(LAYOUT_OK); // behind it
    expect(Layout.generatorState).toBe(ABSENT);
    expect(applySpoilt(OF_315, state, 71)).toBe(LAYOUT_OK);
    expect(Layout.generatorState).toBe(1);
    expect(applySpoilt(OF_315, frame, 76)).toBe(LAYOUT_OK);
    expect(Layout.generatorState).toBe(ABSENT);
    expect(applySpoilt(OF_315, size, 64)).toBe(LAYOUT_OK);
    expect(Layout.generatorState).toBe(ABSENT);
    expect(applySpoilt(OF_315, size, u64.MAX_VALUE)).toBe(LAYOUT_OK);
    expect(Layout.generatorState).toBe(ABSENT);
  });

  it("does without a previous thread that would lie outside or on another field", () => {
    const threadPrevious: usize = 184;
    expect(applySpoilt(OF_315, threadPrevious, u64.MAX_VALUE)).toBe(LAYOUT_OK);
    expect(Layout.threadPrevious).toBe(ABSENT);
    expect(applySpoilt(OF_315, threadPrevious, 16)).toBe(LAYOUT_OK); // where the interpreter is
    expect(Layout.threadPrevious).toBe(ABSENT);
  });

  it("does without the runtime's own word on its state where there is no room for it before the interpreters", () => {
    const interpretersHead: usize = 40;
    expect(applySpoilt(OF_313, interpretersHead, 40)).toBe(LAYOUT_OK);
    expect(Layout.runtimeInitialized).toBe(8);
    expect(applySpoilt(OF_313, interpretersHead, 16)).toBe(LAYOUT_OK);
    expect(Layout.runtimeInitialized).toBe(ABSENT);
  });

  it("refuses two fields in one place", () => {
    const threadNext: usize = 168;
    const threadInterpreter: usize = 176;
    const interpreter = load<u64>(changetype<usize>(OF_313) + threadInterpreter);
    expect(applySpoilt(OF_313, threadNext, interpreter)).toBe(LAYOUT_IMPLAUSIBLE);
    expect(applySpoilt(OF_313, threadNext, interpreter + 4)).toBe(LAYOUT_IMPLAUSIBLE);
  });

  it("answers with a status whatever the figures are", () => {
    let seed: u64 = 0x9e3779b9;
    for (let round = 0; round < 2000; round++) {
      const copy = copyOf(OF_315);
      for (let place: u32 = 24; place < byteLength(OF_315); place += 8) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        store<u64>(copy + place, seed >> (seed >> 58));
      }
      expect(applyDebugOffsets(copy, byteLength(OF_315), 8)).toBe(LAYOUT_IMPLAUSIBLE);
      heap.free(copy);
    }
  });
});
