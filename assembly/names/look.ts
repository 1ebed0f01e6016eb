// What the program calls its threads. In: the threads of the last sample. Out: a name in the record of each that has one. It is a look by itself,
// made between samples, with requests of its own: what a sample reads is the same whether names are wanted or not.
//
// The threads are gone through in turn, some at a time. A name is kept once two readings in a row, each with copies of its own, say the same: one
// that changed while it was copied, or whose Thread object was freed meanwhile, is looked for again. What has changed since is noticed by
// whoever asks for all names again.
import { MAX_NAMES_AT_ONCE } from "../abi/limits";
import { NAME_BYTES, NAMES, READ_NAMES } from "../abi/memory";
import { NameRecord } from "../abi/records";
import { STATUS_DONE, STATUS_NEED } from "../abi/status";
import { ABSENT, Layout } from "../layouts/layout";
import { Text } from "../objects/strings";
import { beginOtherReads } from "../remote/begin_attempt";
import { noteFill } from "../remote/fills";
import { PENDING, Requests, UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { readName } from "./read_name";
import { beginSearch } from "./thread_objects";

/** Bits of what a look is to be: it begins with the first thread … */
export const NAMES_FROM_FIRST: u32 = 1;
/** … and names that are known are read again, too, by this look and those that go on with it. */
export const NAMES_AGAIN: u32 = 2;

/** Rounds of filling and reading that a look may take: there are some 12 steps from an interpreter to a name, twice. */
const MAX_ROUNDS: u32 = 64;

/** One thread of the look. */
@unmanaged
class Looked {
  index: u32;
  /** 1 once this reading has its name, or has found none. */
  isRead: u32;
}
const LOOKED: usize = heap.alloc(MAX_NAMES_AT_ONCE * offsetof<Looked>());
const SCRATCH: usize = heap.alloc(NAME_BYTES);

const HEAD_BYTES: u32 = offsetof<NameRecord>();

export class NamesLook {
  /** Threads that it is to go through yet. */
  static left: u32 = 0;
  /** Names that it changed. */
  static changed: u32 = 0;
  /** Threads of it that were found to have no name, or none that could be settled. */
  static missing: u32 = 0;
  /** The number of the thread with which the next one goes on. */
  private static next: u32 = 0;
  /** Raised whenever names that are known are to be read again. */
  private static serial: u32 = 1;
  private static count: u32 = 0;
  private static isSecond: bool = false;
  private static rounds: u32 = 0;

  /** Begin with another target. */
  static forget(): void {
    NamesLook.next = 0;
    NamesLook.left = 0;
    NamesLook.count = 0;
  }

  /**
   * Begin: STATUS_NEED, or STATUS_DONE where there is nothing to read.
   * @param wants bits of NAMES_FROM_FIRST and NAMES_AGAIN
   */
  static begin(wants: u32): i32 {
    if ((wants & NAMES_FROM_FIRST) != 0) NamesLook.next = 0;
    if ((wants & NAMES_AGAIN) != 0) NamesLook.serial++;
    NamesLook.changed = 0;
    NamesLook.missing = 0;
    NamesLook.left = 0;
    NamesLook.count = 0;
    NamesLook.rounds = 0;
    if (Layout.interpreterModules == ABSENT) return STATUS_DONE;
    NamesLook.choose();
    if (NamesLook.count == 0) return STATUS_DONE;
    beginSearch();
    NamesLook.beginReading(false);
    return NamesLook.read();
  }

  /** The requests are filled: go on. */
  static step(): i32 {
    noteFill();
    if (Requests.filled < Requests.count) return STATUS_NEED;
    return NamesLook.read();
  }

  private static choose(): void {
    let index = NamesLook.next;
    for (; index < Attempt.threads && NamesLook.count < MAX_NAMES_AT_ONCE; index++) {
      if (cachedAt(index).namedIn != NamesLook.serial) lookedAt(NamesLook.count++).index = index;
    }
    NamesLook.next = index;
    NamesLook.left = index < Attempt.threads ? Attempt.threads - index : 0;
  }

  private static beginReading(isSecond: bool): void {
    NamesLook.isSecond = isSecond;
    for (let i: u32 = 0; i < NamesLook.count; i++) lookedAt(i).isRead = 0;
    beginOtherReads();
  }

  private static read(): i32 {
    while (NamesLook.readAll()) {
      if (NamesLook.isSecond) return STATUS_DONE;
      NamesLook.keepUnsettled();
      if (NamesLook.count == 0) return STATUS_DONE;
      NamesLook.beginReading(true);
    }
    if (++NamesLook.rounds <= MAX_ROUNDS) return STATUS_NEED;
    NamesLook.missing += NamesLook.count;
    return STATUS_DONE;
  }

  /** Read on, from the beginning: what is here is here. @returns whether all is */
  private static readAll(): bool {
    let isWhole = true;
    for (let i: u32 = 0; i < NamesLook.count; i++) {
      const looked = lookedAt(i);
      if (looked.isRead != 0) continue;
      const name = readName(looked.index, SCRATCH + HEAD_BYTES);
      if (name == PENDING) {
        isWhole = false;
        continue;
      }
      nameAt(SCRATCH).length = name == UNREADABLE ? 0 : Text.length;
      looked.isRead = 1;
      if (NamesLook.isSecond) NamesLook.settle(looked, i);
      else memory.copy(READ_NAMES + i * NAME_BYTES, SCRATCH, HEAD_BYTES + nameAt(SCRATCH).length);
    }
    return isWhole;
  }

  /** Of what was read once, keep what isn't known. */
  private static keepUnsettled(): void {
    let kept: u32 = 0;
    for (let i: u32 = 0; i < NamesLook.count; i++) {
      const looked = lookedAt(i);
      const name = threadAt(looked.index).name;
      const read = READ_NAMES + i * NAME_BYTES;
      if (nameAt(read).length == 0 && name == 0) NamesLook.missing++;
      else if (name != 0 && isSame(name, read)) {
        if (nameAt(read).length == 0) NamesLook.missing++;
        else cachedAt(looked.index).namedIn = NamesLook.serial;
      } else {
        lookedAt(kept).index = looked.index;
        if (kept != i) memory.copy(READ_NAMES + kept * NAME_BYTES, read, NAME_BYTES);
        kept++;
      }
    }
    NamesLook.count = kept;
  }

  /** The thread was read a second time, to SCRATCH. */
  private static settle(looked: Looked, i: u32): void {
    const record = threadAt(looked.index);
    const thread = cachedAt(looked.index);
    if (!isSame(SCRATCH, READ_NAMES + i * NAME_BYTES)) {
      NamesLook.missing++;
      return;
    }
    const at = NAMES + thread.owner * NAME_BYTES;
    const version = nameAt(at).version;
    memory.copy(at, SCRATCH, HEAD_BYTES + nameAt(SCRATCH).length);
    nameAt(at).version = version + 1;
    record.name = at as u32;
    if (nameAt(at).length > 0) thread.namedIn = NamesLook.serial;
    else NamesLook.missing++;
    NamesLook.changed++;
  }
}

function lookedAt(index: u32): Looked {
  return changetype<Looked>(LOOKED + index * offsetof<Looked>());
}

function nameAt(at: usize): NameRecord {
  return changetype<NameRecord>(at);
}

/** Whether two records have the same name. */
function isSame(one: usize, other: usize): bool {
  const length = nameAt(one).length;
  return length == nameAt(other).length && memory.compare(one + HEAD_BYTES, other + HEAD_BYTES, length) == 0;
}
