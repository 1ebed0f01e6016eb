// Python objects in the fake target, in the layout in force. In: characters, bytes, fields. Out: objects at target
// addresses.
import { ABSENT, Layout } from "../../assembly/layouts/layout";
import { CodeType } from "../../assembly/objects/type";
import { at, put32, putWord } from "./fake_target";

/** Write a str of `length` characters of `kind` bytes; the characters are the caller's, at the address returned. */
export function putHeader(address: u64, length: u64, kind: u32, ascii: bool, compact: bool): u64 {
  putWord(address + (Layout.unicodeLength as u64), length);
  const flags = (compact ? 1 << Layout.unicodeCompactShift : 0) | (ascii ? 1 << Layout.unicodeAsciiShift : 0);
  put32(address + (Layout.unicodeState as u64), (kind << Layout.unicodeKindShift) | flags);
  return address + ((ascii ? Layout.unicodeAsciiData : Layout.unicodeCompactData) as u64);
}

/** Write a compact ASCII str. */
export function putText(address: u64, text: string): void {
  const data = putHeader(address, text.length, 1, true, true);
  for (let i = 0; i < text.length; i++) store<u8>(at(data + (i as u64)), text.charCodeAt(i) as u8);
}

/** Write a compact str of the given characters. */
export function putCharacters(address: u64, kind: u32, characters: StaticArray<u32>): void {
  putKind(putHeader(address, characters.length, kind, false, true), kind, characters);
}

/** Write a str whose characters lie at `data`. */
export function putApart(address: u64, data: u64, kind: u32, ascii: bool, characters: StaticArray<u32>): void {
  putHeader(address, characters.length, kind, ascii, false);
  putWord(address + (Layout.unicodeCompactData as u64), data);
  putKind(data, kind, characters);
}

function putKind(data: u64, kind: u32, characters: StaticArray<u32>): void {
  for (let i = 0; i < characters.length; i++) {
    const to = at(data + (i as u32) * kind);
    if (kind == 1) store<u8>(to, characters[i] as u8);
    else if (kind == 2) store<u16>(to, characters[i] as u16);
    else store<u32>(to, characters[i]);
  }
}

/** Write a bytes object. */
export function putBytes(address: u64, content: StaticArray<u8>): void {
  putWord(address + (Layout.bytesSize as u64), content.length);
  memory.copy(at(address + (Layout.bytesData as u64)), changetype<usize>(content), content.length);
}

/** Write a type of the given name, and forget which type is that of code objects. */
export function putType(address: u64, name: u64, text: string): void {
  CodeType.address = 0;
  putWord(address + ((Layout.bytesSize + Layout.wordSize) as u64), name);
  for (let i = 0; i < text.length; i++) store<u8>(at(name + (i as u64)), text.charCodeAt(i) as u8);
  store<u8>(at(name + (text.length as u64)), 0);
}

/** Write a 32-bit field of an object that the layout has. */
export function putField(address: u64, offset: u32, value: u32): void {
  if (offset != ABSENT) put32(address + (offset as u64), value);
}

/** Write a pointer or a size that the layout has. */
export function putPointer(address: u64, offset: u32, value: u64): void {
  if (offset != ABSENT) putWord(address + (offset as u64), value);
}
