// Code objects, each read once in its life. In: the address of a code object. Out: an entry with its names,
// its table and what tells later whether another code object lies at that address. It knows no frames.
import { MAX_BYTECODE_BYTES, MAX_CODES, MAX_TABLE_BYTES } from "../abi/limits";
import { REASON_NO_LOCATION, REASON_STRING_CUT } from "../abi/reasons";
import { ABSENT, Layout } from "../layouts/layout";
import { isReturnOpcode, ReturnOpcodes } from "../layouts/return_opcodes";
import { i32At, signedWord, u32At, word } from "../remote/read";
import { need, needEachSample } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";
import { noteFull, readString, reserve, StringResult, sameString } from "./strings";
import { isCodeType } from "./type";

/** Still being read. */
export const CODE_NEW: u32 = 0;
export const CODE_READY: u32 = 1;
/** Is no code object, or could not be read. */
export const CODE_FAILED: u32 = 2;

@unmanaged
export class Code {
  address: u64;
  /** The decoder's epoch at which the object was last known to be the same; 0 = never. */
  verified: u64;
  namePointer: u64;
  filenamePointer: u64;
  tablePointer: u64;
  /** ob_size (3.11+) or the address of co_code. */
  body: u64;
  state: u32;
  /** Bits of abi/reasons.ts that hold for every frame of this code. */
  reasons: u32;
  scope: u32; // string id
  filename: u32; // string id
  firstLine: i32;
  /** First instruction at which a frame is complete, in code units; -1 before 3.11. */
  firstTraceable: i32;
  /** co_version; 0 = none, then contents are compared. */
  version: u32;
  /** co_flags and co_argcount, folded: they differ between most functions. */
  shape: u32;
  /** 1 where calling it makes a generator or a coroutine. */
  generator: u32;
  /** Words from a frame of this code on the datastack to that of what it calls; 0 before 3.11. */
  frameWords: u32;
  /** Locals of all kinds: co_nlocalsplus; 0 before 3.11. */
  locals: u32;
  /** Length of the bytecode in code units; 0x7fffffff where it is not known. */
  units: i32;
  /** Which instructions return: one bit a code unit; 0 where it is not known. */
  returns: u32;
  table: u32;
  tableLength: u32;
  rawName: u32;
  rawNameLength: u32;
  rawNameKind: u32;
  rawFilename: u32;
  rawFilenameLength: u32;
  rawFilenameKind: u32;
  /** Attempt in which it was read for the first time. */
  readAt: u32;
  /** Attempt in which it was compared, and the outcome (1: the same). */
  comparedAt: u32;
  same: u32;
  /** 1 once another object was seen at the address. */
  replaced: u32;
  /** The checkpoint before which it was used last. */
  usedIn: u32;
  /** 1 once it was looked for among the functions' versions (codes/code_counter.ts). */
  sought: u32;
  /** The copies of its bytecode that are known: a number in local_bytecode.ts; 0 = none. */
  bytecodes: u32;
}

const CODE_BYTES: u32 = (offsetof<Code>() + 7) & ~7;
const CODES: usize = heap.alloc(MAX_CODES * CODE_BYTES);

// From address to entry number + 1.
const SLOT_BITS: u32 = 16;
const SLOTS: u32 = 1 << SLOT_BITS;
const TABLE: usize = heap.alloc(SLOTS * 4);

export class Codes {
  static count: u32 = 0;
  static full: bool = false;
}

/** No more can be known: drop the caches before the next sample. */
export function noteCodesFull(): void {
  Codes.full = true;
}

export function codeAt(index: u32): Code {
  return changetype<Code>(CODES + index * CODE_BYTES);
}

export function forgetCodes(): void {
  if (Codes.count > 0) memory.fill(TABLE, 0, SLOTS * 4);
  Codes.count = 0;
  Codes.full = false;
}

function slotOf(address: u64): usize {
  let index = ((address * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
  let slot = TABLE + index * 4;
  while (load<u32>(slot) != 0 && codeAt(load<u32>(slot) - 1).address != address) {
    index = (index + 1) & (SLOTS - 1);
    slot = TABLE + index * 4;
  }
  return slot;
}

/** What has been read already: neither wanted nor unreadable. */
const READ: usize = UNREADABLE + 1;

/** No entry. */
export const NO_CODE: u32 = 0xffff_ffff;

/** The entry of the code object at `address`, or NO_CODE. */
export function findCode(address: u64): u32 {
  return load<u32>(slotOf(address)) - 1;
}

/** Whether the entry's code object is read, and no other was seen in its place. */
export function isKnown(entry: u32): bool {
  return entry != NO_CODE && codeAt(entry).state == CODE_READY && codeAt(entry).replaced == 0;
}

/**
 * A new entry for the code object at `address`, in place of the one that was there.
 * @returns its index, or NO_CODE where the table is full
 */
export function newCode(address: u64, attempt: u32): u32 {
  if (Codes.count >= MAX_CODES) {
    Codes.full = true;
    return NO_CODE;
  }
  const slot = slotOf(address);
  const index = Codes.count++;
  store<u32>(slot, index + 1);
  startReading(codeAt(index), address, attempt);
  return index;
}

/** Empty an entry whose object is to be read in this attempt, from the start. */
export function startReading(code: Code, address: u64, attempt: u32): void {
  memory.fill(changetype<usize>(code), 0, CODE_BYTES);
  code.address = address;
  code.readAt = attempt;
}

function scopePointer(at: usize): u64 {
  return word(at + (Layout.codeQualname != ABSENT ? Layout.codeQualname : Layout.codeName));
}

function bodyOf(at: usize): u64 {
  return word(at + (Layout.codeUnits != ABSENT ? Layout.codeUnits : Layout.codeBytes));
}

function versionOf(at: usize): u32 {
  return Layout.codeVersion != ABSENT ? u32At(at + Layout.codeVersion) : 0;
}

function shapeOf(at: usize): u32 {
  return (u32At(at + Layout.codeFlags) << 8) ^ u32At(at + Layout.codeArgumentCount);
}

/** co_framesize, or what it is made of (3.11: _PyFrame_Push in pycore_frame.h). */
function frameWords(at: usize): u32 {
  if (Layout.codeFrameSize != ABSENT) return u32At(at + Layout.codeFrameSize);
  if (Layout.frameLocals == ABSENT || Layout.codeLocalsCount == ABSENT) return 0;
  const specials = Layout.frameLocals / Layout.wordSize;
  return u32At(at + Layout.codeLocalsCount) + u32At(at + Layout.codeStackSize) + specials;
}

/** co_flags: CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR (Include/cpython/code.h). */
const GENERATOR_FLAGS: u32 = 0x20 | 0x80 | 0x200;

/**
 * Go on reading a code object whose entry is CODE_NEW.
 * @returns false while bytes are wanted; true once its state is CODE_READY or CODE_FAILED
 */
export function readCode(code: Code): bool {
  const at = need(code.address, Layout.codeSize, Layout.codeSize);
  if (at <= UNREADABLE) return settle(code, at);
  const type = isCodeType(word(at + Layout.objectType));
  if (type <= UNREADABLE) return settle(code, type);
  code.namePointer = scopePointer(at);
  code.filenamePointer = word(at + Layout.codeFilename);
  code.tablePointer = word(at + Layout.codeTable);
  code.body = bodyOf(at);
  code.version = versionOf(at);
  code.shape = shapeOf(at);
  code.generator = (u32At(at + Layout.codeFlags) & GENERATOR_FLAGS) != 0 ? 1 : 0;
  code.firstLine = i32At(at + Layout.codeFirstLine);
  code.firstTraceable = Layout.codeFirstTraceable != ABSENT ? i32At(at + Layout.codeFirstTraceable) : -1;
  code.frameWords = frameWords(at);
  code.locals = Layout.codeLocalsCount != ABSENT ? u32At(at + Layout.codeLocalsCount) : 0;
  code.units = Layout.codeUnits != ABSENT && code.body < 0x7fff_ffff ? (code.body as i32) : 0x7fff_ffff;

  // All four are asked for before any is waited for: one round trip, not three.
  let name = READ;
  if (code.scope == 0) {
    name = readString(code.namePointer);
    if (name > UNREADABLE) keepName(code);
  }
  let filename = READ;
  if (code.filename == 0) {
    filename = readString(code.filenamePointer);
    if (filename > UNREADABLE) keepFilename(code);
  }
  const returns = readReturns(code);
  const table = readTable(code);
  if (name == UNREADABLE || filename == UNREADABLE) return settle(code, UNREADABLE);
  if (name < UNREADABLE || filename < UNREADABLE || !returns || !table) return false;
  code.state = CODE_READY;
  return true;
}

function settle(code: Code, outcome: usize): bool {
  if (outcome != UNREADABLE) return false;
  code.state = CODE_FAILED;
  return true;
}

function keepName(code: Code): void {
  code.scope = StringResult.id;
  code.rawName = StringResult.raw as u32;
  code.rawNameLength = StringResult.rawLength;
  code.rawNameKind = StringResult.rawKind;
  if (StringResult.cut) code.reasons |= REASON_STRING_CUT;
}

function keepFilename(code: Code): void {
  code.filename = StringResult.id;
  code.rawFilename = StringResult.raw as u32;
  code.rawFilenameLength = StringResult.rawLength;
  code.rawFilenameKind = StringResult.rawKind;
  if (StringResult.cut) code.reasons |= REASON_STRING_CUT;
}

/** Read the location table into the arena. False while bytes are wanted; one that can't be had is a reason. */
function readTable(code: Code): bool {
  if (code.table != 0 || (code.reasons & REASON_NO_LOCATION) != 0) return true;
  const header = need(code.tablePointer, Layout.bytesData, Layout.bytesData + 256);
  if (header < UNREADABLE) return false;
  if (header == UNREADABLE) return noTable(code);
  const size = signedWord(header + Layout.bytesSize);
  if (size < 0 || size > (MAX_TABLE_BYTES as i64)) return noTable(code);
  const length = size as u32;
  const from = need(code.tablePointer, Layout.bytesData + length, Layout.bytesData + length);
  if (from < UNREADABLE) return false;
  if (from == UNREADABLE) return noTable(code);
  const table = reserve(max(length, 1));
  if (table == 0) {
    noteFull();
    return noTable(code);
  }
  memory.copy(table, from + Layout.bytesData, length);
  code.table = table as u32;
  code.tableLength = length;
  return true;
}

/** Note which instructions return: their places never change. False while bytes are wanted. */
function readReturns(code: Code): bool {
  const length = (code.units as u32) * 2;
  if (code.returns != 0 || ReturnOpcodes.count == 0 || length == 0 || length > MAX_BYTECODE_BYTES) return true;
  const from = need(code.address + (Layout.codeAdaptive as u64), length, length);
  if (from < UNREADABLE) return false;
  if (from == UNREADABLE) return true;
  const bytes = (length + 15) >> 4;
  const bits = reserve(bytes);
  if (bits == 0) {
    noteFull();
    return true;
  }
  memory.fill(bits, 0, bytes);
  for (let unit: u32 = 0; unit < (code.units as u32); unit++) {
    if (!isReturnOpcode(load<u8>(from + unit * 2))) continue;
    const byte = bits + (unit >> 3);
    const bit: u32 = 1 << (unit & 7);
    store<u8>(byte, load<u8>(byte) | (bit as u8));
  }
  code.returns = bits as u32;
  return true;
}

/** Whether the code's instruction, in code units from its start, returns from the function. */
export function doesReturn(code: Code, instruction: i64): bool {
  if (code.returns == 0 || instruction < 0 || instruction >= (code.units as i64)) return false;
  const unit = instruction as u32;
  return ((load<u8>((code.returns + (unit >> 3)) as usize) >> (unit & 7)) & 1) != 0;
}

function noTable(code: Code): bool {
  code.reasons |= REASON_NO_LOCATION;
  return true;
}

/**
 * Whether the object at the entry's address is still the one that was read. Its guard ranges will be prefetched.
 * @returns false while bytes are wanted; then the answer is in `code.same` for this attempt
 */
export function compareCode(code: Code, attempt: u32): bool {
  if (code.comparedAt == attempt) return true;
  const at = needEachSample(code.address, Layout.codeSize, Layout.codeSize);
  if (at < UNREADABLE) return false;
  let same =
    at != UNREADABLE &&
    word(at + Layout.codeFilename) == code.filenamePointer &&
    word(at + Layout.codeTable) == code.tablePointer &&
    scopePointer(at) == code.namePointer &&
    bodyOf(at) == code.body &&
    i32At(at + Layout.codeFirstLine) == code.firstLine &&
    shapeOf(at) == code.shape &&
    versionOf(at) == code.version;
  if (same && code.table == 0) {
    const table = compareMissingTable(code);
    if (table < UNREADABLE) return false;
    same = table != UNREADABLE;
  }
  // A version is never given twice; without one, equal pointers prove nothing, since freed objects'
  // addresses are used again at once. Then the contents must be equal.
  if (same && code.version == 0) {
    const name = sameString(code.namePointer, code.rawName as usize, code.rawNameLength, code.rawNameKind);
    const filename = sameString(
      code.filenamePointer,
      code.rawFilename as usize,
      code.rawFilenameLength,
      code.rawFilenameKind,
    );
    const table = compareTable(code);
    if (name < UNREADABLE || filename < UNREADABLE || table < UNREADABLE) return false;
    same = name > UNREADABLE && filename > UNREADABLE && table > UNREADABLE;
  }
  code.comparedAt = attempt;
  code.same = same ? 1 : 0;
  return true;
}

/** Whether a table that could not be had still can't be: PENDING, UNREADABLE (now it can), or anything else. */
function compareMissingTable(code: Code): usize {
  const header = needEachSample(code.tablePointer, Layout.bytesData, Layout.bytesData);
  if (header < UNREADABLE) return header;
  if (header == UNREADABLE) return READ;
  const size = signedWord(header + Layout.bytesSize);
  if (size < 0 || size > (MAX_TABLE_BYTES as i64)) return READ;
  const length = Layout.bytesData + (size as u32);
  const at = needEachSample(code.tablePointer, length, length);
  return at < UNREADABLE ? at : at == UNREADABLE ? READ : UNREADABLE;
}

function compareTable(code: Code): usize {
  if (code.table == 0) return READ; // there is none to be wrong
  const length = Layout.bytesData + code.tableLength;
  const at = needEachSample(code.tablePointer, length, length);
  if (at <= UNREADABLE) return at;
  if (signedWord(at + Layout.bytesSize) != (code.tableLength as i64)) return UNREADABLE;
  return memory.compare(at + Layout.bytesData, code.table as usize, code.tableLength) == 0 ? at : UNREADABLE;
}
