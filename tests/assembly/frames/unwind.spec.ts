// The walk from a thread's newest frame to its root: on the datastack and beside it, whole or broken off with its reason.
import { MAX_FRAMES } from "../../../assembly/abi/limits";
import { REASON_CYCLE, REASON_FRAME_UNREADABLE, REASON_TOO_DEEP } from "../../../assembly/abi/reasons";
import { StackWalk } from "../../../assembly/frames/unwind";
import { Unwind } from "../../../assembly/frames/unwind_state";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { updatePrefetch } from "../../../assembly/remote/prefetch";
import { Uses } from "../../../assembly/remote/uses";
import { Attempt } from "../../../assembly/threads/attempt";
import { FRAME_OF_GENERATOR, NO_FRAME } from "../../../assembly/threads/raw_frame";
import { RawStack, rawFrameAt } from "../../../assembly/threads/raw_stack";
import { assignThread, forgetThreads } from "../../../assembly/threads/thread_table";
import { CHUNK, codeOf, HEAP, OLDER, putChunk, putFrame, putRoot, putRow, STEP, setOwner, walk } from "../fake_frames";
import { putPointer } from "../fake_objects";
import { BASE, fill, newTarget, put8, SIZE } from "../fake_target";

const END: u64 = BASE + (SIZE as u64);

function begin(minor: u32, wordSize: u32): void {
  selectLayout(3, minor, 0, wordSize);
  newTarget();
  startAttempt();
  forgetThreads();
  assignThread(0, 0x1000);
  Attempt.frames = 0;
  Attempt.isTorn = false;
  Unwind.linksOnly = false;
  Attempt.isProving = false;
}

/** A chain of frames on the heap, root first; the last one's address. */
function putChain(count: u32): u64 {
  const leaf = putRow(HEAP, count, 0, 0);
  putRoot(HEAP, HEAP + 0x1_0000);
  return leaf;
}

describe("a stack", () => {
  it("is walked from its leaf to its root in each layout", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      for (let wordSize: u32 = 4; wordSize <= 8; wordSize += 4) {
        begin(minor, wordSize);
        walk(putChain(5), 0, 0);
        expect(StackWalk.reasons).toBe(0);
        expect(Attempt.isTorn).toBe(false);
        expect(RawStack.count).toBe(5);
        for (let i: u32 = 0; i < 5; i++) expect(codeOf(i)).toBe(4 - i);
      }
    }
  });

  it("comes with its chunk, at once", () => {
    begin(12, 8);
    const leaf = putRow(CHUNK + 32, 20, 0, 0);
    putRoot(CHUNK + 32, HEAP);
    putChunk(CHUNK, 0, 20 * STEP);
    // The chunk, then the frame of C's that the root was entered by.
    expect(walk(leaf, CHUNK, leaf + STEP)).toBe(2);
    expect(RawStack.count).toBe(20);
    expect(Uses.count).toBe(2);
    updatePrefetch();
    startAttempt();
    fill();
    expect(walk(leaf, CHUNK, leaf + STEP)).toBe(0);
    expect(RawStack.count).toBe(20);
  });

  it("goes on in older chunks, which say themselves how far they go", () => {
    begin(12, 8);
    const older = putRow(OLDER + 32, 3, 0, 0);
    putRoot(OLDER + 32, HEAP);
    putChunk(OLDER, 0, 3 * STEP + 8);
    const leaf = putRow(CHUNK + 24, 2, older, 3);
    putChunk(CHUNK, OLDER, 0); // the newest chunk's own top is not kept up
    walk(leaf, CHUNK, leaf + STEP);
    expect(StackWalk.reasons).toBe(0);
    expect(RawStack.count).toBe(5);
    for (let i: u32 = 0; i < 5; i++) expect(codeOf(i)).toBe(4 - i);
    expect(Uses.count).toBe(3);
  });

  it("leaves the chunk and comes back", () => {
    begin(12, 8);
    const root = putRow(CHUNK + 32, 1, 0, 0);
    putRoot(root, HEAP + 0x1000);
    putFrame(HEAP, root, 1);
    setOwner(HEAP, Layout.generatorOwner);
    const leaf = putRow(CHUNK + 32 + STEP, 1, HEAP, 2);
    putChunk(CHUNK, 0, 0);
    walk(leaf, CHUNK, leaf + STEP);
    expect(RawStack.count).toBe(3);
    expect(rawFrameAt(0).flags & FRAME_OF_GENERATOR).toBe(0);
    expect(rawFrameAt(1).flags & FRAME_OF_GENERATOR).toBe(FRAME_OF_GENERATOR);
    expect(codeOf(1)).toBe(1);
  });

  it("shows no frame of C's", () => {
    begin(12, 8);
    const leaf = putRow(HEAP, 4, 0, 0);
    putRoot(HEAP, HEAP + 0x1_0000);
    setOwner(HEAP + STEP, Layout.shimOwner);
    walk(leaf, 0, 0);
    expect(RawStack.count).toBe(3);
    expect(codeOf(0)).toBe(3);
    expect(codeOf(1)).toBe(2);
    expect(codeOf(2)).toBe(0);
  });

  it("is empty without a frame", () => {
    begin(12, 8);
    expect(walk(0, CHUNK, CHUNK + 64)).toBe(0);
    expect(RawStack.count).toBe(0);
    expect(StackWalk.reasons).toBe(0);
  });

  it("is read frame by frame where its chunk can't be", () => {
    for (let i = 0; i < 4; i++) {
      begin(12, 8);
      const leaf = putChain(3);
      const tops: StaticArray<u64> = [CHUNK, CHUNK - 8, CHUNK + (1 << 30), END + 4096];
      walk(leaf, i == 3 ? END + 4096 - 64 : CHUNK, tops[i]);
      expect(RawStack.count).toBe(3);
      expect(StackWalk.reasons).toBe(0);
    }
  });

  it("survives chunks in a circle", () => {
    begin(12, 8);
    const leaf = putRow(CHUNK + 32, 2, 0, 0);
    putRoot(CHUNK + 32, HEAP);
    putChunk(CHUNK, OLDER, 0);
    putChunk(OLDER, OLDER, 16);
    walk(leaf, CHUNK, leaf + STEP);
    expect(RawStack.count).toBe(2);
    expect(StackWalk.reasons).toBe(0);
  });

  it("breaks off where a frame is unreadable", () => {
    const links: StaticArray<u64> = [END, END - 8, 1, u64.MAX_VALUE, u64.MAX_VALUE - 64, 1 << 63];
    for (let i = 0; i < links.length; i++) {
      begin(12, 8);
      const leaf = putChain(3);
      putPointer(HEAP + STEP, Layout.framePrevious, links[i]);
      walk(leaf, 0, 0);
      expect(StackWalk.reasons).toBe(REASON_FRAME_UNREADABLE);
      expect(Attempt.isTorn).toBe(true);
      expect(RawStack.count).toBe(3);
      expect(codeOf(0)).toBe(2);
      expect(codeOf(1)).toBe(1);
      expect(rawFrameAt(2).code).toBe(NO_FRAME);
    }
  });

  it("takes no frame that reaches beyond what is copied of its chunk", () => {
    begin(12, 8);
    const leaf = putRow(CHUNK + 32, 2, 0, 0);
    putRoot(CHUNK + 32, HEAP);
    putChunk(CHUNK, 0, 0);
    const links: StaticArray<u64> = [u64.MAX_VALUE - 8, u64.MAX_VALUE - (CHUNK - BASE) - 32];
    for (let i = 0; i < links.length; i++) {
      putPointer(leaf, Layout.framePrevious, links[i]);
      walk(leaf, CHUNK, leaf + STEP);
      expect(StackWalk.reasons).toBe(REASON_FRAME_UNREADABLE);
      startAttempt();
    }
  });

  it("is one invalid frame where its frames form a circle", () => {
    for (let length: u32 = 1; length < 20; length++) {
      for (let tail: u32 = 0; tail < 20; tail += 3) {
        begin(11, 8);
        const leaf = putRow(HEAP, length + tail, 0, 0);
        // The root goes back to the frame that lies `length` frames towards the leaf.
        putPointer(HEAP, Layout.framePrevious, HEAP + ((length - 1) as u64) * STEP);
        walk(leaf, 0, 0);
        expect(StackWalk.reasons).toBe(REASON_CYCLE);
        expect(RawStack.count).toBe(1);
        expect(rawFrameAt(0).code).toBe(NO_FRAME);
      }
    }
  });

  it("breaks off where the sample has no room for more frames", () => {
    begin(12, 8);
    const leaf = putChain(10);
    Attempt.frames = MAX_FRAMES - 5;
    walk(leaf, 0, 0);
    expect(StackWalk.reasons).toBe(REASON_TOO_DEEP);
    expect(Attempt.isTorn).toBe(false);
    expect(RawStack.count).toBe(5);
    expect(codeOf(3)).toBe(6);
    expect(rawFrameAt(4).code).toBe(NO_FRAME);
    Attempt.frames = MAX_FRAMES;
    walk(leaf, 0, 0);
    expect(StackWalk.reasons).toBe(REASON_TOO_DEEP);
    expect(RawStack.count).toBe(1);
  });

  it("ends where its newest frame had returned", () => {
    begin(10, 8);
    const leaf = putChain(3);
    put8(leaf + (Layout.frameState as u64), Layout.frameStateExecuting + 1);
    walk(leaf, 0, 0);
    expect(StackWalk.reasons).toBe(0);
    expect(RawStack.count).toBe(2);
    expect(codeOf(0)).toBe(1);
  });

  it("breaks off where its oldest frame had returned: it may have lost its link", () => {
    begin(10, 8);
    const leaf = putChain(3);
    put8(HEAP + (Layout.frameState as u64), Layout.frameStateExecuting + 1);
    walk(leaf, 0, 0);
    expect(StackWalk.reasons).toBe(REASON_FRAME_UNREADABLE);
    expect(Attempt.isTorn).toBe(true);
    expect(rawFrameAt(0).code).toBe(NO_FRAME);
  });
});
