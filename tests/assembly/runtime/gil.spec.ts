// Who may have run: nobody but the holder of the GIL while its count stands still, once two attempts in a row saw it.
import { INTERPRETERS } from "../../../assembly/abi/memory";
import { ABSENT, Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { need } from "../../../assembly/remote/reads";
import { Requests } from "../../../assembly/remote/requests";
import {
  findGil,
  forgetGil,
  Gil,
  hadNoGil,
  isUnchanged,
  noteSwitchCount,
  readGil,
  requestGil,
  requestGilAgain,
} from "../../../assembly/runtime/gil";
import { Runtime } from "../../../assembly/runtime/runtime";
import { Attempt } from "../../../assembly/threads/attempt";
import { threadAt } from "../../../assembly/threads/cached_thread";
import { assignThread, forgetThreads } from "../../../assembly/threads/thread_table";
import { BASE, fill, newTarget, putWord, SIZE } from "../fake_target";

const INTERPRETER: u64 = BASE + 0x1000;
const GIL: u64 = BASE + 0x8000;
const RUNTIME: u64 = BASE + 0x1_0000;
const FIRST: u64 = 0xa000;
const SECOND: u64 = 0xb000;

function begin(minor: u32, wordSize: u32): void {
  selectLayout(3, minor, 0, wordSize);
  newTarget();
  startAttempt();
  forgetThreads();
  assignThread(0, FIRST);
  assignThread(1, SECOND);
  forgetGil();
  Runtime.address = RUNTIME;
  Attempt.interpreters = 1;
  Attempt.threads = 2;
  store<u64>(INTERPRETERS, INTERPRETER);
  if (Layout.interpreterGil != ABSENT) putWord(INTERPRETER + (Layout.interpreterGil as u64), GIL);
}

/** Find the GIL to the end. */
function find(): void {
  while (!findGil()) fill();
}

function put(gil: u64, switches: u64, holder: u64): void {
  putWord(gil + (Layout.gilSwitches as u64), switches);
  putWord(gil + (Layout.gilHolder as u64), holder);
}

/** Begin an attempt, up to where its copies have come. */
function copy(): void {
  startAttempt();
  requestGil(false);
  fill();
  readGil();
}

/** A whole attempt in which all threads are walked. */
function attempt(switches: u64, whole: bool): void {
  put(GIL, switches, SECOND);
  copy();
  settleAll(whole);
}

function settleAll(whole: bool): void {
  for (let i: u32 = 0; i < Attempt.threads; i++) noteSwitchCount(i, whole);
}

describe("the GIL", () => {
  it("is found in the runtime or by the interpreter's pointer, in each layout", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      for (let wordSize: u32 = 4; wordSize <= 8; wordSize += 4) {
        begin(minor, wordSize);
        find();
        const gil = minor < 12 ? RUNTIME + (Layout.runtimeGil as u64) : GIL;
        expect(Gil.address).toBe(gil);
        put(gil, 77, SECOND);
        copy();
        expect(Gil.switches).toBe(77);
        expect(Gil.holder).toBe(SECOND);
        expect(Requests.count).toBe(1);
      }
    }
  });

  it("is of no use to one thread", () => {
    begin(12, 8);
    Attempt.threads = 1;
    find();
    expect(Gil.address).toBe(0);
    Attempt.threads = 2;
    find();
    expect(Gil.address).toBe(GIL);
  });

  it("is not asked for where its pointer can't be read", () => {
    begin(12, 8);
    store<u64>(INTERPRETERS, BASE + (SIZE as u64));
    find();
    expect(Gil.address).toBe(0);
  });
});

describe("a thread", () => {
  beforeEach(() => {
    begin(12, 8);
    find();
  });

  it("is quiet while another one holds the GIL and the count stands still, once two attempts saw it so", () => {
    attempt(5, true);
    expect(isUnchanged(0)).toBe(false);
    attempt(5, true);
    copy();
    expect(isUnchanged(0)).toBe(true);
    expect(isUnchanged(1)).toBe(false);
    settleAll(true);
    copy();
    expect(isUnchanged(0)).toBe(true);
  });

  it("is not once the count has moved, up to the second attempt after that", () => {
    attempt(5, true);
    attempt(5, true);
    put(GIL, 6, SECOND);
    copy();
    expect(isUnchanged(0)).toBe(false);
    settleAll(true);
    copy();
    expect(isUnchanged(0)).toBe(false);
    settleAll(true);
    copy();
    expect(isUnchanged(0)).toBe(true);
    put(GIL, 5, SECOND); // any other count
    copy();
    expect(isUnchanged(0)).toBe(false);
  });

  it("is not while attempts are torn", () => {
    attempt(5, true);
    attempt(5, false);
    copy();
    expect(isUnchanged(0)).toBe(false);
    settleAll(true);
    copy();
    expect(isUnchanged(0)).toBe(true);
  });

  it("stood still where each reading of an attempt tells what the one before it told", () => {
    attempt(5, true);
    expect(hadNoGil(0)).toBe(false);
    copy();
    expect(hadNoGil(0)).toBe(true);
    expect(hadNoGil(1)).toBe(false);
    expect(requestGilAgain()).toBe(false); // no copy has come behind it
    need(BASE, 8, 8);
    fill();
    expect(requestGilAgain()).toBe(true);
    fill();
    readGil();
    expect(hadNoGil(0)).toBe(true);
    put(GIL, 6, FIRST);
    need(BASE + 64, 8, 8);
    fill();
    expect(requestGilAgain()).toBe(true);
    fill();
    readGil();
    expect(hadNoGil(0)).toBe(false);
    need(BASE + 128, 8, 8);
    fill();
    expect(requestGilAgain()).toBe(false); // there's nothing more to be told
    expect(hadNoGil(0)).toBe(false);
    copy();
    expect(hadNoGil(0)).toBe(false);
    expect(hadNoGil(1)).toBe(true);
  });

  it("did not where the holder was another one, whatever the count: both were not copied at once", () => {
    attempt(5, true);
    put(GIL, 5, FIRST);
    copy();
    expect(hadNoGil(0)).toBe(false);
    expect(hadNoGil(1)).toBe(false);
  });

  it("did not where it is another state of the holder's thread", () => {
    threadAt(0).nativeId = 7;
    threadAt(1).nativeId = 7;
    attempt(5, true);
    attempt(5, true);
    copy();
    expect(hadNoGil(0)).toBe(false);
    expect(isUnchanged(0)).toBe(false);
  });

  it("is quiet or not by itself, whatever the others are", () => {
    attempt(5, true);
    put(GIL, 5, SECOND);
    copy();
    noteSwitchCount(0, true);
    noteSwitchCount(1, false);
    copy();
    expect(isUnchanged(0)).toBe(true);
    noteSwitchCount(0, false);
    copy();
    expect(isUnchanged(0)).toBe(false);
  });

  it("is not while the count moves with each attempt", () => {
    for (let i: u32 = 0; i < 5; i++) {
      attempt(i, true);
      copy();
      expect(isUnchanged(0)).toBe(false);
      settleAll(false);
    }
  });

  it("is not at the beginning of an attempt, before the count has come", () => {
    attempt(5, true);
    attempt(5, true);
    copy();
    expect(isUnchanged(0)).toBe(true);
    startAttempt();
    requestGil(false);
    expect(isUnchanged(0)).toBe(false);
  });

  it("is not where the GIL can't be read, or is another one", () => {
    attempt(5, true);
    attempt(5, true);
    putWord(INTERPRETER + (Layout.interpreterGil as u64), GIL + 0x1000);
    startAttempt();
    find();
    put(GIL + 0x1000, 5, SECOND);
    copy();
    expect(isUnchanged(0)).toBe(false);

    begin(12, 8);
    find();
    attempt(5, true);
    attempt(5, true);
    putWord(INTERPRETER + (Layout.interpreterGil as u64), BASE + (SIZE as u64));
    startAttempt();
    find();
    copy();
    expect(isUnchanged(0)).toBe(false);
    expect(Gil.address).toBe(0);
  });
});
