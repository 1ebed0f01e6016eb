// Calls that are known: exactly those that were learned, in any combination, and no other.
import { MAX_EDGES } from "../../../assembly/abi/limits";
import { areEdgesKnown, forgetEdges, learnEdges, mayResume } from "../../../assembly/codes/call_edges";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { CODE_FAILED, CODE_READY, codeAt, forgetCodes, NO_CODE, newCode } from "../../../assembly/objects/codes";
import { CachedThread, cachedAt, frameOf } from "../../../assembly/threads/cached_thread";
import { FRAME_OF_GENERATOR } from "../../../assembly/threads/raw_frame";
import { RawStack, rawFrameAt } from "../../../assembly/threads/raw_stack";
import { cacheStack } from "../../../assembly/threads/stack_cache";
import { assignThread, forgetThreads } from "../../../assembly/threads/thread_table";

const A: u32 = 0;
const B: u32 = 1;
const C: u32 = 2;

/** A stack of `codes` (entries), each at the unit that stands beside it, of which nothing is known. */
function stack(codes: StaticArray<u32>, units: StaticArray<u32>): CachedThread {
  const count = codes.length;
  RawStack.count = count;
  for (let i = 0; i < count; i++) {
    const raw = rawFrameAt(count - 1 - i);
    raw.address = 0x9000 + ((i * 64) as u64);
    raw.previous = 0;
    raw.code = 0x1000 + ((codes[i] * 256) as u64);
    raw.instruction = (Layout.codeAdaptive as i64) + (units[i] as i64) * 2;
    raw.flags = 0;
    raw.entry = NO_CODE;
  }
  const thread = cachedAt(0);
  cacheStack(thread, 0);
  for (let i = 0; i < count; i++) frameOf(thread, i).entry = codes[i];
  thread.knownEdges = 0;
  return thread;
}

function knows(codes: StaticArray<u32>, units: StaticArray<u32>): bool {
  return areEdgesKnown(stack(codes, units));
}

function learn(codes: StaticArray<u32>, units: StaticArray<u32>): void {
  learnEdges(stack(codes, units));
}

describe("calls", () => {
  beforeEach(() => {
    selectLayout(3, 12, 0, 8);
    forgetCodes();
    forgetEdges();
    forgetThreads();
    assignThread(0, 0x1000);
    for (let i: u32 = 0; i < 5; i++) {
      expect(newCode(0x1000 + ((i * 256) as u64), 1)).toBe(i);
      codeAt(i).state = CODE_READY;
    }
  });

  it("are not known before they are learned, and then are", () => {
    expect(knows([A, B, C], [1, 2, 3])).toBe(false);
    expect(cachedAt(0).knownEdges).toBe(0);
    learn([A, B, C], [1, 2, 3]);
    expect(cachedAt(0).knownEdges).toBe(3);
    expect(knows([A, B, C], [1, 2, 3])).toBe(true);
    expect(cachedAt(0).knownEdges).toBe(3);
    forgetEdges();
    expect(knows([A], [1])).toBe(false);
  });

  it("are known wherever the newest frame stands", () => {
    learn([A, B], [1, 2]);
    expect(knows([A, B], [1, 7])).toBe(true);
    expect(knows([A], [7])).toBe(true);
  });

  it("are known in any combination", () => {
    learn([A, B, A, C], [1, 2, 3, 4]);
    learn([A, C, B], [2, 2, 3]);
    // A@1 calls B, B@2 A, A@3 C, A@2 C, C@2 B
    expect(knows([A, C, B, A, B, A, C], [2, 2, 2, 1, 2, 3, 0])).toBe(true);
  });

  it("differ by caller, by place and by callee", () => {
    learn([A, C], [1, 0]);
    learn([B], [0]);
    learn([A, B], [3, 0]);
    expect(knows([A, C], [1, 0])).toBe(true);
    expect(knows([B], [0])).toBe(true);
    expect(knows([B, C], [1, 0])).toBe(false); // another caller at the same instruction
    expect(cachedAt(0).knownEdges).toBe(1);
    expect(knows([A, C], [2, 0])).toBe(false);
    expect(knows([A, B], [1, 0])).toBe(false);
    expect(knows([A, B, C], [3, 1, 0])).toBe(false);
    expect(cachedAt(0).knownEdges).toBe(2);
  });

  it("don't make a callee a root", () => {
    learn([A, C], [1, 0]);
    expect(knows([C], [0])).toBe(false);
  });

  it("don't run into one another, however large their numbers are", () => {
    const entries: StaticArray<u32> = [0, 1, 2, 0x7ffe, 0x7fff];
    const units: StaticArray<u32> = [0, 1, 2, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x4000_0000, 0x7fff_fffd];
    for (let i: u32 = 5; i < 0x8000; i++) newCode(0x1000 + ((i * 256) as u64), 1);
    for (let i = 0; i < entries.length; i++) {
      codeAt(entries[i]).state = CODE_READY;
      learn([entries[i]], [0]);
    }
    // Every second of all calls is learned; then those, and no others, are known.
    for (let pass = 0; pass < 2; pass++) {
      let number: u32 = 0;
      for (let caller = 0; caller < entries.length; caller++) {
        for (let unit = 0; unit < units.length; unit++) {
          for (let callee = 0; callee < entries.length; callee++) {
            const learned = (++number * 0x9e37_79b9) >> 31 == 1;
            const codes: StaticArray<u32> = [entries[caller], entries[callee]];
            const at: StaticArray<u32> = [units[unit], 0];
            if (pass == 1) expect(knows(codes, at)).toBe(learned);
            else if (learned) learn(codes, at);
          }
        }
      }
    }
  });

  it("of code that could not be read are neither known nor learned", () => {
    learn([A, B, C], [1, 2, 3]);
    codeAt(B).state = CODE_FAILED;
    expect(knows([A, B, C], [1, 2, 3])).toBe(false);
    expect(cachedAt(0).knownEdges).toBe(1);
    forgetEdges();
    learn([A, B, C], [1, 2, 3]);
    expect(cachedAt(0).knownEdges).toBe(0); // asked anew only
    codeAt(B).state = CODE_READY;
    expect(knows([A], [1])).toBe(true);
    expect(knows([A, B], [1, 2])).toBe(false);
    expect(knows([A, NO_CODE], [1, 2])).toBe(false);
  });

  it("that are too many are learned anew", () => {
    for (let unit: u32 = 0; unit < MAX_EDGES - 1; unit++) learn([A, B], [unit, 0]);
    expect(knows([A, B], [0, 0])).toBe(true);
    expect(knows([A, B], [MAX_EDGES - 2, 0])).toBe(true);
    learn([A, C], [5, 0]);
    expect(knows([A, B], [0, 0])).toBe(false);
    learn([A, C], [5, 0]); // what was learned while all was forgotten lacks its root
    expect(knows([A, C], [5, 0])).toBe(true);
  });

  it("are those of the caller below a frame that is never shown", () => {
    learn([A, B, C], [1, 2, 3]);
    learn([C], [1]);
    expect(knows([A, B, C], [1, 2, 3])).toBe(true);
    codeAt(B).firstTraceable = 4;
    expect(knows([A, B, C], [1, 2, 3])).toBe(false); // nobody saw A call C
    learn([A, B, C], [1, 2, 3]);
    expect(knows([A, B, C], [1, 2, 3])).toBe(true);
    expect(knows([A, B, C], [5, 2, 3])).toBe(false);
    expect(knows([C, B, C], [1, 2, 3])).toBe(false);
  });

  it("of generators are known of their callers, whichever it is", () => {
    learn([A, B], [1, 2]);
    const resumed = stack([A, B, C], [1, 2, 3]);
    frameOf(resumed, 2).flags = FRAME_OF_GENERATOR;
    learnEdges(resumed);
    expect(mayResume(resumed)).toBe(false);
    expect(mayResume(stack([A, B], [1, 2]))).toBe(true);
    expect(mayResume(stack([A, B], [1, 3]))).toBe(false);
    expect(mayResume(stack([A], [1]))).toBe(false); // it calls no generator
    expect(mayResume(stack([], []))).toBe(false);
    expect(knows([A, B], [2, 0])).toBe(false);
    forgetEdges();
    expect(mayResume(stack([A, B], [1, 2]))).toBe(false);
  });
});
