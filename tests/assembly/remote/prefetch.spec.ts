// The prefetch list: what the next attempt asks for at once.
import { MAX_REQUESTS } from "../../../assembly/abi/limits";
import { ABSENT, Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { beginGuards, forgetRanges, startAttempt } from "../../../assembly/remote/begin_attempt";
import { ONLY_STACKS, requestGuards, updatePrefetch } from "../../../assembly/remote/prefetch";
import { beginReads, need, needEachSample } from "../../../assembly/remote/reads";
import { PENDING, Requests, UNREADABLE } from "../../../assembly/remote/requests";
import { enterSection, FIRST, LISTS, STACKS } from "../../../assembly/remote/uses";
import { BASE, fill, newTarget, put32, requestNumber } from "../fake_target";
import { attempt, begin, useOwned, useStacks } from "./attempts";

describe("the prefetch list", () => {
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

  it("is asked for anew for another off-CPU thread, and for none", () => {
    useOwned(7);
    for (let i: u32 = 0; i < 4; i++) {
      const offCpuOwner: u32 = i == 1 ? 8 : 0;
      begin(offCpuOwner);
      for (let request: u32 = 0; request < 2; request++) {
        expect(requestNumber(request).moving).toBe(offCpuOwner == 8 ? 1 : 0);
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

  it("may be the off-CPU thread's where nobody is known to own it", () => {
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
