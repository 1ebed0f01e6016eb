// Strings of every kind, kept once and told apart from what comes to lie at their addresses.
import { LAST_STRING_ID, MAX_STRING_CHARACTERS } from "../../../assembly/abi/limits";
import { NEW_STRINGS } from "../../../assembly/abi/memory";
import { StringRecord } from "../../../assembly/abi/records";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import {
  Arena,
  forgetStrings,
  readString,
  reserve,
  StringResult,
  Strings,
  sameString,
} from "../../../assembly/objects/strings";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { PENDING, UNREADABLE } from "../../../assembly/remote/requests";
import { Uses } from "../../../assembly/remote/uses";
import { putApart, putCharacters, putHeader, putText } from "../fake_objects";
import { at, BASE, fill, newTarget, putWord, SIZE } from "../fake_target";

/** Read a string to the end, however often bytes are wanted. */
function read(address: u64): usize {
  let outcome = readString(address);
  for (let round = 0; outcome == PENDING && round < 10; round++) {
    fill();
    outcome = readString(address);
  }
  return outcome;
}

function readWell(address: u64): u32 {
  expect(read(address) > UNREADABLE).toBe(true);
  return StringResult.id;
}

/** Whether the string at `address` is still the one that StringResult held as given. */
function isSame(address: u64, raw: usize, length: u32, kind: u32): bool {
  let outcome = sameString(address, raw, length, kind);
  for (let round = 0; outcome == PENDING && round < 10; round++) {
    fill();
    outcome = sameString(address, raw, length, kind);
  }
  expect(outcome).not.toBe(PENDING);
  return outcome > UNREADABLE;
}

function newest(): StringRecord {
  return changetype<StringRecord>(NEW_STRINGS + (Strings.newCount - 1) * offsetof<StringRecord>());
}

/** The newest string's UTF-8, one number a byte. */
function bytes(): StaticArray<u8> {
  const record = newest();
  const content = new StaticArray<u8>(record.length);
  memory.copy(changetype<usize>(content), record.data as usize, record.length);
  return content;
}

function begin(minor: u32, wordSize: u32): void {
  selectLayout(3, minor, 0, wordSize);
  newTarget();
  forgetStrings();
  Strings.newCount = 0;
  startAttempt();
}

function readsAllKinds(minor: u32, wordSize: u32): void {
  begin(minor, wordSize);
  putText(BASE, "main");
  readWell(BASE);
  expect(bytes()).toStrictEqual([0x6d, 0x61, 0x69, 0x6e]);
  putCharacters(BASE + 512, 1, [0x66, 0xe9, 0xff]); // é, ÿ
  readWell(BASE + 512);
  expect(bytes()).toStrictEqual([0x66, 0xc3, 0xa9, 0xc3, 0xbf]);
  putCharacters(BASE + 1024, 2, [0x7ff, 0x800, 0x540d]);
  readWell(BASE + 1024);
  expect(bytes()).toStrictEqual([0xdf, 0xbf, 0xe0, 0xa0, 0x80, 0xe5, 0x90, 0x8d]);
  putCharacters(BASE + 1536, 4, [0x61, 0x1f40d, 0x10ffff]);
  readWell(BASE + 1536);
  expect(bytes()).toStrictEqual([0x61, 0xf0, 0x9f, 0x90, 0x8d, 0xf4, 0x8f, 0xbf, 0xbf]);
  putApart(BASE + 2048, BASE + 8192, 1, true, [0x6f, 0x6b]);
  readWell(BASE + 2048);
  expect(bytes()).toStrictEqual([0x6f, 0x6b]);
  putApart(BASE + 2560, BASE + 8704, 2, false, [0x540d, 0x524d]);
  readWell(BASE + 2560);
  expect(bytes()).toStrictEqual([0xe5, 0x90, 0x8d, 0xe5, 0x89, 0x8d]);
}

describe("a string", () => {
  beforeEach(() => {
    begin(12, 8);
  });

  it("is read of every kind, compact or not, in each layout", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      readsAllKinds(minor, 8);
      readsAllKinds(minor, 4);
    }
  });

  it("keeps the bytes that a path could not decode, and marks what is no character", () => {
    putCharacters(BASE, 2, [0x61, 0xdc80, 0xdcff, 0x62]);
    readWell(BASE);
    expect(bytes()).toStrictEqual([0x61, 0x80, 0xff, 0x62]);
    putCharacters(BASE + 512, 2, [0xd800, 0xdc7f, 0xdd00]);
    readWell(BASE + 512);
    expect(bytes()).toStrictEqual([0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]);
    putCharacters(BASE + 1024, 4, [0x110000, u32.MAX_VALUE]);
    readWell(BASE + 1024);
    expect(bytes()).toStrictEqual([0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]);
  });

  it("may be empty, apart too", () => {
    putText(BASE, "");
    const id = readWell(BASE);
    expect(newest().length).toBe(0);
    putApart(BASE + 512, 0, 1, true, []);
    expect(readWell(BASE + 512)).toBe(id);
    expect(Strings.newCount).toBe(1);
  });

  it("may have 10,000 characters", () => {
    const data = putHeader(BASE, 10_000, 4, false, true);
    for (let i: u32 = 0; i < 10_000; i++) store<u32>(at(data + ((i * 4) as u64)), 0x1f40d);
    readWell(BASE);
    expect(newest().length).toBe(40_000);
    expect(StringResult.cut).toBe(false);
  });

  it("is cut at the cap", () => {
    const data = putHeader(BASE, MAX_STRING_CHARACTERS + 1, 1, true, true);
    memory.fill(at(data), 0x61, MAX_STRING_CHARACTERS + 1);
    readWell(BASE);
    expect(newest().length).toBe(MAX_STRING_CHARACTERS);
    expect(StringResult.cut).toBe(true);
    putHeader(BASE, i64.MAX_VALUE as u64, 1, true, true);
    startAttempt();
    readWell(BASE);
    expect(StringResult.cut).toBe(true);
    putText(BASE, "short");
    startAttempt();
    readWell(BASE);
    expect(StringResult.cut).toBe(false);
  });

  it("of an impossible length or kind is unreadable", () => {
    putHeader(BASE, -1, 1, true, true);
    expect(read(BASE)).toBe(UNREADABLE);
    const kinds: StaticArray<u32> = [0, 3, 5, 6, 7];
    for (let i = 0; i < kinds.length; i++) {
      startAttempt();
      putHeader(BASE, 4, kinds[i], false, true);
      expect(read(BASE)).toBe(UNREADABLE);
    }
    startAttempt();
    putHeader(BASE, 4, 2, true, true);
    expect(read(BASE)).toBe(UNREADABLE);
    expect(Strings.newCount).toBe(0);
  });

  it("is unreadable where its end, or what it points to, is", () => {
    const end = BASE + (SIZE as u64);
    expect(read(end + 4096)).toBe(UNREADABLE);
    expect(read(end - 8)).toBe(UNREADABLE);
    putHeader(end - 64, 1000, 1, true, true);
    expect(read(end - 64)).toBe(UNREADABLE);
    putApart(BASE, BASE + 512, 1, true, [0x61]);
    putWord(BASE + (Layout.unicodeCompactData as u64), end + 4096);
    expect(read(BASE)).toBe(UNREADABLE);
    expect(Strings.newCount).toBe(0);
  });

  it("at the last byte of a page is read", () => {
    const address = BASE + (SIZE as u64) - (Layout.unicodeAsciiData as u64) - 2;
    putText(address, "ok");
    readWell(address);
    expect(bytes()).toStrictEqual([0x6f, 0x6b]);
  });

  it("has one id wherever it lies, defined once", () => {
    putText(BASE, "twice");
    putText(BASE + 512, "twice");
    putText(BASE + 1024, "other");
    const used = Arena.used;
    const id = readWell(BASE);
    const after = Arena.used;
    expect(readWell(BASE + 512)).toBe(id);
    expect(Arena.used).toBe(after);
    expect(after).toBeGreaterThan(used);
    expect(readWell(BASE + 1024)).not.toBe(id);
    expect(Strings.newCount).toBe(2);
  });

  it("has another id once all was forgotten", () => {
    putText(BASE, "again");
    const id = readWell(BASE);
    forgetStrings();
    expect(Arena.used).toBe(0);
    expect(readWell(BASE)).toBeGreaterThan(id);
  });

  it("is unreadable where the arena is full, and says so", () => {
    while (reserve(1 << 20) != 0) {}
    while (reserve(8) != 0) {}
    putText(BASE, "no room");
    expect(read(BASE)).toBe(UNREADABLE);
    expect(Strings.full).toBe(true);
  });
});

describe("the same string", () => {
  beforeEach(() => {
    begin(11, 8);
  });

  it("is one with the same characters", () => {
    putText(BASE, "f0001");
    readWell(BASE);
    const raw = StringResult.raw;
    expect(isSame(BASE, raw, 5, 1)).toBe(true);
    putText(BASE, "f0002");
    startAttempt();
    expect(isSame(BASE, raw, 5, 1)).toBe(false);
    putText(BASE, "f00011");
    startAttempt();
    expect(isSame(BASE, raw, 5, 1)).toBe(false);
    putCharacters(BASE, 2, [0x66, 0x30, 0x30, 0x30, 0x31]);
    startAttempt();
    expect(isSame(BASE, raw, 5, 1)).toBe(false);
    putText(BASE, "f0001");
    startAttempt();
    expect(isSame(BASE, raw, 5, 1)).toBe(true);
  });

  it("is told by the characters, not by their UTF-8", () => {
    putCharacters(BASE, 2, [0x540d, 0xd800]);
    readWell(BASE);
    const raw = StringResult.raw;
    expect(StringResult.rawKind).toBe(2);
    expect(isSame(BASE, raw, 2, 2)).toBe(true);
    putCharacters(BASE, 2, [0x540d, 0xdbff]); // another that is no character
    startAttempt();
    expect(isSame(BASE, raw, 2, 2)).toBe(false);
  });

  it("joins the plan whole, apart too", () => {
    putText(BASE, "planned");
    readWell(BASE);
    const raw = StringResult.raw;
    startAttempt();
    isSame(BASE, raw, 7, 1);
    expect(Uses.count).toBe(1);
    putApart(BASE + 512, BASE + 1024, 1, true, [0x70, 0x6c]);
    readWell(BASE + 512);
    const apart = StringResult.raw;
    startAttempt();
    expect(isSame(BASE + 512, apart, 2, 1)).toBe(true);
    expect(Uses.count > 1).toBe(true);
  });

  it("can't be told where nothing can be read", () => {
    expect(isSame(BASE + (SIZE as u64), 0, 5, 1)).toBe(false);
  });
});

describe("the ids of strings", () => {
  beforeEach(() => {
    begin(12, 8);
  });

  it("begin anew, once all are forgotten, before readers know no more of them", () => {
    Strings.nextId = LAST_STRING_ID - 10;
    putText(BASE, "last");
    expect(readWell(BASE)).toBe(LAST_STRING_ID - 10);
    forgetStrings();
    expect(readWell(BASE)).toBe(2);
  });
});
