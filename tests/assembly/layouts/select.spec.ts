// Well-known offsets of each generated table, and what has none.
import {
  ABSENT,
  FRAME_INSTRUCTION,
  FRAME_OBJECT_BYTES,
  FRAME_OBJECT_UNITS,
  FRAME_PREVIOUS_INSTRUCTION,
  Layout,
  TABLE_LINES,
  TABLE_LNOTAB,
  TABLE_LOCATIONS,
} from "../../../assembly/layouts/layout";
import { isReturnOpcode } from "../../../assembly/layouts/return_opcodes";
import { alignWideIntegers, selectLayout } from "../../../assembly/layouts/select";
import { LAYOUT_OK, LAYOUT_UNSUPPORTED } from "../../../assembly/layouts/status";

describe("selectLayout", () => {
  it("knows 3.9", () => {
    expect(selectLayout(3, 9, 18, 8)).toBe(LAYOUT_OK);
    expect(Layout.frameKind).toBe(FRAME_OBJECT_BYTES);
    expect(Layout.tableKind).toBe(TABLE_LNOTAB);
    expect(Layout.runtimeInterpretersHead).toBe(32);
    expect(Layout.runtimeInitialized).toBe(12);
    expect(Layout.interpreterThreadsHead).toBe(8);
    expect(Layout.threadCurrentFrame).toBe(24);
    expect(Layout.threadId).toBe(176);
    expect(Layout.threadNativeId).toBe(ABSENT);
    expect(Layout.framePrevious).toBe(24);
    expect(Layout.frameExecutable).toBe(32);
    expect(Layout.frameInstruction).toBe(104);
    expect(Layout.frameState).toBe(116);
    expect(Layout.frameStateExecuting).toBe(1);
    expect(Layout.frameSize).toBe(120);
    expect(Layout.codeFilename).toBe(104);
    expect(Layout.codeName).toBe(112);
    expect(Layout.codeBytes).toBe(48);
    expect(Layout.codeQualname).toBe(ABSENT);
    expect(Layout.unicodeAsciiData).toBe(48);
    expect(Layout.unicodeCompactData).toBe(72);
  });

  it("knows 3.10", () => {
    expect(selectLayout(3, 10, 13, 8)).toBe(LAYOUT_OK);
    expect(Layout.frameKind).toBe(FRAME_OBJECT_UNITS);
    expect(Layout.tableKind).toBe(TABLE_LINES);
    expect(Layout.framePrevious).toBe(24);
    expect(Layout.frameExecutable).toBe(32);
    expect(Layout.frameInstruction).toBe(96);
    expect(Layout.frameState).toBe(108);
    expect(Layout.frameStateExecuting).toBe(0);
    expect(Layout.codeTable).toBe(120);
    expect(Layout.interpreterCodeCreations).toBe(ABSENT);
  });

  it("knows 3.11", () => {
    expect(selectLayout(3, 11, 7, 8)).toBe(LAYOUT_OK);
    expect(Layout.frameKind).toBe(FRAME_PREVIOUS_INSTRUCTION);
    expect(Layout.tableKind).toBe(TABLE_LOCATIONS);
    expect(Layout.threadCurrentFrame).toBe(ABSENT);
    expect(Layout.threadCFrame).toBe(56);
    expect(Layout.cframeCurrentFrame).toBe(8);
    expect(Layout.frameExecutable).toBe(32);
    expect(Layout.framePrevious).toBe(48);
    expect(Layout.frameIsEntry).toBe(68);
    expect(Layout.frameOwner).toBe(69);
    expect(Layout.shimOwner).toBe(255);
    expect(Layout.frameLocals / Layout.wordSize).toBe(9);
    expect(Layout.codeFrameSize).toBe(ABSENT);
    expect(Layout.codeLocalsCount).toBe(76);
  });

  it("knows 3.12", () => {
    expect(selectLayout(3, 12, 1, 8)).toBe(LAYOUT_OK);
    expect(Layout.cframeCurrentFrame).toBe(0);
    expect(Layout.frameExecutable).toBe(0);
    expect(Layout.framePrevious).toBe(8);
    expect(Layout.frameInstruction).toBe(56);
    expect(Layout.frameIsEntry).toBe(ABSENT);
    expect(Layout.frameOwner).toBe(70);
    expect(Layout.shimOwner).toBe(3);
    expect(Layout.codeVersion).toBe(92);
    expect(Layout.interpreterCodeCreations).toBe(ABSENT);
    expect(Layout.unicodeAsciiData).toBe(40);
    expect(Layout.unicodeCompactData).toBe(56);
  });

  it("knows where the GIL is", () => {
    const places: StaticArray<u32> = [352, 352, 360];
    for (let minor: u32 = 9; minor <= 12; minor++) {
      selectLayout(3, minor, 0, 8);
      expect(Layout.runtimeGil).toBe(minor == 12 ? ABSENT : places[minor - 9]);
      expect(Layout.interpreterGil).toBe(minor == 12 ? 384 : ABSENT);
      expect(Layout.gilHolder).toBe(8);
      expect(Layout.gilSwitches).toBe(24);
      expect(Layout.threadPrevious).toBe(0);
      selectLayout(3, minor, 0, 4);
      expect(Layout.gilHolder).toBe(4);
      expect(Layout.gilSwitches).toBe(12);
    }
  });

  it("knows how far before its frame a generator's state lies", () => {
    selectLayout(3, 10, 0, 8);
    expect(Layout.generatorState).toBe(ABSENT);
    for (let minor: u32 = 11; minor <= 12; minor++) {
      selectLayout(3, minor, 0, 4);
      expect(Layout.generatorState).toBe(1);
      selectLayout(3, minor, 0, 8);
      expect(Layout.generatorState).toBe(5);
      expect(Layout.generatorExecuting).toBe(0);
    }
  });

  it("knows with which instructions functions return", () => {
    selectLayout(3, 12, 1, 8);
    for (let opcode: u32 = 0; opcode < 256; opcode++) {
      expect(isReturnOpcode(opcode as u8)).toBe(opcode == 83 || opcode == 121 || opcode == 242 || opcode == 247);
    }
    selectLayout(3, 11, 7, 8);
    for (let opcode: u32 = 0; opcode < 256; opcode++) expect(isReturnOpcode(opcode as u8)).toBe(opcode == 83);
    selectLayout(3, 10, 0, 8);
    expect(isReturnOpcode(83)).toBe(false);
  });

  it("knows both word sizes of each", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      expect(selectLayout(3, minor, 0, 4)).toBe(LAYOUT_OK);
      expect(Layout.wordSize).toBe(4);
      expect(Layout.objectType).toBe(4);
      expect(Layout.bytesData).toBe(16);
      expect(Layout.unicodeState).toBe(16);
      expect(selectLayout(3, minor, 0, 8)).toBe(LAYOUT_OK);
      expect(Layout.wordSize).toBe(8);
      expect(Layout.objectType).toBe(8);
      expect(Layout.bytesData).toBe(32);
      expect(Layout.unicodeState).toBe(32);
      expect(Layout.unicodeKindShift).toBe(2);
    }
  });

  it("knows where 32-bit processors that align 64-bit integers on 8 bytes have their fields", () => {
    // Out of a compiler for 32-bit ARM with glibc's headers.
    const threads: u32[] = [4, 4, 16, 64];
    const ids: u32[] = [16, 16, 40, 8];
    const collecting: u32[] = [456, 452, 484, 208];
    for (let minor: u32 = 9; minor <= 12; minor++) {
      selectLayout(3, minor, 0, 4);
      const before = Layout.codeFilename;
      alignWideIntegers(minor);
      expect(Layout.runtimeInterpretersHead).toBe(28);
      expect(Layout.interpreterThreadsHead).toBe(threads[minor - 9]);
      expect(Layout.interpreterId).toBe(ids[minor - 9]);
      expect(Layout.interpreterCollecting).toBe(collecting[minor - 9]);
      expect(Layout.runtimeGil).toBe(minor < 12 ? 200 : ABSENT);
      expect(Layout.codeFilename).toBe(before);
    }
  });

  it("leaves nothing of the layout before", () => {
    selectLayout(3, 9, 18, 4);
    selectLayout(3, 12, 1, 8);
    expect(Layout.frameState).toBe(ABSENT);
    expect(Layout.frameStateExecuting).toBe(0);
    expect(Layout.codeBytes).toBe(ABSENT);
    expect(Layout.threadCurrentFrame).toBe(ABSENT);
  });

  it("refuses every other version and word size, and then has no layout", () => {
    expect(selectLayout(3, 8, 18, 8)).toBe(LAYOUT_UNSUPPORTED);
    expect(selectLayout(2, 9, 0, 8)).toBe(LAYOUT_UNSUPPORTED);
    expect(selectLayout(3, 13, 0, 8)).toBe(LAYOUT_UNSUPPORTED);
    selectLayout(3, 12, 1, 8);
    expect(selectLayout(3, 12, 1, 16)).toBe(LAYOUT_UNSUPPORTED);
    expect(Layout.threadNext).toBe(ABSENT);
    expect(Layout.frameSize).toBe(0);
    expect(Layout.shimOwner).toBe(255);
    expect(Layout.frameKind).toBe(FRAME_INSTRUCTION);
  });
});
