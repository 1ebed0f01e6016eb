// Ranges: what is asked for, when an answer is there, and what the next attempt asks for at once.
import {
  COPY_BYTES,
  MAX_RANGE_BYTES,
  MAX_REQUESTS,
  REQUESTS_AT_ONCE,
  RESERVED_BYTES,
  RESERVED_REQUESTS,
} from "../../../assembly/abi/limits";
import { ABSENT, Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { beginGuards, forgetRanges, startAttempt, startOffCpuAttempt } from "../../../assembly/remote/begin_attempt";
import { endOfFill, Fills, noteFill } from "../../../assembly/remote/fills";
import { ONLY_STACKS, requestGuards, requestPrefetch, updatePrefetch } from "../../../assembly/remote/prefetch";
import { beginReads, need, needEachSample, needFrame, Reads } from "../../../assembly/remote/reads";
import { copyOf, PENDING, Requests, request, setOwner, UNREADABLE } from "../../../assembly/remote/requests";
import { DROPPED, deselect, SKIPPED, selectAll } from "../../../assembly/remote/selection";
import { enterSection, FIRST, LISTS, STACKS } from "../../../assembly/remote/uses";
import { BASE, fill, newTarget, put32, requestNumber, SIZE } from "../fake_target";

const END: u64 = BASE + (SIZE as u64);

/** Use what the plan has filled, and complete the attempt. */
function attempt(first: u64, count: u32): void {
  startAttempt();
  fill();
  for (let i: u32 = 0; i < count; i++) needEachSample(first + ((i * 64) as u64), 16, 16);
  fill();
  beginGuards();
  updatePrefetch();
}

/** The same of stacks alone, and `wanted` bytes of each range. */
function useStacks(count: u32, wanted: u32): void {
  startAttempt(ONLY_STACKS);
  fill();
  for (let i: u32 = 0; i < count; i++) needEachSample(BASE + ((i * 64) as u64), 8, wanted);
  fill();
  updatePrefetch(ONLY_STACKS);
}

/** Begin an attempt at stacks; where an owner is watched, at a still copy. */
function begin(watched: u32): void {
  if (watched == 0) {
    startAttempt(ONLY_STACKS);
    return;
  }
  startOffCpuAttempt(watched);
  requestPrefetch(ONLY_STACKS, watched);
}

/** Use two ranges of an owner's, at addresses of its own but for owners below 100. */
function useOwned(owner: u32): void {
  startAttempt(ONLY_STACKS);
  fill();
  turn(owner);
  fill();
  updatePrefetch(ONLY_STACKS);
}

function turn(owner: u32): void {
  beginReads(owner);
  const first = BASE + (owner < 100 ? 0 : (owner as u64) * 256);
  needEachSample(first, 8, 16);
  needEachSample(first + 64, 8, 16);
}

/** Ask for `count` ranges of an owner. */
function ask(owner: u32, count: u32): void {
  setOwner(owner);
  for (let i: u32 = 0; i < count; i++) request(BASE + (Requests.count as u64) * 8, 8);
}

/** Whose range a request is for, where each owner has addresses of its own. */
function ownerOf(index: u32): u32 {
  return ((requestNumber(index).address - BASE) as u32) / 256;
}

describe("a range", () => {
  beforeEach(() => {
    selectLayout(3, 12, 0, 8);
    newTarget();
    startAttempt();
  });

  it("is pending until the source has filled it", () => {
    put32(BASE + 64, 0x1234_5678);
    expect(need(BASE + 64, 4, 16)).toBe(PENDING);
    expect(need(BASE + 64, 4, 16)).toBe(PENDING);
    expect(Requests.count).toBe(1);
    expect(fill()).toBe(1);
    const copy = need(BASE + 64, 4, 16);
    expect(copy > UNREADABLE).toBe(true);
    expect(load<u32>(copy)).toBe(0x1234_5678);
    expect(fill()).toBe(0);
  });

  it("is unreadable where nothing lies", () => {
    expect(need(END + 4096, 8, 8)).toBe(PENDING);
    fill();
    expect(need(END + 4096, 8, 8)).toBe(UNREADABLE);
    expect(needEachSample(END + 4096, 8, 8)).toBe(UNREADABLE);
  });

  it("serves as far as it came", () => {
    expect(need(END - 24, 16, 64)).toBe(PENDING);
    fill();
    expect(requestNumber(0).copied).toBe(24);
    expect(need(END - 24, 16, 64) > UNREADABLE).toBe(true);
    expect(need(END - 24, 24, 64) > UNREADABLE).toBe(true);
    expect(need(END - 24, 25, 64)).toBe(UNREADABLE);
    expect(copyOf(0, 24) > UNREADABLE).toBe(true);
    expect(copyOf(0, 25)).toBe(UNREADABLE);
    expect(copyOf(1, 1)).toBe(UNREADABLE);
  });

  it("is superseded by a longer one at the same address", () => {
    need(BASE, 8, 8);
    fill();
    expect(need(BASE, 16, 16)).toBe(PENDING);
    expect(Requests.count).toBe(2);
    fill();
    expect(need(BASE, 8, 8)).toBe(requestNumber(1).destination as usize);
    expect(need(BASE, 16, 16)).toBe(requestNumber(1).destination as usize);
  });

  it("is destined to a place of its own, in whole words", () => {
    need(BASE, 5, 5);
    need(BASE + 64, 8, 8);
    expect(requestNumber(1).destination - requestNumber(0).destination).toBe(8);
  });

  it("is never asked for at an address that can't be", () => {
    const absurd: StaticArray<u64> = [0, 1, 4095, u64.MAX_VALUE, u64.MAX_VALUE - 8, 1 << 63, 0x7fff_ffff_ffff_fff8];
    for (let i = 0; i < absurd.length; i++) {
      expect(need(absurd[i], 16, 16)).toBe(UNREADABLE);
      expect(needEachSample(absurd[i], 16, 16)).toBe(UNREADABLE);
    }
    expect(need(BASE, 0, 0)).toBe(UNREADABLE);
    expect(need(BASE, 8, MAX_RANGE_BYTES + 1)).toBe(UNREADABLE);
    expect(Requests.count).toBe(0);
    expect(need(4096, 8, 8)).toBe(PENDING);
  });

  it("is never asked for beyond 4 GiB of a 32-bit target", () => {
    selectLayout(3, 12, 0, 4);
    expect(Layout.wordSize).toBe(4);
    expect(need(0xffff_fff8, 8, 16)).toBe(UNREADABLE);
    expect(need(0x1_0000_0000, 8, 8)).toBe(UNREADABLE);
    expect(need(u64.MAX_VALUE - 4, 8, 8)).toBe(UNREADABLE);
    expect(Requests.count).toBe(0);
    expect(need(0xffff_fff0, 8, 16)).toBe(PENDING);
  });

  it("is told from all others", () => {
    for (let i: u32 = 0; i < 5000; i++) {
      put32(BASE + (((i * 64) as u64) % (SIZE as u64)), i);
      expect(need(BASE + ((i * 64) as u64), 4, 4)).toBe(PENDING);
    }
    fill();
    for (let i: u32 = 0; i < 5000; i++) expect(load<u32>(need(BASE + ((i * 64) as u64), 4, 4))).toBe(i);
    expect(Requests.count).toBe(5000);
  });
});

describe("room", () => {
  beforeEach(() => {
    selectLayout(3, 12, 0, 8);
    newTarget();
    startAttempt();
  });

  it("for requests ends, and is kept for what comes behind the walk", () => {
    const most = MAX_REQUESTS - RESERVED_REQUESTS;
    for (let i: u32 = 0; i < most; i++) expect(request(BASE, 8)).toBe(i);
    expect(Requests.exhausted).toBe(false);
    expect(request(BASE, 8)).toBe(MAX_REQUESTS);
    expect(Requests.exhausted).toBe(true);
    expect(need(BASE, 8, 8)).toBe(UNREADABLE);
    beginGuards();
    expect(need(BASE, 8, 8)).toBe(PENDING);
    for (let i = most + 1; i < MAX_REQUESTS; i++) expect(request(BASE, 8)).toBe(i);
    expect(request(BASE, 8)).toBe(MAX_REQUESTS);
  });

  it("for bytes ends, and is kept for what comes behind the walk", () => {
    for (let bytes: u32 = 0; bytes + MAX_RANGE_BYTES <= COPY_BYTES - RESERVED_BYTES; bytes += MAX_RANGE_BYTES) {
      expect(need(BASE + (bytes as u64), 8, MAX_RANGE_BYTES)).toBe(PENDING);
    }
    const left = COPY_BYTES - RESERVED_BYTES - Requests.bytes;
    expect(need(BASE + 8, 8, left + 1)).toBe(UNREADABLE);
    expect(Requests.exhausted).toBe(true);
    expect(need(BASE + 8, 8, left)).toBe(PENDING);
    expect(need(BASE + 16, 8, 8)).toBe(UNREADABLE);
    beginGuards();
    expect(need(BASE + 16, 8, 8)).toBe(PENDING);
  });

  it("is left by single frames to what else there is to walk", () => {
    let frames: u32 = 0;
    while (needFrame(BASE + ((frames * 8) as u64), 8) == PENDING) frames++;
    expect(frames < MAX_REQUESTS - RESERVED_REQUESTS).toBe(true);
    expect(Requests.exhausted).toBe(true);
    expect(needFrame(BASE, 8)).toBe(PENDING); // this one is asked for already
    expect(needEachSample(END + 4096, 8, 8)).toBe(PENDING);
  });
});

describe("the plan", () => {
  beforeEach(() => {
    selectLayout(3, 12, 0, 8);
    newTarget();
  });

  it("asks for what was used, in the order of use, with the lengths wanted last", () => {
    startAttempt();
    need(BASE + 512, 8, 8); // once only
    needEachSample(BASE + 128, 8, 8);
    needEachSample(BASE, 8, 8);
    needEachSample(BASE + 64, 8, 16);
    needEachSample(BASE, 8, 32);
    fill();
    expect(Requests.missed).toBe(true);
    beginGuards();
    updatePrefetch();
    startAttempt();
    expect(Requests.count).toBe(3);
    expect(Requests.missed).toBe(false);
    expect(requestNumber(0).address).toBe(BASE + 128);
    expect(requestNumber(1).address).toBe(BASE);
    expect(requestNumber(1).length).toBe(32);
    expect(requestNumber(2).address).toBe(BASE + 64);
    expect(requestNumber(2).length).toBe(16);
    fill();
    expect(needEachSample(BASE + 64, 8, 16) > UNREADABLE).toBe(true);
    expect(Requests.missed).toBe(false);
    needEachSample(BASE + 64, 17, 17);
    expect(Requests.missed).toBe(true);
  });

  it("asks for a range once, as long as it was at last", () => {
    attempt(BASE, 1);
    startAttempt();
    fill();
    needEachSample(BASE, 64, 64);
    fill();
    needEachSample(BASE, 64, 64);
    beginGuards();
    updatePrefetch();
    startAttempt();
    expect(Requests.count).toBe(1);
    expect(requestNumber(0).length).toBe(64);
  });

  it("keeps what was not used of late, and not for ever", () => {
    attempt(BASE, 3);
    let rounds = 0;
    for (; rounds < 100; rounds++) {
      attempt(BASE, 1);
      startAttempt();
      expect(requestNumber(0).address).toBe(BASE);
      if (Requests.count == 1) break;
      expect(Requests.count).toBe(3);
    }
    expect(rounds).toBe(8);
  });

  it("stays as it is where all of it was used, and nothing else; else it is made anew", () => {
    useStacks(2, 16);
    useStacks(2, 16);
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(2);
    expect(requestNumber(1).length).toBe(16);
    useStacks(2, 24);
    startAttempt(ONLY_STACKS);
    expect(requestNumber(0).length).toBe(24);
    expect(requestNumber(1).length).toBe(24);
    // One that was used again is young again.
    for (let i = 0; i < 6; i++) useStacks(1, 24);
    useStacks(2, 24);
    for (let i = 0; i < 6; i++) useStacks(1, 24);
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(2);
    // The second one has gone, and another one has come.
    for (let i = 0; i < 9; i++) useStacks(1, 24);
    useStacks(2, 24);
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(2);
  });

  it("is asked for again as it was, with nothing that came beside it", () => {
    useStacks(2, 16);
    useStacks(2, 16);
    for (let i: u32 = 0; i < 3; i++) {
      startAttempt(ONLY_STACKS);
      expect(Requests.count).toBe(2);
      expect(need(BASE, 4, 4)).toBe(PENDING);
      for (let request: u32 = 0; request < 2; request++) {
        expect(requestNumber(request).address).toBe(BASE + (request as u64) * 64);
        expect(requestNumber(request).length).toBe(16);
        expect(requestNumber(request).copied).toBe(0);
        expect(requestNumber(request).moving).toBe(0);
      }
      put32(BASE, i);
      fill();
      expect(load<u32>(needEachSample(BASE, 8, 16))).toBe(i);
      expect(needEachSample(BASE + 64, 8, 16) > UNREADABLE).toBe(true);
      expect(Requests.missed).toBe(false);
      // Read once: no part of the plan.
      if (i == 1) {
        expect(need(BASE + 256, 8, 8)).toBe(PENDING);
        fill();
        expect(need(BASE + 256, 8, 8) > UNREADABLE).toBe(true);
      }
      updatePrefetch(ONLY_STACKS);
    }
    startAttempt(ONLY_STACKS);
    expect(need(BASE + 256, 8, 8)).toBe(PENDING);
    expect(Requests.missed).toBe(true);
  });

  it("is asked for anew for another thread that is watched, and for nobody", () => {
    useOwned(7);
    for (let i: u32 = 0; i < 4; i++) {
      const watched: u32 = i == 1 ? 8 : 0;
      begin(watched);
      for (let request: u32 = 0; request < 2; request++) {
        expect(requestNumber(request).moving).toBe(watched == 8 ? 1 : 0);
      }
      fill();
      beginReads(7);
      needEachSample(BASE, 8, 16);
      needEachSample(BASE + 64, 8, 16);
      updatePrefetch(ONLY_STACKS);
    }
  });

  it("is asked for with what it left out, and without", () => {
    enterSection(LISTS);
    needEachSample(BASE + 512, 8, 8);
    enterSection(STACKS);
    needEachSample(BASE, 8, 16);
    fill();
    updatePrefetch();
    useStacks(1, 16);
    useStacks(1, 16);
    startAttempt();
    expect(Requests.count).toBe(2);
    expect(requestNumber(0).address).toBe(BASE + 512);
    fill();
    updatePrefetch(ONLY_STACKS);
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(1);
    expect(requestNumber(0).address).toBe(BASE);
    forgetRanges();
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(0);
    useStacks(1, 16);
    useStacks(1, 16);
    forgetRanges();
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(0);
  });

  it("knows whose ranges they are, whoever had them before", () => {
    for (let owner: u32 = 7; owner < 9; owner++) {
      useOwned(owner);
      begin(8);
      expect(requestNumber(0).moving).toBe(owner == 8 ? 0 : 1);
    }
  });

  it("may be the watched thread's where nobody is known to own it", () => {
    startAttempt(ONLY_STACKS);
    fill();
    needEachSample(BASE, 8, 16);
    beginReads(7);
    needEachSample(BASE + 64, 8, 16);
    fill();
    updatePrefetch(ONLY_STACKS);
    begin(8);
    expect(requestNumber(0).moving).toBe(0);
    expect(requestNumber(1).moving).toBe(1);
  });

  it("keeps what was not used, but not thousands of ranges where few are", () => {
    for (let used: u32 = 1; used < 1000; used += 600) {
      newTarget();
      startAttempt(ONLY_STACKS);
      fill();
      for (let i: u32 = 0; i < 3000; i++) needEachSample(BASE + ((i * 64) as u64), 8, 16);
      fill();
      updatePrefetch(ONLY_STACKS);
      useStacks(used, 16);
      startAttempt(ONLY_STACKS);
      expect(Requests.count).toBe(2 * used + 256);
    }
  });

  it("takes an unused range up again", () => {
    attempt(BASE, 3);
    attempt(BASE, 1);
    startAttempt();
    fill();
    expect(needEachSample(BASE + 64, 16, 16) > UNREADABLE).toBe(true);
    expect(Requests.missed).toBe(false);
  });

  it("asks for guards behind the walk, where they are wanted, those that were not used too", () => {
    const guard: u64 = BASE + 4096;
    startAttempt();
    needEachSample(BASE, 8, 8);
    needEachSample(BASE + 64, 8, 8);
    fill();
    beginGuards();
    requestGuards();
    needEachSample(guard, 8, 8);
    needEachSample(guard + 64, 8, 8);
    fill();
    updatePrefetch();
    // Now one of each is unused, and would come last if it were not for its kind.
    startAttempt();
    fill();
    needEachSample(BASE, 8, 8);
    beginGuards();
    requestGuards();
    expect(needEachSample(guard + 64, 8, 8)).toBe(PENDING);
    expect(Requests.missed).toBe(false);
    updatePrefetch();
    startAttempt();
    expect(Requests.count).toBe(2);
    expect(requestNumber(0).address).toBe(BASE);
    expect(requestNumber(1).address).toBe(BASE + 64);
    beginGuards();
    requestGuards();
    requestGuards();
    expect(Requests.count).toBe(4);
    expect(requestNumber(2).address).toBe(guard + 64);
    expect(requestNumber(3).address).toBe(guard);
  });

  it("believes no guard that was copied before the walk was over", () => {
    attempt(BASE, 1);
    startAttempt();
    fill();
    expect(needEachSample(BASE, 16, 16) > UNREADABLE).toBe(true);
    beginGuards();
    expect(needEachSample(BASE, 16, 16)).toBe(PENDING);
    fill();
    expect(needEachSample(BASE, 16, 16)).toBe(requestNumber(1).destination as usize);
  });

  it("has sections, one behind the other, of which an attempt may leave out some", () => {
    const lists: u64 = BASE + 0x2000;
    const guard: u64 = BASE + 0x1000;
    startAttempt();
    enterSection(STACKS);
    needEachSample(BASE, 16, 16);
    enterSection(LISTS);
    needEachSample(lists, 16, 16);
    fill();
    beginGuards();
    requestGuards();
    needEachSample(guard, 16, 16);
    updatePrefetch();
    startAttempt();
    expect(Requests.count).toBe(2);
    expect(requestNumber(0).address).toBe(lists);
    expect(requestNumber(1).address).toBe(BASE);

    // Longer than the plan has patience for what it asks for and is not used
    for (let i = 0; i < 20; i++) {
      startAttempt(ONLY_STACKS);
      fill();
      needEachSample(BASE + 64, 16, 16);
      fill();
      updatePrefetch(ONLY_STACKS);
    }
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(1);
    expect(requestNumber(0).address).toBe(BASE + 64);
    for (let i = 0; i < 20; i++) {
      startAttempt();
      expect(Requests.count).toBe(2);
      expect(requestNumber(0).address).toBe(lists);
      expect(requestNumber(1).address).toBe(BASE + 64);
      fill();
      enterSection(LISTS);
      expect(needEachSample(lists, 16, 16) > UNREADABLE).toBe(true);
      enterSection(STACKS);
      needEachSample(BASE + 64, 16, 16);
      expect(Requests.missed).toBe(false);
      // Nobody asked for guards: they stay
      beginGuards();
      updatePrefetch();
    }
    startAttempt();
    beginGuards();
    requestGuards();
    expect(Requests.count).toBe(3);
    expect(requestNumber(2).address).toBe(guard);
  });

  it("has those first that lead the others that they belong together with", () => {
    startAttempt();
    for (let thread: u64 = 0; thread < 2; thread++) {
      const first = BASE + thread * 0x1000;
      beginReads(1 + (thread as u32));
      needEachSample(first, 64, 64);
      needEachSample(first + 0x100, 16, 16);
      needEachSample(first + 0x200, 64, 64, FIRST);
      needEachSample(first + 0x300, 64, 64, FIRST);
    }
    fill();
    updatePrefetch();
    startAttempt();
    expect(Requests.count).toBe(8);
    const order: StaticArray<u64> = [0x200, 0x300, 0, 0x100, 0x1200, 0x1300, 0x1000, 0x1100];
    for (let i: u32 = 0; i < 8; i++) expect(requestNumber(i).address).toBe(BASE + order[i]);
  });

  it("keeps pointers longer where there is one for each way into the interpreter", () => {
    for (let minor: u32 = 12; minor <= 13; minor++) {
      if (minor == 13) Layout.threadCFrame = ABSENT;
      forgetRanges();
      startAttempt();
      needEachSample(BASE, 8, 8);
      fill();
      updatePrefetch();
      for (let i = 0; i < 20; i++) {
        startAttempt();
        fill();
        updatePrefetch();
      }
      startAttempt();
      expect(Requests.count).toBe(minor == 12 ? 1 : 0);
    }
    selectLayout(3, 12, 0, 8);
  });

  it("asks for nothing once it is forgotten", () => {
    attempt(BASE, 3);
    forgetRanges();
    startAttempt();
    expect(Requests.count).toBe(0);
  });

  it("is as good as its room", () => {
    const count: u32 = 14000;
    attempt(BASE, count);
    startAttempt();
    expect(Requests.count).toBe(count);
    fill();
    // All unused: the ones kept are half of what can be asked for at most.
    beginGuards();
    updatePrefetch();
    startAttempt();
    expect(Requests.count <= MAX_REQUESTS / 2).toBe(true);
  });
});

describe("owners", () => {
  beforeEach(() => {
    selectLayout(3, 12, 0, 8);
    newTarget();
    selectAll();
    startAttempt(ONLY_STACKS);
    // What one has is used in between what another one has.
    for (let i: u64 = 0; i < 2; i++) {
      for (let owner: u32 = 100; owner < 103; owner++) {
        beginReads(owner);
        needEachSample(BASE + (owner as u64) * 256 + i * 64, 8, 16);
      }
    }
    fill();
    updatePrefetch(ONLY_STACKS);
  });

  it("have their ranges side by side", () => {
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(6);
    for (let i: u32 = 0; i < 6; i++) expect(ownerOf(i)).toBe(100 + i / 2);
  });

  it("are not asked when they are spared, and are again afterwards", () => {
    deselect(101, SKIPPED);
    for (let round = 0; round < 20; round++) {
      startAttempt(ONLY_STACKS);
      expect(Requests.count).toBe(4);
      expect(ownerOf(2)).toBe(102);
      fill();
      turn(100);
      turn(102);
      expect(Requests.missed).toBe(false);
      updatePrefetch(ONLY_STACKS);
    }
    selectAll();
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(6);
  });

  it("leave the plan when they are dismissed, unless they were asked all the same", () => {
    deselect(101, DROPPED);
    deselect(102, DROPPED);
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(2);
    fill();
    turn(100);
    turn(102);
    expect(Requests.missed).toBe(true);
    fill();
    updatePrefetch(ONLY_STACKS);
    selectAll();
    startAttempt(ONLY_STACKS);
    expect(Requests.count).toBe(4);
    expect(ownerOf(2)).toBe(102);
  });

  it("come first where they are to stand still, and behind what was asked for before", () => {
    startOffCpuAttempt(102);
    request(BASE, 8);
    requestPrefetch(ONLY_STACKS, 102);
    expect(Requests.count).toBe(7);
    expect(ownerOf(1)).toBe(102);
    expect(ownerOf(2)).toBe(102);
    expect(ownerOf(3)).toBe(100);
  });

  it("know whether their ranges came at once, and late", () => {
    startAttempt(ONLY_STACKS);
    noteFill(true);
    turn(100);
    expect(Reads.spanFills).toBe(false);
    expect(Reads.interrupted).toBe(true);
    needEachSample(BASE, 8, 8);
    noteFill(false);
    needEachSample(BASE, 8, 8);
    expect(Reads.spanFills).toBe(true);
    beginReads(7);
    needEachSample(BASE, 8, 8);
    expect(Reads.spanFills).toBe(false);
    expect(Reads.interrupted).toBe(false);
    expect(Reads.fill).toBe(2);
  });
});

describe("a fill", () => {
  beforeEach(() => {
    selectLayout(3, 12, 0, 8);
    newTarget();
    selectAll();
    startAttempt();
  });

  it("is of all that is wanted, where that isn't much", () => {
    ask(1, REQUESTS_AT_ONCE);
    expect(endOfFill()).toBe(REQUESTS_AT_ONCE);
    noteFill();
    ask(2, 3);
    expect(endOfFill()).toBe(REQUESTS_AT_ONCE + 3);
  });

  it("ends between two owners", () => {
    for (let owner: u32 = 1; owner <= REQUESTS_AT_ONCE; owner++) ask(owner, 3);
    const most = REQUESTS_AT_ONCE - (REQUESTS_AT_ONCE % 3);
    expect(endOfFill()).toBe(most);
    noteFill();
    expect(Requests.filled).toBe(most);
    expect(endOfFill()).toBe(2 * most);
  });

  it("is of an owner's, however many these are", () => {
    ask(1, 3 * REQUESTS_AT_ONCE);
    ask(2, 64);
    expect(endOfFill()).toBe(3 * REQUESTS_AT_ONCE);
    noteFill();
    expect(endOfFill()).toBe(3 * REQUESTS_AT_ONCE + 64);
  });

  it("has what is to stand still, and what came before it, in the first one", () => {
    ask(1, 2 * REQUESTS_AT_ONCE);
    Fills.atOnce = Requests.count;
    for (let owner: u32 = 2; owner < 2 + REQUESTS_AT_ONCE; owner++) ask(owner, 2);
    expect(endOfFill()).toBe(3 * REQUESTS_AT_ONCE);
    noteFill();
    expect(endOfFill()).toBe(4 * REQUESTS_AT_ONCE);
  });
});
