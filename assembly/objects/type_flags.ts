// What an object is, as its type's flags say. In: the address of a type. Out: bits of tp_flags, which have been the same ones since 3.9
// (Include/object.h).
import { Layout } from "../layouts/layout";
import { u32At, word } from "../remote/read";
import { need } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";

/** Py_TPFLAGS_MANAGED_DICT (3.11+): its dict or values go with pointers before the object. */
export const MANAGED_DICT: u32 = 1 << 4;
/** Py_TPFLAGS_INLINE_VALUES (3.13+). */
export const INLINE_VALUES: u32 = 1 << 2;
/** Py_TPFLAGS_HEAPTYPE: it is a PyHeapTypeObject. */
export const HEAP_TYPE: u32 = 1 << 9;
export const LONG_SUBCLASS: u32 = 1 << 24;
export const UNICODE_SUBCLASS: u32 = 1 << 28;
export const DICT_SUBCLASS: u32 = 1 << 29;

/** The copy of a type as far as its flags and its dict's offset, and of a heap type's keys: PENDING, UNREADABLE or a pointer. */
export function needType(type: u64): usize {
  return need(type, Layout.typeDictOffset + Layout.wordSize, Layout.typeCachedKeys + Layout.wordSize);
}

/**
 * Whether the object whose head is at `head` is of a type with a flag.
 * @returns PENDING, UNREADABLE (also: it isn't), or anything else when it is
 */
export function isOfKind(head: usize, flag: u32): usize {
  const type = needType(word(head + Layout.objectType));
  if (type <= UNREADABLE) return type;
  return (u32At(type + Layout.typeFlags) & flag) != 0 ? type : UNREADABLE;
}
