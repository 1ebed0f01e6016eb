// Several interpreters: which GILs they have, and whom a thread that stands still keeps from running.
import { INTERPRETERS } from "../../../assembly/abi/memory";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { Requests } from "../../../assembly/remote/requests";
import { findGil, forgetGil, Gil, readGil, requestGil } from "../../../assembly/runtime/gil";
import {
  forgetGils,
  GilTable,
  isBlocked,
  isHolder,
  noteOffCpu,
  requestGils,
} from "../../../assembly/runtime/gil_table";
import { Attempt } from "../../../assembly/threads/attempt";
import { cachedAt, threadAt } from "../../../assembly/threads/cached_thread";
import { assignThread, forgetThreads } from "../../../assembly/threads/thread_table";
import { BASE, fill, newTarget, putWord } from "../fake_target";

const INTERPRETER: u64 = BASE + 0x1000;
const INTERPRETER_BYTES: u64 = 0x2_0000;
const GIL: u64 = BASE + 0x8_0000;
const GIL_BYTES: u64 = 0x1000;
const THREAD: u64 = 0xa000;
const NATIVE_ID: u64 = 100;

/** Interpreters with two threads each; number `i` has GIL number `gils[i]`, which its first thread holds. */
function begin(gils: StaticArray<i32>): void {
  selectLayout(3, 12, 0, 8);
  newTarget();
  startAttempt();
  forgetThreads();
  forgetGil();
  forgetGils();
  Attempt.serial++;
  Attempt.interpreters = gils.length;
  Attempt.threads = 2 * gils.length;
  for (let i = 0; i < gils.length; i++) {
    const interpreter = INTERPRETER + (i as u64) * INTERPRETER_BYTES;
    store<u64>(INTERPRETERS + i * 8, interpreter);
    putWord(interpreter + (Layout.interpreterGil as u64), gilAt(gils[i]));
    for (let t = 2 * i; t < 2 * i + 2; t++) {
      assignThread(t, THREAD + t);
      cachedAt(t).interpreter = interpreter;
      threadAt(t).nativeId = NATIVE_ID + t;
    }
  }
  for (let i = gils.length - 1; i >= 0; i--) hold(gils[i], 2 * i);
  while (!findGil()) fill();
}

function gilAt(number: i32): u64 {
  return GIL + (number as u64) * GIL_BYTES;
}

function hold(gil: i32, thread: i32): void {
  putWord(gilAt(gil) + (Layout.gilHolder as u64), THREAD + thread);
}

/** Copy the GILs while a thread stands still. */
function copyStill(thread: i32): void {
  startAttempt();
  Attempt.serial++;
  requestGils(true, true);
  requestGil(true);
  fill();
  readGil();
  noteOffCpu(NATIVE_ID + thread, Attempt.threads);
}

/** The threads that are kept from running, as bits. */
function kept(): i32 {
  let bits = 0;
  for (let i: u32 = 0; i < Attempt.threads; i++) if (isBlocked(cachedAt(i))) bits |= 1 << i;
  return bits;
}

describe("interpreters with a GIL each", () => {
  beforeEach(() => {
    begin([0, 1]);
  });

  it("run at once", () => {
    expect(GilTable.hasSeveral).toBe(true);
    expect(GilTable.count).toBe(2);
    expect(Gil.address).toBe(0);
  });

  it("have their GILs copied with off-CPU copies only", () => {
    startAttempt();
    const before = Requests.count;
    requestGil(false);
    expect(Requests.count).toBe(before);
    requestGil(true);
    expect(Requests.count).toBe(before + 2);
  });

  it("a thread that has its GIL keeps only those from running that share it", () => {
    copyStill(0);
    expect(kept()).toBe(0b0011);
    copyStill(2);
    expect(kept()).toBe(0b1100);
  });

  it("a thread that doesn't have it keeps nobody from running", () => {
    copyStill(1);
    expect(kept()).toBe(0);
  });

  it("a thread that lost it before the copy doesn't, either", () => {
    copyStill(0);
    expect(isHolder(THREAD, cachedAt(0))).toBe(true);
    hold(0, 1);
    copyStill(0);
    expect(kept()).toBe(0);
    expect(isHolder(THREAD, cachedAt(0))).toBe(false);
    expect(isHolder(THREAD + 1, cachedAt(1))).toBe(true);
  });

  it("nobody is kept in the next attempt", () => {
    copyStill(0);
    Attempt.serial++;
    expect(kept()).toBe(0);
  });
});

describe("interpreters that share a GIL", () => {
  it("don't run at once: who has it keeps all from running", () => {
    begin([0, 0]);
    expect(GilTable.hasSeveral).toBe(false);
    expect(GilTable.count).toBe(1);
    copyStill(0);
    expect(kept()).toBe(0b1111);
  });

  it("beside one that has its own", () => {
    begin([0, 1, 0]);
    expect(GilTable.hasSeveral).toBe(true);
    copyStill(0);
    expect(kept()).toBe(0b11_0011);
  });
});

describe("an interpreter whose GIL can't be found", () => {
  it("runs when it likes", () => {
    begin([0, 0]);
    putWord(INTERPRETER + INTERPRETER_BYTES + (Layout.interpreterGil as u64), 0);
    startAttempt();
    while (!findGil()) fill();
    expect(GilTable.hasSeveral).toBe(true);
    copyStill(0);
    expect(kept()).toBe(0b0011);
  });
});
