// Dicts of the target, as CPython has had them since 3.6 (Objects/dictobject.c): a table of indices, and behind it the entries in the order
// in which they came. In: the address of a dict's keys. Out: the number of an entry, by its key's text or by its hash, and its value.
import { MAX_DICT_BYTES, MAX_DICT_KEYS } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, signedWord, u8At, u16At, word } from "../remote/read";
import { need } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { isText } from "./strings";
import { DICT_SUBCLASS, isOfKind } from "./type_flags";

/** Bytes asked for at first sight: the keys of most instances. */
const FIRST_BYTES: u32 = 512;
const MAX_LOG_SIZE: u32 = 20;

/** The answer of a search … */
export const NO_ENTRY: u32 = 0xffff_ffff;
/** … or it needs bytes. */
export const ENTRY_PENDING: u32 = 0xffff_fffe;

/** A dict: what `readDict` found. */
export class Dict {
  /** Address of its keys. */
  static keys: u64 = 0;
  /** Address of the values, where they are apart from the keys; else 0. */
  static values: u64 = 0;
}

/** @returns PENDING, UNREADABLE (also: it is none), or anything else when Dict has what it consists of */
export function readDict(address: u64): usize {
  const end = Layout.dictValues + Layout.wordSize;
  const at = need(address, end, end);
  if (at <= UNREADABLE) return at;
  const kind = isOfKind(at, DICT_SUBCLASS);
  if (kind <= UNREADABLE) return kind;
  const values = word(at + Layout.dictValues);
  Dict.keys = word(at + Layout.dictKeys);
  Dict.values = values == 0 ? 0 : values + (Layout.valuesItems as u64);
  return at;
}

/** The keys that `readKeys` has read. */
class Keys {
  static indices: usize = 0;
  static entries: usize = 0;
  static slots: u32 = 0;
  static indexBytes: u32 = 0;
  static entryBytes: u32 = 0;
  /** Entries begin with a hash. */
  static isGeneral: bool = false;
}

/** Of the keys that were read last. */
export class KeyCount {
  /** Entries, those whose key was deleted included. */
  static entries: u32 = 0;
}

/** Read keys: PENDING, UNREADABLE, or anything else when they can be searched. */
export function readKeys(address: u64): usize {
  const head = need(address, Layout.keysIndices, max(FIRST_BYTES, Layout.keysIndices));
  if (head <= UNREADABLE) return head;
  if (!parseSizes(head)) return UNREADABLE;
  const word: u32 = Layout.wordSize;
  const count = signedWord(head + Layout.keysEntryCount);
  if (count < 0 || count > (Keys.slots as i64)) return UNREADABLE;
  KeyCount.entries = count as u32;
  Keys.isGeneral = Layout.keysKind == ABSENT || u8At(head + Layout.keysKind) == 0;
  Keys.entryBytes = Keys.isGeneral ? 3 * word : 2 * word;
  const before = Layout.keysIndices + Keys.slots * Keys.indexBytes;
  const whole = before + KeyCount.entries * Keys.entryBytes;
  if (whole > MAX_DICT_BYTES) return UNREADABLE;
  const at = need(address, whole, max(FIRST_BYTES, whole));
  if (at <= UNREADABLE) return at;
  Keys.indices = at + Layout.keysIndices;
  Keys.entries = at + before;
  return at;
}

function parseSizes(head: usize): bool {
  if (Layout.keysLogSize == ABSENT) {
    // DK_IXSIZE in Objects/dict-common.h (3.9, 3.10)
    const slots = signedWord(head + Layout.keysSize);
    if (slots <= 0 || slots > 1 << MAX_LOG_SIZE || (slots & (slots - 1)) != 0) return false;
    Keys.slots = slots as u32;
    Keys.indexBytes = slots <= 0xff ? 1 : slots <= 0xffff ? 2 : 4;
    return true;
  }
  const size = u8At(head + Layout.keysLogSize);
  const bytes = u8At(head + Layout.keysLogIndexBytes);
  // Tables without entries say anything.
  if (size > MAX_LOG_SIZE || bytes < size || bytes > size + 2) {
    Keys.slots = 0;
    Keys.indexBytes = 1;
    return size <= 3;
  }
  Keys.slots = 1 << size;
  Keys.indexBytes = 1 << (bytes - size);
  return true;
}

/** Address of an entry's key; 0 where it was deleted. */
export function keyOf(index: u32): u64 {
  return word(entryAt(index) + (Keys.isGeneral ? Layout.wordSize : (0 as u32)));
}

/** An entry's value, where the entries have the values; else 0. */
export function valueOf(index: u32): u64 {
  return word(entryAt(index) + (Keys.isGeneral ? 2 * Layout.wordSize : Layout.wordSize));
}

function entryAt(index: u32): usize {
  return Keys.entries + index * Keys.entryBytes;
}

/**
 * The entry with a str for a key, among the keys that were read last.
 * @param text its characters, ASCII
 * @param likely address of a str that has them, or had; 0 = not known
 * @param first entries before this one don't have it
 * @returns its number, NO_ENTRY or ENTRY_PENDING
 */
export function findText(text: usize, length: u32, likely: u64, first: u32): u32 {
  const count = KeyCount.entries;
  if (likely != 0) {
    for (let i: u32 = 0; i < count; i++) {
      if (keyOf(i) != likely) continue;
      const same = isText(likely, text, length);
      if (same == PENDING) return ENTRY_PENDING;
      if (same != UNREADABLE) return i;
    }
  }
  if (count > first + MAX_DICT_KEYS) return NO_ENTRY;
  let here = true;
  for (let i = first; i < count; i++) {
    const key = keyOf(i);
    if (key == 0 || key == likely) continue;
    const same = isText(key, text, length);
    if (same == PENDING) here = false;
    else if (same != UNREADABLE && here) return i;
  }
  return here ? NO_ENTRY : ENTRY_PENDING;
}

/** The entry whose key has this hash, the first that a lookup meets: its number, or NO_ENTRY. */
export function findHash(hash: u64): u32 {
  if (!Keys.isGeneral || Keys.slots == 0) return NO_ENTRY;
  const mask = (Keys.slots - 1) as u64;
  // lookdict_index in Objects/dictobject.c
  let perturb = hash;
  let slot = hash & mask;
  for (let probes: u32 = 0; probes < Keys.slots + 64; probes++) {
    const index = indexIn(slot as u32);
    if (index == -1) return NO_ENTRY;
    if (index >= 0 && (index as u32) < KeyCount.entries && word(entryAt(index as u32)) == hash) return index as u32;
    perturb >>= 5;
    slot = (slot * 5 + perturb + 1) & mask;
  }
  return NO_ENTRY;
}

/** What the table of indices has in a slot: -1 where it is empty, -2 where an entry was. */
function indexIn(slot: u32): i32 {
  const at = Keys.indices + slot * Keys.indexBytes;
  if (Keys.indexBytes == 1) return u8At(at) as i8 as i32;
  return Keys.indexBytes == 2 ? (u16At(at) as i16 as i32) : i32At(at);
}
