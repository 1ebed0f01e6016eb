// Owners and fills: whose ranges came from which fill, and what is filled at once.
import { REQUESTS_AT_ONCE } from "../../../assembly/abi/limits";
import { selectLayout } from "../../../assembly/layouts/select";
import { startAttempt, startOffCpuAttempt } from "../../../assembly/remote/begin_attempt";
import { endOfFill, Fills, noteFill } from "../../../assembly/remote/fills";
import { ONLY_STACKS, requestPrefetch, updatePrefetch } from "../../../assembly/remote/prefetch";
import { beginReads, needEachSample, Reads } from "../../../assembly/remote/reads";
import { ownerOf, Requests, request } from "../../../assembly/remote/requests";
import { DROPPED, deselect, SKIPPED, selectAll } from "../../../assembly/remote/selection";
import { BASE, fill, newTarget } from "../fake_target";
import { ask, readOwned } from "./attempts";

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
      readOwned(100);
      readOwned(102);
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
    readOwned(100);
    readOwned(102);
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
    readOwned(100);
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
