// Code objects: read once, compared ever after, told from what comes to lie at their address.
import { MAX_CODES, MAX_TABLE_BYTES } from "../../../assembly/abi/limits";
import { REASON_NO_LOCATION, REASON_STRING_CUT } from "../../../assembly/abi/reasons";
import { Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import {
  CODE_FAILED,
  CODE_NEW,
  CODE_READY,
  Code,
  Codes,
  codeAt,
  compareCode,
  findCode,
  forgetCodes,
  NO_CODE,
  newCode,
  readCode,
  startReading,
} from "../../../assembly/objects/codes";
import { forgetStrings, Strings } from "../../../assembly/objects/strings";
import { CodeType } from "../../../assembly/objects/type";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { Uses } from "../../../assembly/remote/uses";
import { putBytes, putField, putHeader, putPointer, putText, putType } from "../fake_objects";
import { at, BASE, fill, newTarget, putWord, SIZE } from "../fake_target";

const CODE: u64 = BASE;
const NAME: u64 = BASE + 0x1000;
const FILENAME: u64 = BASE + 0x2000;
const TABLE: u64 = BASE + 0x3000;
const TYPE: u64 = BASE + 0x4000;
const OTHER: u64 = BASE + 0x5000;
const END: u64 = BASE + (SIZE as u64);

let attempt: u32 = 1;

function putCode(version: u32): void {
  putType(TYPE, TYPE + 512, "code");
  putText(NAME, "function");
  putText(FILENAME, "/app/main.py");
  putBytes(TABLE, [4, 1, 4, 2]);
  putPointer(CODE, Layout.objectType, TYPE);
  putPointer(CODE, Layout.codeName, NAME);
  putPointer(CODE, Layout.codeQualname, NAME);
  putPointer(CODE, Layout.codeFilename, FILENAME);
  putPointer(CODE, Layout.codeTable, TABLE);
  putPointer(CODE, Layout.codeUnits, 8);
  putPointer(CODE, Layout.codeBytes, OTHER);
  putField(CODE, Layout.codeFirstLine, 10);
  putField(CODE, Layout.codeFlags, 3);
  putField(CODE, Layout.codeArgumentCount, 1);
  putField(CODE, Layout.codeFirstTraceable, 2);
  putField(CODE, Layout.codeVersion, version);
}

function begin(minor: u32, wordSize: u32, version: u32): void {
  selectLayout(3, minor, 0, wordSize);
  newTarget();
  forgetStrings();
  forgetCodes();
  Strings.newCount = 0;
  putCode(version);
  nextAttempt();
}

function nextAttempt(): void {
  attempt++;
  startAttempt();
}

/** Read the code object to the end. Returns the rounds that it took. */
function read(code: Code): u32 {
  let rounds: u32 = 0;
  while (!readCode(code) && rounds < 20) {
    expect(fill()).toBeGreaterThan(0);
    rounds++;
  }
  return rounds;
}

function readNew(): Code {
  const code = codeAt(newCode(CODE, attempt));
  read(code);
  return code;
}

/** Compare in an attempt of its own. */
function isSame(code: Code): bool {
  nextAttempt();
  for (let round = 0; !compareCode(code, attempt) && round < 20; round++) expect(fill()).toBeGreaterThan(0);
  expect(code.comparedAt).toBe(attempt);
  return code.same == 1;
}

/** Each guard in turn: what it is not must make another code object of it, what it is again must not. */
function guardsDiffer(version: u32): void {
  const code = readNew();
  expect(code.state).toBe(CODE_READY);
  expect(isSame(code)).toBe(true);
  // The same contents elsewhere are another object still: pointers are guards.
  putText(OTHER, "function");
  const name = Layout.codeQualname == u32.MAX_VALUE ? Layout.codeName : Layout.codeQualname;
  const body = Layout.codeUnits == u32.MAX_VALUE ? Layout.codeBytes : Layout.codeUnits;
  const pointers: StaticArray<u32> = [name, Layout.codeFilename, Layout.codeTable, body];
  for (let i = 0; i < pointers.length; i++) {
    const field = at(CODE + (pointers[i] as u64));
    const before = load<u32>(field);
    store<u32>(field, before + 16);
    expect(isSame(code)).toBe(false);
    store<u32>(field, before);
    expect(isSame(code)).toBe(true);
  }
  const numbers: StaticArray<u32> = [Layout.codeFirstLine, Layout.codeFlags, Layout.codeArgumentCount];
  for (let i = 0; i < numbers.length; i++) {
    const field = at(CODE + (numbers[i] as u64));
    const before = load<u32>(field);
    store<u32>(field, before + 1);
    expect(isSame(code)).toBe(false);
    store<u32>(field, before);
    expect(isSame(code)).toBe(true);
  }
  if (version == 0) return;
  putField(CODE, Layout.codeVersion, version + 1);
  expect(isSame(code)).toBe(false);
  putField(CODE, Layout.codeVersion, 0);
  expect(isSame(code)).toBe(false);
}

describe("a code object", () => {
  beforeEach(() => {
    begin(12, 8, 77);
  });

  it("is read in each layout", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      for (let wordSize: u32 = 4; wordSize <= 8; wordSize += 4) {
        begin(minor, wordSize, 77);
        const code = readNew();
        expect(code.state).toBe(CODE_READY);
        expect(code.reasons).toBe(0);
        expect(code.firstLine).toBe(10);
        expect(code.tableLength).toBe(4);
        expect(load<u32>(code.table as usize)).toBe(0x0204_0104);
        expect(code.scope).not.toBe(code.filename);
        expect(code.rawNameLength).toBe(8);
        expect(code.rawFilenameLength).toBe(12);
        expect(code.units).toBe(minor < 11 ? 0x7fff_ffff : 8);
        expect(code.firstTraceable).toBe(minor < 11 ? -1 : 2);
        expect(code.version).toBe(minor < 12 ? 0 : 77);
      }
    }
  });

  it("is found by its address until all is forgotten", () => {
    expect(findCode(CODE)).toBe(NO_CODE);
    const index = newCode(CODE, attempt);
    expect(findCode(CODE)).toBe(index);
    expect(findCode(OTHER)).toBe(NO_CODE);
    const newer = newCode(CODE, attempt);
    expect(newer).not.toBe(index);
    expect(findCode(CODE)).toBe(newer);
    forgetCodes();
    expect(findCode(CODE)).toBe(NO_CODE);
  });

  it("asks for its names and its table at once", () => {
    // The object, its type, the type's name, then all three; nothing of it is longer than what is asked for at first.
    expect(read(codeAt(newCode(CODE, attempt)))).toBe(4);
    nextAttempt();
    expect(read(codeAt(newCode(CODE, attempt)))).toBe(2); // its type is known
  });

  it("is none where its type is not that of code objects", () => {
    putType(TYPE, TYPE + 512, "codec");
    expect(readNew().state).toBe(CODE_FAILED);
    nextAttempt();
    putType(TYPE, TYPE + 512, "cod");
    expect(readNew().state).toBe(CODE_FAILED);
    nextAttempt();
    putType(TYPE, TYPE + 512, "code");
    expect(readNew().state).toBe(CODE_READY);
    expect(CodeType.address).toBe(TYPE);
    nextAttempt();
    putPointer(CODE, Layout.objectType, OTHER); // once known, the type is told by its address
    expect(readNew().state).toBe(CODE_FAILED);
  });

  it("has failed where it, its type or one of its names is unreadable", () => {
    const pointers: StaticArray<u32> = [Layout.objectType, Layout.codeQualname, Layout.codeFilename];
    for (let i = 0; i < pointers.length; i++) {
      begin(12, 8, 77);
      putPointer(CODE, pointers[i], END);
      expect(readNew().state).toBe(CODE_FAILED);
    }
    const code = codeAt(newCode(END, attempt));
    read(code);
    expect(code.state).toBe(CODE_FAILED);
  });

  it("can be read again where it has failed", () => {
    putPointer(CODE, Layout.codeQualname, END);
    const code = readNew();
    putPointer(CODE, Layout.codeQualname, NAME);
    nextAttempt();
    startReading(code, CODE, attempt);
    expect(code.state).toBe(CODE_NEW);
    read(code);
    expect(code.state).toBe(CODE_READY);
  });

  it("goes without a table that can't be had, until it can", () => {
    const absurd: StaticArray<u64> = [-1, (MAX_TABLE_BYTES + 1) as u64, i64.MAX_VALUE];
    for (let i = 0; i < absurd.length; i++) {
      begin(12, 8, 77);
      putWord(TABLE + (Layout.bytesSize as u64), absurd[i]);
      const code = readNew();
      expect(code.state).toBe(CODE_READY);
      expect(code.reasons).toBe(REASON_NO_LOCATION);
      expect(code.table).toBe(0);
      expect(isSame(code)).toBe(true);
      putBytes(TABLE, [4, 1]);
      expect(isSame(code)).toBe(false);
    }
    begin(12, 8, 77);
    putPointer(CODE, Layout.codeTable, END);
    expect(readNew().reasons).toBe(REASON_NO_LOCATION);
  });

  it("may have an empty table, and a long one", () => {
    putBytes(TABLE, []);
    const empty = readNew();
    expect(empty.table).not.toBe(0);
    expect(empty.tableLength).toBe(0);
    nextAttempt();
    putWord(TABLE + (Layout.bytesSize as u64), 100_000);
    store<u8>(at(TABLE + (Layout.bytesData as u64) + 99_999), 42);
    const long = readNew();
    expect(long.tableLength).toBe(100_000);
    expect(load<u8>((long.table as usize) + 99_999)).toBe(42);
  });

  it("says that its name is cut", () => {
    putHeader(NAME, 100_000, 1, true, true);
    expect(readNew().reasons).toBe(REASON_STRING_CUT);
  });

  it("finds no entry where all are taken, and says so", () => {
    for (let i: u32 = 0; i < MAX_CODES; i++) expect(newCode(CODE + ((i * 16) as u64), attempt)).toBe(i);
    expect(Codes.full).toBe(false);
    expect(newCode(OTHER + 8, attempt)).toBe(NO_CODE);
    expect(Codes.full).toBe(true);
    expect(findCode(CODE + ((MAX_CODES - 1) as u64) * 16)).toBe(MAX_CODES - 1);
    forgetCodes();
    expect(Codes.full).toBe(false);
    expect(newCode(CODE, attempt)).toBe(0);
  });
});

describe("the same code object", () => {
  it("is told by each of its guards", () => {
    for (let minor: u32 = 9; minor <= 12; minor++) {
      for (let wordSize: u32 = 4; wordSize <= 8; wordSize += 4) {
        begin(minor, wordSize, 0);
        guardsDiffer(0);
      }
    }
    begin(12, 8, 77);
    guardsDiffer(77);
  });

  it("is told by its contents where it has no version", () => {
    begin(12, 8, 0);
    const code = readNew();
    putText(NAME, "functiom");
    expect(isSame(code)).toBe(false);
    putText(NAME, "function");
    expect(isSame(code)).toBe(true);
    putText(FILENAME, "/app/side.py");
    expect(isSame(code)).toBe(false);
    putText(FILENAME, "/app/main.py");
    putBytes(TABLE, [4, 1, 4, 3]);
    expect(isSame(code)).toBe(false);
    putBytes(TABLE, [4, 1, 4]);
    expect(isSame(code)).toBe(false);
    putBytes(TABLE, [4, 1, 4, 2]);
    expect(isSame(code)).toBe(true);
  });

  it("needs no more than its fields where it has a version", () => {
    begin(12, 8, 77);
    const code = readNew();
    isSame(code);
    expect(Uses.count).toBe(1);
    begin(12, 8, 0);
    isSame(readNew());
    expect(Uses.count).toBe(4);
  });

  it("is asked about once an attempt", () => {
    begin(12, 8, 77);
    const code = readNew();
    expect(isSame(code)).toBe(true);
    putField(CODE, Layout.codeFirstLine, 11);
    expect(compareCode(code, attempt)).toBe(true);
    expect(code.same).toBe(1);
    expect(isSame(code)).toBe(false);
  });

  it("can't be told where it is unreadable", () => {
    begin(12, 8, 77);
    const code = readNew();
    code.address = END;
    expect(isSame(code)).toBe(false);
  });
});
