// Lists of threads that run in a circle: noticed, and each thread kept once.
import { beginCycleCheck, isCycle } from "../../../assembly/runtime/list_cycle";
import { Attempt } from "../../../assembly/threads/attempt";
import { cachedAt, threadAt } from "../../../assembly/threads/cached_thread";

/** Walk a list of `tail` threads that lead into a circle of `length`. Returns how many are kept; at most `most` are looked at. */
function walk(tail: u32, length: u32, most: u32): u32 {
  beginCycleCheck();
  const first = Attempt.threads;
  for (let i: u32 = 0; i < most; i++) {
    const number = i < tail ? i : tail + ((i - tail) % length);
    const address: u64 = 0x1000 + ((number * 64) as u64);
    if (isCycle(address)) return Attempt.threads - first;
    expect(isCycle(address)).toBe(false); // asked again, as when bytes come late
    threadAt(Attempt.threads).address = address;
    cachedAt(Attempt.threads).count = 3;
    Attempt.threads++;
    Attempt.frames += 3;
  }
  return u32.MAX_VALUE;
}

describe("a list of threads", () => {
  beforeEach(() => {
    Attempt.threads = 0;
    Attempt.frames = 0;
  });

  it("has each thread once where it runs in a circle, and the sample counts only their frames", () => {
    for (let tail: u32 = 0; tail < 20; tail++) {
      for (let length: u32 = 1; length < 20; length++) {
        Attempt.threads = 0;
        Attempt.frames = 0;
        expect(walk(tail, length, 200)).toBe(tail + length);
        expect(Attempt.frames).toBe((tail + length) * 3);
      }
    }
  });

  it("is no circle while all differ", () => {
    expect(walk(3000, 1, 3000)).toBe(u32.MAX_VALUE);
    expect(Attempt.threads).toBe(3000);
  });

  it("leaves the interpreters before it alone", () => {
    walk(5, 1, 5);
    expect(walk(2, 3, 100)).toBe(5);
    expect(Attempt.threads).toBe(10);
    expect(Attempt.frames).toBe(30);
  });
});
