// Which threads are looked at: those that were listed last; anew some times a second, where one of them is gone, and where one turns up that was not among them, once.
import { afterEach, expect, it, vi } from "vitest";
import { host, type ThreadStand, type ThreadStands } from "../../../src/host/index.js";
import { ThreadWatch } from "../../../src/sampler/thread_watch.js";

const PID = 4711;

class Threads implements ThreadStands {
  tids: number[] = [1, 2];
  lists = 0;

  constructor() {
    vi.spyOn(host, "threadsOf").mockImplementation((pid) => {
      expect(pid).toBe(PID);
      this.lists++;
      return [...this.tids];
    });
  }

  look(tid: number): ThreadStand | undefined {
    return this.tids.includes(tid) ? { blocked: undefined, witness: "1 2 3\n" } : undefined;
  }

  witness(): string {
    return "1 2 3\n";
  }

  compare(tids: readonly number[], endings: ReadonlyMap<number, string>, standing: Set<number>): void {
    for (const tid of tids) if (endings.has(tid)) standing.add(tid);
  }

  close(): void {}
}

afterEach(() => {
  vi.restoreAllMocks();
});

it("are those that were listed, until it is time to list them again", () => {
  const threads = new Threads();
  const watch = new ThreadWatch(PID, threads);
  watch.begin(0);
  threads.tids.push(3);
  for (const now of [1000, 9999]) {
    watch.begin(now);
    expect([...watch.look().keys()]).toEqual([1, 2]);
  }
  expect(threads.lists).toBe(1);
  watch.begin(10_000);
  expect([...watch.look().keys()]).toEqual([1, 2, 3]);
  expect(threads.lists).toBe(2);
  // A second copy of a sample has all that there are by then.
  threads.tids.push(4);
  expect([...watch.look().keys()]).toEqual([1, 2, 3, 4]);
});

it("are listed at once where one of them is gone", () => {
  const threads = new Threads();
  const watch = new ThreadWatch(PID, threads);
  watch.begin(0);
  threads.tids = [2, 3];
  watch.begin(1000);
  expect([...watch.look().keys()]).toEqual([2, 3]);
});

it("are listed at the next sample where Python has one that was not among them, and once for one that no list has", () => {
  const threads = new Threads();
  const watch = new ThreadWatch(PID, threads);
  watch.begin(0);
  threads.tids.push(3);
  watch.keep(3, undefined);
  watch.keep(99, undefined);
  watch.begin(1000);
  expect([...watch.look().keys()]).toEqual([1, 2, 3]);
  expect(threads.lists).toBe(2);
  for (let now = 2000; now < 10_000; now += 1000) {
    // One that is known and moved, and one that is known to be missing.
    watch.keep(1, undefined);
    watch.keep(99, undefined);
    watch.begin(now);
  }
  expect(threads.lists).toBe(2);
  watch.begin(20_000);
  watch.keep(99, undefined);
  watch.begin(21_000);
  expect(threads.lists).toBe(4);
});

it("stand as long as their witness ends as it did, and are not looked at then", () => {
  const watch = new ThreadWatch(PID, new Threads());
  watch.begin(0);
  watch.keep(1, " 3\n");
  expect(watch.begin(1000)).toBe(false);
  expect([[...watch.standing], [...watch.look().keys()]]).toEqual([[1], [2]]);
  watch.keep(2, " 3\n");
  expect(watch.begin(2000)).toBe(true);
  watch.keep(2, undefined);
  expect(watch.begin(3000)).toBe(false);
});
