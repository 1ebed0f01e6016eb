// Requests: what is asked for, when an answer is there, and how much room there is.
import {
  COPY_BYTES,
  MAX_RANGE_BYTES,
  MAX_REQUESTS,
  RESERVED_BYTES,
  RESERVED_REQUESTS,
} from "../../../assembly/abi/limits";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { beginGuards, startAttempt } from "../../../assembly/remote/begin_attempt";
import { need, needEachSample, needFrame } from "../../../assembly/remote/reads";
import { copyOf, PENDING, Requests, request, UNREADABLE } from "../../../assembly/remote/requests";
import { BASE, fill, newTarget, put32, requestNumber, SIZE } from "../fake_target";
import { END } from "./attempts";

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
