// What is remembered of threads: found again wherever they are in the list, and compared with the stack that comes next.
import { MAX_FRAMES, MAX_THREADS } from "../../../assembly/abi/limits";
import { NO_CODE } from "../../../assembly/objects/codes";
import { CachedThread, cachedAt, frameOf, threadAt } from "../../../assembly/threads/cached_thread";
import { RawStack, rawFrameAt } from "../../../assembly/threads/raw_stack";
import { cacheStack, forgetStack } from "../../../assembly/threads/stack_cache";
import { assignThread, forgetStacks, forgetThreads, forgetThreadsBehind } from "../../../assembly/threads/thread_table";

const A: u64 = 0xa000;
const B: u64 = 0xb000;
const C: u64 = 0xc000;
const D: u64 = 0xd000;

/** Let the walk have met `count` frames, the root running code object 0x100, each next one the next. */
function walked(count: u32): void {
  RawStack.count = count;
  for (let i: u32 = 0; i < count; i++) {
    const frame = rawFrameAt(count - 1 - i);
    frame.address = 0x9000 + ((i * 64) as u64);
    frame.previous = i == 0 ? 0 : frame.address - 64;
    frame.code = 0x100 + (i as u64);
    frame.instruction = i;
    frame.entry = NO_CODE;
    frame.flags = 0;
  }
}

/** Thread number 0 with a stack of `count` frames, all of which is decoded, proven and shown. */
function known(count: u32): CachedThread {
  assignThread(0, A);
  const thread = cachedAt(0);
  walked(count);
  cacheStack(thread, 0);
  for (let i: u32 = 0; i < count; i++) {
    frameOf(thread, i).entry = i;
    store<u32>(thread.ids + i * 4, i + 1);
  }
  thread.resolved = count;
  thread.knownEdges = count;
  thread.emitted = count;
  thread.idCount = count;
  thread.steady = 7;
  return thread;
}

/** Compare what is still valid of a thread's stack. */
function has(thread: CachedThread, count: u32, resolved: u32, certified: u32, emitted: u32, steady: u32): void {
  expect(thread.count).toBe(count);
  expect(thread.resolved).toBe(resolved, "resolved");
  expect(thread.knownEdges).toBe(certified, "certified");
  expect(thread.emitted).toBe(emitted, "emitted");
  expect(thread.steady).toBe(steady, "steady");
}

/** Let the sample have three threads. */
function place(first: u64, second: u64, third: u64): void {
  assignThread(0, first);
  assignThread(1, second);
  assignThread(2, third);
  expect(threadAt(0).address).toBe(first);
  expect(threadAt(1).address).toBe(second);
  expect(threadAt(2).address).toBe(third);
  forgetThreadsBehind(3);
}

describe("a thread's place", () => {
  beforeEach(forgetThreads);

  it("is new once, with a number and nothing to remember", () => {
    place(A, B, C);
    expect(threadAt(0).serial).toBe(threadAt(1).serial - 1);
    expect(threadAt(1).serial).toBe(threadAt(2).serial - 1);
    const serial = threadAt(0).serial;
    cachedAt(0).steady = 5;
    threadAt(0).version = 9;
    place(A, B, C);
    expect(threadAt(0).serial).toBe(serial);
    expect(threadAt(0).version).toBe(9);
    expect(cachedAt(0).steady).toBe(5);
    expect(cachedAt(1).steady).toBe(0);
  });

  it("may be any: its memory comes with it", () => {
    place(A, B, C);
    for (let i: u32 = 0; i < 3; i++) cachedAt(i).steady = 10 + i;
    const first = threadAt(0).serial;
    place(C, A, B);
    expect(cachedAt(0).steady).toBe(12);
    expect(cachedAt(1).steady).toBe(10);
    expect(cachedAt(2).steady).toBe(11);
    expect(threadAt(1).serial).toBe(first);
  });

  it("at the head may be a new thread's, and costs the others nothing", () => {
    place(A, B, C);
    for (let i: u32 = 0; i < 3; i++) cachedAt(i).steady = 10 + i;
    assignThread(0, D);
    assignThread(1, A);
    assignThread(2, B);
    assignThread(3, C);
    expect(cachedAt(0).steady).toBe(0);
    for (let i: u32 = 0; i < 3; i++) expect(cachedAt(i + 1).steady).toBe(10 + i);
  });

  it("is another one's once the thread has ended, even at the same address", () => {
    place(A, B, C);
    const newest = threadAt(2).serial;
    cachedAt(0).steady = 5;
    assignThread(0, B);
    assignThread(1, C);
    forgetThreadsBehind(2);
    assignThread(2, A);
    expect(threadAt(2).serial).toBe(newest + 1);
    expect(cachedAt(2).steady).toBe(0);
  });

  it("gives its room back when the thread ends", () => {
    const frames = known(3).frames;
    forgetThreadsBehind(0);
    expect(known(3).frames).toBe(frames);
  });

  it("is given to a new thread where there is no room to remember one more", () => {
    for (let i: u32 = 0; i < MAX_THREADS; i++) assignThread(i, 0x10_0000 + ((i * 16) as u64));
    const last = threadAt(MAX_THREADS - 1).serial;
    assignThread(0, D);
    expect(threadAt(0).address).toBe(D);
    expect(threadAt(MAX_THREADS - 1).serial).toBe(last);
    assignThread(1, 0x10_0000);
    expect(threadAt(1).serial).toBe(last + 2); // dropped, so it's new
  });
});

describe("a stack", () => {
  beforeEach(forgetThreads);

  it("is remembered root first, with nothing known of it", () => {
    assignThread(0, A);
    const thread = cachedAt(0);
    walked(5);
    expect(cacheStack(thread, 0)).toBe(true);
    has(thread, 5, 0, 0, 0, 0);
    expect(thread.changed).toBe(1);
    for (let i: u32 = 0; i < 5; i++) {
      expect(frameOf(thread, i).code).toBe(0x100 + (i as u64));
      expect(frameOf(thread, i).instruction).toBe(i);
      expect(frameOf(thread, i).entry).toBe(NO_CODE);
    }
  });

  it("that is unchanged stays as known as it was", () => {
    const thread = known(4);
    walked(4);
    cacheStack(thread, 0);
    has(thread, 4, 4, 4, 4, 8);
    expect(thread.changed).toBe(0);
  });

  it("whose newest frame went on has the same calls", () => {
    const thread = known(4);
    walked(4);
    rawFrameAt(0).instruction = 99;
    cacheStack(thread, 0);
    has(thread, 4, 3, 4, 3, 8);
    expect(thread.changed).toBe(1);
    expect(frameOf(thread, 3).instruction).toBe(99);
    expect(frameOf(thread, 3).entry).toBe(3);
  });

  it("whose newest frame runs other code is proven below it", () => {
    const thread = known(4);
    walked(4);
    rawFrameAt(0).code = 0x999;
    cacheStack(thread, 0);
    has(thread, 4, 3, 3, 3, 0);
    expect(frameOf(thread, 3).entry).toBe(NO_CODE);
  });

  it("that grew shows its former newest frame anew", () => {
    const thread = known(4);
    walked(6);
    cacheStack(thread, 0);
    has(thread, 6, 4, 4, 3, 0);
  });

  it("that shrank shows its newest frame anew", () => {
    const thread = known(4);
    walked(2);
    cacheStack(thread, 0);
    has(thread, 2, 2, 2, 1, 0);
    walked(0);
    cacheStack(thread, 0);
    has(thread, 0, 0, 0, 0, 0);
  });

  it("that shrank and went on is proven below its newest frame", () => {
    const thread = known(4);
    walked(2);
    rawFrameAt(0).instruction = 99;
    cacheStack(thread, 0);
    has(thread, 2, 1, 1, 1, 0);
  });

  it("is known up to the first frame that differs in anything", () => {
    for (let field = 0; field < 5; field++) {
      const thread = known(6);
      walked(6);
      const raw = rawFrameAt(3);
      if (field == 0) raw.address++;
      else if (field == 1) raw.previous++;
      else if (field == 2) raw.code++;
      else if (field == 3) raw.instruction++;
      else raw.flags++;
      cacheStack(thread, 0);
      has(thread, 6, 2, 2, 2, 0);
      const kept = frameOf(thread, 2);
      expect(kept.address == raw.address && kept.previous == raw.previous && kept.code == raw.code).toBe(true);
      expect(kept.instruction == raw.instruction && kept.flags == raw.flags).toBe(true);
      forgetThreads();
    }
  });

  it("may be walked above frames that are remembered already", () => {
    const thread = known(5);
    walked(5);
    rawFrameAt(0).instruction = 77;
    rawFrameAt(1).instruction = 66;
    RawStack.count = 2;
    cacheStack(thread, 3);
    has(thread, 5, 3, 3, 3, 0);
    expect(frameOf(thread, 2).instruction).toBe(2);
    expect(frameOf(thread, 3).instruction).toBe(66);
    expect(frameOf(thread, 4).instruction).toBe(77);
    RawStack.count = 0;
    cacheStack(thread, 4);
    has(thread, 4, 3, 3, 3, 0);
  });

  it("that needs more room takes it, with all that is known of it", () => {
    const thread = known(32);
    const frames = thread.frames;
    walked(100);
    cacheStack(thread, 0);
    has(thread, 100, 32, 32, 31, 0);
    expect(thread.frames).not.toBe(frames);
    for (let i: u32 = 0; i < 32; i++) {
      expect(frameOf(thread, i).entry).toBe(i);
      expect(load<u32>(thread.ids + i * 4)).toBe(i + 1);
    }
    assignThread(1, B);
    walked(1);
    cacheStack(cachedAt(1), 0);
    expect(cachedAt(1).frames).toBe(frames); // what it had before serves another
  });

  it("that there is no room for is refused, and the old one stays", () => {
    const thread = known(3);
    RawStack.count = MAX_FRAMES;
    expect(cacheStack(thread, 1)).toBe(false);
    has(thread, 3, 3, 3, 3, 7);
  });

  it("has the room that deeper stacks had before", () => {
    const deep: u32 = 20_000;
    let count: u32 = 0;
    for (; count < 40; count++) {
      assignThread(count, A + (count as u64));
      walked(deep);
      if (!cacheStack(cachedAt(count), 0)) break;
      walked(40);
      cacheStack(cachedAt(count), 0);
      for (let i: u32 = 0; i < 40; i++) store<u32>(cachedAt(count).ids + i * 4, count * 100 + i);
      cachedAt(count).idCount = 40;
    }
    // Many more than would fit with the room that each one needed once.
    expect(count).toBe(40);
    for (let t: u32 = 0; t < count; t++) {
      for (let i: u32 = 0; i < 40; i++) {
        expect(frameOf(cachedAt(t), i).code).toBe(0x100 + (i as u64));
        expect(load<u32>(cachedAt(t).ids + i * 4)).toBe(t * 100 + i);
      }
    }
    // Where they are as deep still, there is none.
    for (count = 0; count < 40; count++) {
      walked(deep);
      if (!cacheStack(cachedAt(count), 0)) break;
    }
    expect(count > 0 && count < 40).toBe(true);
    expect(cachedAt(count).count).toBe(40);
  });

  it("is forgotten, alone or with all others", () => {
    const thread = known(3);
    const frames = thread.frames;
    forgetStack(thread);
    has(thread, 0, 0, 0, 0, 0);
    expect(thread.idCount).toBe(0);
    expect(thread.frames).toBe(frames);
    walked(3);
    cacheStack(thread, 0);
    has(thread, 3, 0, 0, 0, 0);
    const serial = threadAt(0).serial;
    forgetStacks();
    has(thread, 0, 0, 0, 0, 0);
    expect(thread.frames).toBe(0);
    expect(thread.capacity).toBe(0);
    assignThread(0, A);
    expect(threadAt(0).serial).toBe(serial);
  });
});
