// Frames that lie where they lay: walked to, not over; and nothing else is taken for one of them.
import { forgetShims } from "../../../assembly/frames/shims";
import { StackWalk } from "../../../assembly/frames/unwind";
import { Unwind } from "../../../assembly/frames/unwind_state";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { CODE_READY, codeAt, forgetCodes, newCode } from "../../../assembly/objects/codes";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { Requests } from "../../../assembly/remote/requests";
import { Attempt } from "../../../assembly/threads/attempt";
import { cachedAt, frameOf } from "../../../assembly/threads/cached_thread";
import { RawStack } from "../../../assembly/threads/raw_stack";
import { cacheStack } from "../../../assembly/threads/stack_cache";
import { assignThread, forgetThreads } from "../../../assembly/threads/thread_table";
import {
  CHUNK,
  codeAddress,
  codeOf,
  HEAP,
  OLDER,
  putChunk,
  putFrame,
  putRoot,
  putRow,
  STEP,
  setOwner,
  walk,
} from "../fake_frames";
import { putPointer } from "../fake_objects";
import { newTarget, putWord } from "../fake_target";

const SHIM: u64 = HEAP + 0x1000;
const ROOT: u64 = OLDER + 32;
const FIRST: u64 = CHUNK + 24;

function begin(): void {
  selectLayout(3, 12, 0, 8);
  newTarget();
  forgetThreads();
  forgetShims();
  forgetCodes();
  assignThread(0, 0x1000);
  Unwind.linksOnly = false;
  Attempt.isProving = false;
  // Frames end where the next one of a row begins.
  for (let i: u32 = 0; i < 12; i++) {
    const code = codeAt(newCode(codeAddress(i), 1));
    code.state = CODE_READY;
    code.frameWords = (STEP / 8) as u32;
  }
}

/** Frames 0 to 2 in the older chunk, 3 to 5 in the newest. */
function putChunks(): u64 {
  const older = putRow(ROOT, 3, 0, 0);
  putRoot(ROOT, HEAP);
  putChunk(OLDER, 0, 3 * STEP + 8);
  putChunk(CHUNK, OLDER, 0);
  return putRow(FIRST, 3, older, 3);
}

/** Walk and remember. Afterwards `StackWalk.reused` and `RawStack.count` tell what was kept and what was walked. */
function sample(leaf: u64): void {
  startAttempt();
  Attempt.frames = 0;
  Attempt.isTorn = false;
  walk(leaf, CHUNK, leaf + STEP);
  expect(Attempt.isTorn).toBe(false);
  const thread = cachedAt(0);
  cacheStack(thread, StackWalk.reused);
  for (let i: u32 = 0; i < thread.count; i++)
    frameOf(thread, i).entry = ((frameOf(thread, i).code - codeAddress(0)) / 256) as u32;
}

/** Compare what the walk did, and that the stack is the code objects 0, 1, 2 … */
function took(kept: u32, walked: u32): void {
  expect(StackWalk.reused).toBe(kept);
  expect(RawStack.count).toBe(walked);
  expect(cachedAt(0).count).toBe(kept + walked);
  for (let i: u32 = 0; i < kept + walked; i++) expect(frameOf(cachedAt(0), i).code).toBe(codeAddress(i));
}

describe("frames that are unchanged", () => {
  beforeEach(begin);

  it("are kept, over several chunks", () => {
    const leaf = putChunks();
    sample(leaf);
    took(0, 6);
    sample(leaf);
    took(6, 0);
  });

  it("are kept below those that are new", () => {
    const leaf = putChunks();
    sample(leaf);
    sample(putRow(leaf + STEP, 2, leaf, 6));
    took(6, 2);
    sample(leaf);
    took(6, 0);
  });

  it("are kept below those that returned, in an older chunk too", () => {
    putChunks();
    sample(FIRST + 2 * STEP);
    sample(FIRST);
    took(4, 0);
    startAttempt();
    walk(ROOT + STEP, OLDER, ROOT + 2 * STEP);
    expect(StackWalk.reused).toBe(2);
    expect(RawStack.count).toBe(0);
  });

  it("end below the first that is not", () => {
    for (let changed: u32 = 0; changed < 6; changed++) {
      begin();
      const leaf = putChunks();
      sample(leaf);
      const frame = changed < 3 ? ROOT + (changed as u64) * STEP : FIRST + ((changed - 3) as u64) * STEP;
      putWord(frame + (Layout.frameInstruction as u64), codeAddress(changed) + (Layout.codeAdaptive as u64) + 8);
      sample(leaf);
      took(changed, 6 - changed);
      const again = codeAddress(changed) + 512;
      putPointer(frame, Layout.frameExecutable, again);
      putWord(frame + (Layout.frameInstruction as u64), again + (Layout.codeAdaptive as u64) + 8);
      sample(leaf);
      expect(StackWalk.reused).toBe(changed);
      expect(frameOf(cachedAt(0), changed).code).toBe(again);
    }
  });

  it("are not those that a new one stands on the place of", () => {
    const leaf = putChunks();
    sample(leaf);
    // Called by frame 2, not by the ones between.
    putPointer(leaf, Layout.framePrevious, ROOT + 2 * STEP);
    sample(leaf);
    expect(StackWalk.reused).toBe(3);
    expect(RawStack.count).toBe(1);
    expect(codeOf(0)).toBe(5);
  });

  it("end where a frame lies elsewhere: what lies there is read each time", () => {
    putChunks();
    putFrame(HEAP + 0x2000, ROOT + 2 * STEP, 3);
    setOwner(HEAP + 0x2000, Layout.generatorOwner);
    putRow(FIRST, 2, HEAP + 0x2000, 4);
    const leaf = FIRST + STEP;
    sample(leaf);
    took(0, 6);
    sample(leaf);
    took(3, 3);
  });

  it("are walked all the same where the copy is a still one", () => {
    const leaf = putChunks();
    sample(leaf);
    Unwind.linksOnly = true;
    sample(leaf);
    took(0, 6);
  });
});

/** Frames 0 to 5, of which frame 4 was entered from C. */
function putEntered(): u64 {
  const leaf = putChunks();
  putFrame(SHIM, FIRST, 99);
  setOwner(SHIM, Layout.shimOwner);
  putPointer(FIRST + STEP, Layout.framePrevious, SHIM);
  return leaf;
}

describe("a frame that was entered from C", () => {
  beforeEach(begin);

  it("stands on the unchanged one that ends where it begins, where stacks are proven", () => {
    const leaf = putEntered();
    sample(leaf);
    took(0, 6);
    putWord(leaf - STEP + (Layout.frameInstruction as u64), codeAddress(4) + (Layout.codeAdaptive as u64) + 8);
    Attempt.isProving = true;
    sample(leaf);
    took(4, 2);
    expect(Requests.count).toBe(3); // two chunks, and the older one's header: not C's frame
  });

  it("is followed through C where nobody asks for a proof", () => {
    const leaf = putEntered();
    sample(leaf);
    putWord(leaf - STEP + (Layout.frameInstruction as u64), codeAddress(4) + (Layout.codeAdaptive as u64) + 8);
    sample(leaf);
    took(4, 2);
    expect(Requests.count).toBe(4);
  });

  it("is followed where none of C's frames was seen before", () => {
    const leaf = putEntered();
    sample(leaf);
    putFrame(SHIM + 0x100, FIRST, 99);
    setOwner(SHIM + 0x100, Layout.shimOwner);
    putPointer(FIRST + STEP, Layout.framePrevious, SHIM + 0x100);
    Attempt.isProving = true;
    sample(leaf);
    took(4, 2);
    expect(Requests.count).toBe(4);
    forgetShims();
    putWord(leaf - STEP + (Layout.frameInstruction as u64), codeAddress(4) + (Layout.codeAdaptive as u64) + 8);
    sample(leaf);
    took(4, 2);
    expect(Requests.count).toBe(4);
  });

  it("is followed where no unchanged frame ends at it", () => {
    const leaf = putEntered();
    sample(leaf);
    codeAt(3).frameWords--;
    putWord(leaf - STEP + (Layout.frameInstruction as u64), codeAddress(4) + (Layout.codeAdaptive as u64) + 8);
    Attempt.isProving = true;
    sample(leaf);
    took(4, 2);
    expect(Requests.count).toBe(4);
  });
});
