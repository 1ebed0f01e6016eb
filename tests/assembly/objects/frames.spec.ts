// Known frames: one id for one place in one code object, defined once, not given again before all were.
import { LAST_FRAME_ID, MAX_KNOWN_FRAMES, MAX_NEW_FRAMES } from "../../../assembly/abi/limits";
import { NEW_FRAMES } from "../../../assembly/abi/memory";
import { REASON_NO_LOCATION } from "../../../assembly/abi/reasons";
import { FrameRecord } from "../../../assembly/abi/records";
import { selectLayout } from "../../../assembly/layouts/select";
import { codeAt, forgetCodes, newCode } from "../../../assembly/objects/codes";
import { Frames, forgetFrames, frameId } from "../../../assembly/objects/frames";

const LINES: StaticArray<u8> = [2, 1, 2, 3, 2, 0x80];

function begin(): void {
  selectLayout(3, 10, 0, 8);
  forgetCodes();
  forgetFrames();
  Frames.newCount = 0;
}

/** A code object with a line table of three code units: lines 11 and 14, then none. */
function located(address: u64): u32 {
  const index = newCode(address, 1);
  const code = codeAt(index);
  code.scope = 5;
  code.filename = 6;
  code.firstLine = 10;
  code.table = changetype<usize>(LINES) as u32;
  code.tableLength = LINES.length;
  return index;
}

function newest(): FrameRecord {
  return changetype<FrameRecord>(NEW_FRAMES + (Frames.newCount - 1) * offsetof<FrameRecord>());
}

describe("a frame", () => {
  beforeEach(begin);

  it("is defined when it is first seen", () => {
    const code = located(0x1000);
    const id = frameId(code, 1);
    expect(id).toBeGreaterThan(0);
    expect(Frames.newCount).toBe(1);
    const record = newest();
    expect(record.id).toBe(id);
    expect(record.scope).toBe(5);
    expect(record.filename).toBe(6);
    expect(record.line).toBe(14);
    expect(record.lineEnd).toBe(0);
    expect(record.column).toBe(0);
    expect(Frames.reasons).toBe(0);
    expect(frameId(code, 1)).toBe(id);
    expect(Frames.newCount).toBe(1);
  });

  it("differs by code object and by instruction", () => {
    const code = located(0x1000);
    const other = located(0x2000);
    const id = frameId(code, 0);
    expect(frameId(code, 1)).not.toBe(id);
    expect(frameId(other, 0)).not.toBe(id);
    expect(frameId(code, -1)).not.toBe(id);
    expect(newest().line).toBe(10); // before the first instruction
    expect(Frames.newCount).toBe(4);
  });

  it("has the function's line where the table has none", () => {
    const code = located(0x1000);
    frameId(code, 2);
    expect(newest().line).toBe(10);
    expect(Frames.reasons).toBe(0); // there is none to be known
    codeAt(code).firstLine = -1;
    frameId(code, 3);
    expect(newest().line).toBe(0);
  });

  it("has no line where the table is malformed or missing, and says so", () => {
    const code = located(0x1000);
    const outside = frameId(code, 100);
    expect(newest().line).toBe(0);
    expect(Frames.reasons).toBe(REASON_NO_LOCATION);
    frameId(code, 0);
    expect(Frames.reasons).toBe(0);
    expect(frameId(code, 100)).toBe(outside);
    expect(Frames.reasons).toBe(REASON_NO_LOCATION);
    expect(codeAt(code).reasons).toBe(0);
    const bare = located(0x2000);
    codeAt(bare).table = 0;
    frameId(bare, 0);
    expect(Frames.reasons).toBe(REASON_NO_LOCATION);
  });

  it("has another id once all was forgotten", () => {
    const id = frameId(located(0x1000), 0);
    forgetCodes();
    forgetFrames();
    expect(Frames.known).toBe(0);
    expect(frameId(located(0x1000), 0)).toBeGreaterThan(id);
  });

  it("waits for the next sample where this one defines enough", () => {
    const code = newCode(0x1000, 1);
    for (let i: u32 = 0; i < MAX_NEW_FRAMES; i++) expect(frameId(code, i)).not.toBe(0);
    expect(frameId(code, MAX_NEW_FRAMES)).toBe(0);
    expect(Frames.full).toBe(false);
    Frames.newCount = 0;
    expect(frameId(code, MAX_NEW_FRAMES)).not.toBe(0);
  });

  it("has no id where the table is full, and says so", () => {
    const code = newCode(0x1000, 1);
    for (let i: u32 = 0; i < MAX_KNOWN_FRAMES; i++) {
      Frames.newCount = 0;
      frameId(code, i);
    }
    Frames.newCount = 0;
    const first = frameId(code, 0);
    expect(first).not.toBe(0);
    expect(frameId(code, MAX_KNOWN_FRAMES)).toBe(0);
    expect(Frames.full).toBe(true);
    expect(frameId(code, 0)).toBe(first);
  });
});

describe("the ids of frames", () => {
  beforeEach(begin);

  it("begin anew, once all are forgotten, before there are no more", () => {
    Frames.nextId = LAST_FRAME_ID - 10;
    const code = located(0x1000);
    expect(frameId(code, 1)).toBe(LAST_FRAME_ID - 10);
    forgetFrames();
    expect(frameId(code, 1)).toBe(1);
  });
});
