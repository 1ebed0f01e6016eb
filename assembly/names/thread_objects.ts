// Where an interpreter's `threading` module has its Thread objects: `threading._active`, a dict from thread ids to them (Lib/threading.py, 3.9 to
// 3.15). In: the address of an interpreter. Out: that dict's keys, whether there is no such module, and where in a Thread's attributes its
// name and its id are. It knows no thread states. What it remembers are only addresses of keys' texts: what is found with them is read and
// compared each time.
import { MAX_INTERPRETERS } from "../abi/limits";
import { Layout } from "../layouts/layout";
import {
  Dict,
  ENTRY_PENDING,
  findText,
  KeyCount,
  keyOf,
  NO_ENTRY,
  readDict,
  readKeys,
  valueOf,
} from "../objects/dicts";
import { word } from "../remote/read";
import { need } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";

// "threading", "_active", "_name", "_ident"
const THREADING: usize = memory.data<u8>([0x74, 0x68, 0x72, 0x65, 0x61, 0x64, 0x69, 0x6e, 0x67]);
const THREADING_LENGTH: u32 = 9;
const ACTIVE: usize = memory.data<u8>([0x5f, 0x61, 0x63, 0x74, 0x69, 0x76, 0x65]);
const ACTIVE_LENGTH: u32 = 7;
const NAME: usize = memory.data<u8>([0x5f, 0x6e, 0x61, 0x6d, 0x65]);
const NAME_LENGTH: u32 = 5;
const IDENT: usize = memory.data<u8>([0x5f, 0x69, 0x64, 0x65, 0x6e, 0x74]);
const IDENT_LENGTH: u32 = 6;

/** So many looks may rely on what earlier ones saw that there is no such module. */
const LOOKS_BETWEEN_SEARCHES: u32 = 16;

/** What is known of an interpreter. */
@unmanaged
class KnownInterpreter {
  address: u64;
  /** Keys of its modules that were searched, and how many of their entries are not the module. */
  searchedKeys: u64;
  searched: u32;
  /** Looks since all of them were. */
  looks: u32;
  // Addresses of the texts of keys; 0 = not known.
  threading: u64;
  active: u64;
  name: u64;
  ident: u64;
}
const INTERPRETERS: usize = heap.alloc(MAX_INTERPRETERS * offsetof<KnownInterpreter>());

class Known {
  static count: u32 = 0;
}

/** Begin with another target. */
export function forgetThreadObjects(): void {
  Known.count = 0;
}

/** What is known of an interpreter; all of it is forgotten where there is no room for another. */
export function knownInterpreter(address: u64): KnownInterpreter {
  for (let i: u32 = 0; i < Known.count; i++) {
    const known = interpreterAt(i);
    if (known.address == address) return known;
  }
  if (Known.count == MAX_INTERPRETERS) Known.count = 0;
  const known = interpreterAt(Known.count++);
  memory.fill(changetype<usize>(known), 0, offsetof<KnownInterpreter>());
  known.address = address;
  return known;
}

function interpreterAt(index: u32): KnownInterpreter {
  return changetype<KnownInterpreter>(INTERPRETERS + index * offsetof<KnownInterpreter>());
}

/** A look begins. */
export function beginSearch(): void {
  for (let i: u32 = 0; i < Known.count; i++) {
    const known = interpreterAt(i);
    if (++known.looks >= LOOKS_BETWEEN_SEARCHES) {
      known.looks = 0;
      known.searchedKeys = 0;
    }
  }
}

/** What `findThreadObjects` found. */
export class ThreadObjects {
  /** Address of the keys of `threading._active`. */
  static keys: u64 = 0;
  /** `threading` was never imported. */
  static isMissing: bool = false;
}

/** @returns PENDING, UNREADABLE (also: there are none), or anything else when ThreadObjects has where they are */
export function findThreadObjects(known: KnownInterpreter): usize {
  ThreadObjects.isMissing = false;
  const modules = need(known.address + (Layout.interpreterModules as u64), Layout.wordSize, Layout.wordSize);
  if (modules <= UNREADABLE) return modules;
  const all = readDict(word(modules));
  if (all <= UNREADABLE) return all;
  const module = findModule(known);
  if (module <= UNREADABLE) return module as usize;
  const end = Layout.moduleDict + Layout.wordSize;
  const at = need(module, end, end);
  if (at <= UNREADABLE) return at;
  const globals = readDict(word(at + Layout.moduleDict));
  if (globals <= UNREADABLE) return globals;
  if (Dict.values != 0) return UNREADABLE;
  const keys = readKeys(Dict.keys);
  if (keys <= UNREADABLE) return keys;
  const entry = findText(ACTIVE, ACTIVE_LENGTH, known.active, 0);
  if (entry == ENTRY_PENDING) return PENDING;
  if (entry == NO_ENTRY) return UNREADABLE;
  known.active = keyOf(entry);
  const active = readDict(valueOf(entry));
  if (active <= UNREADABLE) return active;
  ThreadObjects.keys = Dict.keys;
  return active;
}

/** The module `threading` among the modules in Dict: its address, or PENDING, or UNREADABLE. */
function findModule(known: KnownInterpreter): u64 {
  if (Dict.values != 0) return UNREADABLE;
  const keys = Dict.keys;
  const read = readKeys(keys);
  if (read <= UNREADABLE) return read;
  // Entries only come behind the others, up to new keys.
  const first = known.searchedKeys == keys && known.searched <= KeyCount.entries ? known.searched : 0;
  const entry = findText(THREADING, THREADING_LENGTH, known.threading, first);
  if (entry == ENTRY_PENDING) return PENDING;
  if (entry == NO_ENTRY) {
    known.threading = 0;
    known.searchedKeys = keys;
    known.searched = KeyCount.entries;
    ThreadObjects.isMissing = true;
    return UNREADABLE;
  }
  known.threading = keyOf(entry);
  return valueOf(entry);
}

/** Where attributes are among the keys: what `findSlots` found. */
export class Slots {
  static name: u32 = 0;
  static ident: u32 = 0;
}

/**
 * Which of the keys at `address`, which are a Thread's, are its name and its id.
 * @returns PENDING, UNREADABLE (also: it has none), or anything else when Slots has them, and the keys are those read last
 */
export function findSlots(known: KnownInterpreter, address: u64): usize {
  const keys = readKeys(address);
  if (keys <= UNREADABLE) return keys;
  const name = findText(NAME, NAME_LENGTH, known.name, 0);
  const ident = findText(IDENT, IDENT_LENGTH, known.ident, 0);
  if (name == ENTRY_PENDING || ident == ENTRY_PENDING) return PENDING;
  if (name == NO_ENTRY || ident == NO_ENTRY) return UNREADABLE;
  Slots.name = name;
  Slots.ident = ident;
  known.name = keyOf(name);
  known.ident = keyOf(ident);
  return keys;
}
