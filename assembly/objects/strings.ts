// Strings kept by the decoder. In: a target's str object. Out: a string id, the same for equal contents, and
// the UTF-8 of each new string as a record. It knows the three kinds of str, not what a string is for.
import { ARENA_BYTES, LAST_STRING_ID, MAX_NEW_STRINGS, MAX_STRING_CHARACTERS, MAX_STRINGS } from "../abi/limits";
import { ARENA, NEW_STRINGS } from "../abi/memory";
import { StringRecord } from "../abi/records";
import { Layout } from "../layouts/layout";
import { signedWord, u8At, u16At, u32At, word } from "../remote/read";
import { need, needEachSample } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";

/** Bytes asked for at first sight: the header and what most names and paths need. */
const FIRST_BYTES: u32 = 160;

export class Arena {
  static used: u32 = 0;
}

/** `bytes` of the arena, or 0 where it is full. */
export function reserve(bytes: u32): usize {
  const size = (bytes + 7) & ~7;
  if (size > ARENA_BYTES - Arena.used) return 0;
  const at = ARENA + Arena.used;
  Arena.used += size;
  return at;
}

// Known strings: an open-addressed table of u32 entry numbers + 1.
const SLOT_BITS: u32 = 17;
const SLOTS: u32 = 1 << SLOT_BITS;
const TABLE: usize = heap.alloc(SLOTS * 4);

@unmanaged
class Known {
  id: u32;
  hash: u32;
  data: u32;
  length: u32;
}
const KNOWN: usize = heap.alloc(MAX_STRINGS * offsetof<Known>());

const FIRST_ID: u32 = 2;

export class Strings {
  static known: u32 = 0;
  /** Next id: 0 is never used, 1 means unknown to readers of MOJO. */
  static nextId: u32 = FIRST_ID;
  /** The id that was given first since all were forgotten: smaller ones are not referred to any more. */
  static firstId: u32 = FIRST_ID;
  static newCount: u32 = 0;
  /** True when a table was full: drop the caches before the next sample. */
  static full: bool = false;
}

/** Strings that are seen for the first time from here on are new. */
export function beginNewStrings(): void {
  Strings.newCount = 0;
}

/** There is no room for what is to be kept: drop the caches before the next sample. */
export function noteFull(): void {
  Strings.full = true;
}

export function forgetStrings(): void {
  if (Strings.known > 0) memory.fill(TABLE, 0, SLOTS * 4);
  Strings.known = 0;
  Strings.full = false;
  Arena.used = 0;
  // None that was given is in use now, and each one has its new meaning before it is used again.
  if (Strings.nextId > LAST_STRING_ID - MAX_STRINGS) Strings.nextId = FIRST_ID;
  Strings.firstId = Strings.nextId;
}

function hashOf(data: usize, length: u32): u32 {
  let hash: u32 = 0x811c_9dc5;
  for (let i: u32 = 0; i < length; i++) hash = (hash ^ (load<u8>(data + i) as u32)) * 0x0100_0193;
  return hash;
}

/** The id of the UTF-8 string that was just written at the arena's end; 0 where there is no room. */
function intern(data: usize, length: u32): u32 {
  const hash = hashOf(data, length);
  let index = (hash * 0x9e37_79b9) >> (32 - SLOT_BITS);
  for (;;) {
    const number = load<u32>(TABLE + index * 4);
    if (number == 0) break;
    const known = changetype<Known>(KNOWN + (number - 1) * offsetof<Known>());
    if (known.hash == hash && known.length == length && memory.compare(known.data as usize, data, length) == 0) {
      Arena.used = (data - ARENA) as u32;
      StringResult.data = known.data as usize;
      return known.id;
    }
    index = (index + 1) & (SLOTS - 1);
  }
  if (Strings.known >= MAX_STRINGS || Strings.newCount >= MAX_NEW_STRINGS) {
    if (Strings.known >= MAX_STRINGS) Strings.full = true;
    Arena.used = (data - ARENA) as u32;
    return 0;
  }
  const known = changetype<Known>(KNOWN + Strings.known * offsetof<Known>());
  known.id = Strings.nextId++;
  known.hash = hash;
  known.data = data as u32;
  known.length = length;
  store<u32>(TABLE + index * 4, ++Strings.known);
  Arena.used = (data - ARENA) as u32;
  reserve(length);
  const record = changetype<StringRecord>(NEW_STRINGS + Strings.newCount * offsetof<StringRecord>());
  record.id = known.id;
  record.data = data as u32;
  record.length = length;
  Strings.newCount++;
  StringResult.data = data;
  return known.id;
}

/** What `readString` found. */
export class StringResult {
  static id: u32 = 0;
  /** Its UTF-8 in the arena. */
  static data: usize = 0;
  /** The characters as the target has them, in the arena: to tell later whether they have changed. */
  static raw: usize = 0;
  static rawLength: u32 = 0;
  static rawKind: u32 = 0;
  static cut: bool = false;
}

// The header of the str object under inspection.
class Header {
  static length: u32 = 0;
  static kind: u32 = 0;
  static ascii: bool = false;
  static compact: bool = false;
  static data: u32 = 0;
  static cut: bool = false;
}

function parseHeader(at: usize): bool {
  const length = signedWord(at + Layout.unicodeLength);
  const state = u32At(at + Layout.unicodeState);
  Header.kind = (state >> Layout.unicodeKindShift) & 7;
  Header.compact = ((state >> Layout.unicodeCompactShift) & 1) != 0;
  Header.ascii = ((state >> Layout.unicodeAsciiShift) & 1) != 0;
  if (length < 0 || (Header.kind != 1 && Header.kind != 2 && Header.kind != 4)) return false;
  if (Header.ascii && Header.kind != 1) return false;
  Header.cut = length > (MAX_STRING_CHARACTERS as i64);
  Header.length = Header.cut ? MAX_STRING_CHARACTERS : (length as u32);
  Header.data = Header.ascii ? Layout.unicodeAsciiData : Layout.unicodeCompactData;
  return true;
}

/** Pointer to the characters of the str at `address` whose header is parsed: PENDING, UNREADABLE or a copy. */
function characters(address: u64, planned: bool): usize {
  const bytes = Header.length * Header.kind;
  if (Header.compact) {
    const all = Header.data + bytes;
    const at = planned ? needEachSample(address, all, all) : need(address, all, all);
    return at > UNREADABLE ? at + Header.data : at;
  }
  // A str of a subclass, or of the old C interface: the characters lie elsewhere (3.9 to 3.11: data.any).
  const pointerAt = Layout.unicodeCompactData;
  const end = pointerAt + Layout.wordSize;
  const header = planned ? needEachSample(address, end, end) : need(address, end, end);
  if (header <= UNREADABLE || bytes == 0) return header;
  const data = word(header + pointerAt);
  return planned ? needEachSample(data, bytes, bytes) : need(data, bytes, bytes);
}

/**
 * Read the str object at `address`.
 * @returns PENDING, UNREADABLE, or anything else when StringResult holds the string
 */
export function readString(address: u64): usize {
  const header = need(address, Layout.unicodeAsciiData, max(FIRST_BYTES, Layout.unicodeAsciiData));
  if (header <= UNREADABLE) return header;
  if (!parseHeader(header)) return UNREADABLE;
  const from = characters(address, false);
  if (from <= UNREADABLE) return from;
  return keep(from) ? from : UNREADABLE;
}

/** What `readText` found. */
export class Text {
  /** Bytes of its UTF-8. */
  static length: u32 = 0;
}

/** A text was written that is no str of the target's. */
export function setTextLength(length: u32): void {
  Text.length = length;
}

/** U+2026, which stands for what was cut off. */
const ELLIPSIS: u32 = 0x2026;

/**
 * Write the str object at `address` to `target`, as UTF-8: so many characters at most, the last of which says that more follow.
 * @returns PENDING, UNREADABLE, or anything else when it is written
 */
export function readText(address: u64, target: usize, most: u32): usize {
  const header = need(address, Layout.unicodeAsciiData, max(FIRST_BYTES, Layout.unicodeAsciiData));
  if (header <= UNREADABLE) return header;
  if (!parseHeader(header)) return UNREADABLE;
  const isCut = Header.length > most;
  if (isCut) Header.length = most - 1;
  const from = characters(address, false);
  if (from <= UNREADABLE) return from;
  let end = transcode(from, target);
  if (isCut) end = encode(end, ELLIPSIS);
  Text.length = (end - target) as u32;
  return from;
}

/**
 * Whether the str at `address` is compact and ASCII, and has these characters.
 * @returns PENDING, UNREADABLE (also: it has others), or anything else when it has
 */
export function isText(address: u64, text: usize, length: u32): usize {
  const bytes = Layout.unicodeAsciiData + length;
  const at = need(address, bytes, bytes);
  if (at <= UNREADABLE) return at;
  if (!parseHeader(at) || !Header.compact || !Header.ascii || Header.length != length) return UNREADABLE;
  return memory.compare(at + Layout.unicodeAsciiData, text, length) == 0 ? at : UNREADABLE;
}

/**
 * Whether the str at `address` still has the characters that were kept at `raw`.
 * @returns PENDING, UNREADABLE (also: it has others), or anything else when it is the same
 */
export function sameString(address: u64, raw: usize, rawLength: u32, rawKind: u32): usize {
  const all = Layout.unicodeCompactData + rawLength * rawKind;
  const header = needEachSample(address, Layout.unicodeAsciiData, all);
  if (header <= UNREADABLE) return header;
  if (!parseHeader(header) || Header.length != rawLength || Header.kind != rawKind) return UNREADABLE;
  const from = characters(address, true);
  if (from <= UNREADABLE) return from;
  return memory.compare(from, raw, rawLength * rawKind) == 0 ? from : UNREADABLE;
}

function keep(from: usize): bool {
  const kind = Header.kind;
  const length = Header.length;
  StringResult.cut = Header.cut;
  StringResult.rawLength = length;
  StringResult.rawKind = kind;
  // The raw characters are kept apart only where they are not their own UTF-8.
  let raw: usize = 0;
  if (!Header.ascii) {
    raw = reserve(length * kind);
    if (raw == 0) return full();
    memory.copy(raw, from, length * kind);
  }
  const data = reserve(Header.ascii ? length : length * 4);
  if (data == 0) return full();
  const bytes = (transcode(from, data) - data) as u32;
  StringResult.id = intern(data, bytes);
  if (StringResult.id == 0) return false;
  StringResult.raw = Header.ascii ? StringResult.data : raw;
  return true;
}

/** Write the characters of the str whose header is parsed as UTF-8. Returns where that ends. */
function transcode(from: usize, target: usize): usize {
  const kind = Header.kind;
  const length = Header.length;
  if (Header.ascii) {
    memory.copy(target, from, length);
    return target + length;
  }
  let at = target;
  for (let i: u32 = 0; i < length; i++) {
    const character = kind == 1 ? u8At(from + i) : kind == 2 ? u16At(from + i * 2) : u32At(from + i * 4);
    at = encode(at, character);
  }
  return at;
}

function full(): bool {
  Strings.full = true;
  return false;
}

/** Write one code point as UTF-8; U+DC80 to U+DCFF are the bytes that a path could not decode (PEP 383). */
function encode(at: usize, character: u32): usize {
  if (character < 0x80) {
    store<u8>(at, character as u8);
    return at + 1;
  }
  if (character < 0x800) {
    store<u8>(at, (0xc0 | (character >> 6)) as u8);
    store<u8>(at, (0x80 | (character & 0x3f)) as u8, 1);
    return at + 2;
  }
  if (character >= 0xdc80 && character <= 0xdcff) {
    store<u8>(at, (character - 0xdc00) as u8);
    return at + 1;
  }
  if (character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff)) character = 0xfffd;
  if (character < 0x10000) {
    store<u8>(at, (0xe0 | (character >> 12)) as u8);
    store<u8>(at, (0x80 | ((character >> 6) & 0x3f)) as u8, 1);
    store<u8>(at, (0x80 | (character & 0x3f)) as u8, 2);
    return at + 3;
  }
  store<u8>(at, (0xf0 | (character >> 18)) as u8);
  store<u8>(at, (0x80 | ((character >> 12) & 0x3f)) as u8, 1);
  store<u8>(at, (0x80 | ((character >> 6) & 0x3f)) as u8, 2);
  store<u8>(at, (0x80 | (character & 0x3f)) as u8, 3);
  return at + 4;
}
