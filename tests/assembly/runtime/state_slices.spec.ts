// The parts of interpreters and threads that are copied: all fields, few ranges, no gaps worth a range.
import { ABSENT, Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { PENDING, Requests, UNREADABLE } from "../../../assembly/remote/requests";
import { Uses } from "../../../assembly/remote/uses";
import {
  interpreterField,
  needInterpreter,
  needThread,
  prepareSlices,
  StateSlices,
} from "../../../assembly/runtime/state_slices";
import { BASE, fill, newTarget, put32, SIZE } from "../fake_target";

const END: u64 = BASE + (SIZE as u64);

function begin(minor: u32, wordSize: u32): void {
  selectLayout(3, minor, 0, wordSize);
  prepareSlices();
  newTarget();
  startAttempt();
}

/** Copy the interpreter whose fields at `offsets` hold their own offsets, and look at them. */
function holdsFields(offsets: StaticArray<u32>): void {
  for (let i = 0; i < offsets.length; i++) put32(BASE + (offsets[i] as u64), offsets[i] + 1);
  expect(needInterpreter(BASE)).toBe(PENDING);
  fill();
  expect(needInterpreter(BASE) > UNREADABLE).toBe(true);
  for (let i = 0; i < offsets.length; i++) expect(load<u32>(interpreterField(offsets[i]))).toBe(offsets[i] + 1);
}

describe("an interpreter", () => {
  it("is copied with all its fields in each layout", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      for (let wordSize: u32 = 4; wordSize <= 8; wordSize += 4) {
        begin(minor, wordSize);
        expect(StateSlices.count).toBe(1);
        const near: StaticArray<u32> = [
          Layout.interpreterId,
          Layout.interpreterNext,
          Layout.interpreterThreadsHead,
          Layout.interpreterCollecting,
        ];
        holdsFields(near);
      }
    }
  });

  it("is copied in slices where its fields lie far apart", () => {
    selectLayout(3, 12, 0, 8);
    Layout.interpreterNext = 0;
    Layout.interpreterId = 2048;
    Layout.interpreterThreadsHead = 100_000;
    Layout.interpreterCollecting = 100_016;
    Layout.interpreterCodeDeaths = 50_000;
    prepareSlices();
    newTarget();
    startAttempt();
    expect(StateSlices.count).toBe(3);
    holdsFields([0, 2048, 100_000, 100_016, 50_000]);
    expect(Uses.count).toBe(3);
    expect(Requests.bytes).toBeLessThan(2200);
  });

  it("is unreadable where one of its slices is", () => {
    selectLayout(3, 12, 0, 8);
    Layout.interpreterThreadsHead = 100_000;
    prepareSlices();
    newTarget();
    startAttempt();
    expect(needInterpreter(END - 4096)).toBe(PENDING);
    fill();
    expect(needInterpreter(END - 4096)).toBe(UNREADABLE);
    expect(needInterpreter(0)).toBe(UNREADABLE);
  });
});

describe("a thread", () => {
  it("is copied from its first to its last field in each layout", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      for (let wordSize: u32 = 4; wordSize <= 8; wordSize += 4) {
        begin(minor, wordSize);
        const all: StaticArray<u32> = [
          Layout.threadPrevious,
          Layout.threadNext,
          Layout.threadInterpreter,
          Layout.threadCurrentFrame,
          Layout.threadCFrame,
          Layout.threadId,
          Layout.threadNativeId,
          Layout.threadDatastackChunk,
          Layout.threadDatastackTop,
        ];
        for (let i = 0; i < all.length; i++) if (all[i] != ABSENT) put32(BASE + (all[i] as u64), all[i] + 1);
        expect(needThread(BASE)).toBe(PENDING);
        expect(fill()).toBe(1);
        const copy = needThread(BASE);
        for (let i = 0; i < all.length; i++) if (all[i] != ABSENT) expect(load<u32>(copy + all[i])).toBe(all[i] + 1);
      }
    }
  });

  it("is unreadable where its last field is", () => {
    begin(12, 8);
    const whole = END - ((StateSlices.threadStart + StateSlices.threadLength) as u64);
    needThread(whole);
    needThread(whole + 8);
    fill();
    expect(needThread(whole) > UNREADABLE).toBe(true);
    expect(needThread(whole + 8)).toBe(UNREADABLE);
  });
});
