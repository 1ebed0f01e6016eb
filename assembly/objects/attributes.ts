// Attributes of an object: which keys it has, and where their values are. In: the address of an object whose class is written in Python.
// Out: the keys, which instances of a class share, and the values, in the order of the keys' entries; or a dict of its own.
//
// Sources: 3.9, 3.10: _PyObject_GetDictPtr; 3.11: _PyObject_ValuesPointer and _PyObject_ManagedDictPointer; 3.12: _PyDictOrValues_IsValues;
// 3.13+: _PyObject_TryGetInstanceAttribute (Objects/object.c, Include/internal/pycore_object.h, Objects/dictobject.c).
import { ABSENT, ATTRIBUTES_SEPARATE, ATTRIBUTES_TAGGED, Layout } from "../layouts/layout";
import { signedWord, u8At, u32At, word } from "../remote/read";
import { need } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";
import { Dict, readDict } from "./dicts";
import { HEAP_TYPE, INLINE_VALUES, MANAGED_DICT, needType } from "./type_flags";

/** Bytes asked for at first sight: what lies before an object, itself, and the values behind it. */
const FIRST_BYTES: u32 = 384;
/** Larger than any object that has its attributes behind it. */
const MAX_OBJECT_BYTES: i64 = 1 << 16;

/** What `findAttributes` found. */
export class Attributes {
  /** Address of the keys. */
  static keys: u64 = 0;
  /** Address of the first value; 0 where the keys' entries have the values. */
  static values: u64 = 0;
}

/** @returns PENDING, UNREADABLE (also: it has no attributes), or anything else when Attributes has where they are */
export function findAttributes(address: u64): usize {
  const before = Layout.objectManagedDict == ABSENT ? 0 : Layout.objectManagedDict + pointersBefore();
  const headBytes = before + Layout.objectType + Layout.wordSize;
  const start = address - (before as u64);
  const from = need(start, headBytes, max(headBytes, FIRST_BYTES));
  if (from <= UNREADABLE) return from;
  const type = needType(word(from + before + Layout.objectType));
  if (type <= UNREADABLE) return type;
  const flags = u32At(type + Layout.typeFlags);
  if ((flags & MANAGED_DICT) == 0 || before == 0) {
    const offset = signedWord(type + Layout.typeDictOffset);
    if (offset <= 0 || offset > MAX_OBJECT_BYTES) return UNREADABLE;
    const pointer = need(address + (offset as u64), Layout.wordSize, Layout.wordSize);
    return pointer <= UNREADABLE ? pointer : takeDict(word(pointer));
  }
  if ((flags & HEAP_TYPE) == 0) return UNREADABLE;
  const keysEnd = Layout.typeCachedKeys + Layout.wordSize;
  const heapType = need(word(from + before + Layout.objectType), keysEnd, keysEnd);
  if (heapType <= UNREADABLE) return heapType;
  Attributes.keys = word(heapType + Layout.typeCachedKeys);
  const dict = word(from + before - Layout.objectManagedDict);
  if (Layout.attributesKind == ATTRIBUTES_SEPARATE) {
    const values = word(from);
    return values != 0 ? takeValues(values, from) : takeDict(dict);
  }
  if (Layout.attributesKind == ATTRIBUTES_TAGGED) return (dict & 1) != 0 ? takeValues(dict + 1, from) : takeDict(dict);
  if (dict != 0 || (flags & INLINE_VALUES) == 0) return takeDict(dict);
  const size = signedWord(heapType + Layout.typeBasicSize);
  if (size <= 0 || size > MAX_OBJECT_BYTES) return UNREADABLE;
  const end = before + (size as u32) + Layout.valuesItems;
  const object = need(start, end, max(end, FIRST_BYTES));
  if (object <= UNREADABLE) return object;
  const values = object + before + (size as u32);
  if (u8At(values + Layout.valuesValid) == 0) return UNREADABLE;
  return takeValues(address + (size as u64), object);
}

/** Bytes of what lies before the pointer to the dict: that to the values (3.11). */
function pointersBefore(): u32 {
  return Layout.attributesKind == ATTRIBUTES_SEPARATE ? Layout.wordSize : 0;
}

function takeValues(address: u64, at: usize): usize {
  Attributes.values = address + (Layout.valuesItems as u64);
  return at;
}

function takeDict(address: u64): usize {
  if (address == 0) return UNREADABLE;
  const at = readDict(address);
  if (at <= UNREADABLE) return at;
  Attributes.keys = Dict.keys;
  Attributes.values = Dict.values;
  return at;
}
