// Known frames: a code object at an instruction, with its location. In: an entry of codes.ts and an offset.
// Out: a frame id, and for a new one a record with everything a reader needs to define it.
import { LAST_FRAME_ID, MAX_KNOWN_FRAMES, MAX_NEW_FRAMES } from "../abi/limits";
import { NEW_FRAMES } from "../abi/memory";
import { REASON_NO_LOCATION } from "../abi/reasons";
import { FRAME_PYTHON, FrameRecord } from "../abi/records";
import { Layout } from "../layouts/layout";
import { locate } from "../locations/locate";
import { Location } from "../locations/location";
import { codeAt } from "./codes";

// u64 key (code entry << 32 | instruction + 1), u32 id, u32 state
const SLOT_BITS: u32 = 18;
const SLOTS: u32 = 1 << SLOT_BITS;
const SLOT_BYTES: u32 = 16;
const LOCATED: u32 = 1;
const WITHOUT_LOCATION: u32 = 2;
const TABLE: usize = heap.alloc(SLOTS * SLOT_BYTES);

export class Frames {
  static known: u32 = 0;
  /** Next id; 0 is the invalid frame. None is given twice before all were, so that a reader's table never lies. */
  static nextId: u32 = 1;
  /** The id that was given first since all were forgotten: smaller ones are not referred to any more. */
  static firstId: u32 = 1;
  static newCount: u32 = 0;
  /** True when no more can be known: drop the caches before the next sample. */
  static full: bool = false;
  /** Bits of abi/reasons.ts that hold for the frame whose id was given last, beside those of its code. */
  static reasons: u32 = 0;
}

/** Frames that are seen for the first time from here on are new. */
export function beginNewFrames(): void {
  Frames.newCount = 0;
}

export function forgetFrames(): void {
  if (Frames.known > 0) memory.fill(TABLE, 0, SLOTS * SLOT_BYTES);
  Frames.known = 0;
  Frames.full = false;
  // None that was given is in use now, and each one has its new meaning before it is used again.
  if (Frames.nextId > LAST_FRAME_ID - MAX_KNOWN_FRAMES) Frames.nextId = 1;
  Frames.firstId = Frames.nextId;
}

/**
 * The id of a code object's frame at an instruction.
 * @param instruction code units from the start of the bytecode (3.9: bytes); -1 before the first
 * @returns 0 where the tables are full
 */
export function frameId(codeIndex: u32, instruction: i32): u32 {
  const key = ((codeIndex as u64) << 32) | ((instruction + 1) as u32 as u64);
  let index = ((key * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
  let slot = TABLE + index * SLOT_BYTES;
  while (load<u32>(slot, 12) != 0) {
    if (load<u64>(slot) == key) {
      Frames.reasons = load<u32>(slot, 12) == LOCATED ? 0 : REASON_NO_LOCATION;
      return load<u32>(slot, 8);
    }
    index = (index + 1) & (SLOTS - 1);
    slot = TABLE + index * SLOT_BYTES;
  }
  if (Frames.known >= MAX_KNOWN_FRAMES || Frames.newCount >= MAX_NEW_FRAMES) {
    if (Frames.known >= MAX_KNOWN_FRAMES) Frames.full = true;
    return 0;
  }
  const id = Frames.nextId++;
  store<u64>(slot, key);
  store<u32>(slot, id, 8);
  Frames.known++;
  const located = define(id, codeIndex, instruction);
  store<u32>(slot, located ? LOCATED : WITHOUT_LOCATION, 12);
  Frames.reasons = located ? 0 : REASON_NO_LOCATION;
  return id;
}

/** Write the frame's record. Returns whether its location is known. */
function define(id: u32, codeIndex: u32, instruction: i32): bool {
  const code = codeAt(codeIndex);
  const record = changetype<FrameRecord>(NEW_FRAMES + Frames.newCount * offsetof<FrameRecord>());
  Frames.newCount++;
  record.id = id;
  record.filename = code.filename;
  record.scope = code.scope;
  record.line = 0;
  record.lineEnd = 0;
  record.column = 0;
  record.columnEnd = 0;
  record.kind = FRAME_PYTHON;
  if (code.table == 0) return false;
  if (!locate(Layout.tableKind, code.table as usize, code.tableLength, code.firstLine, instruction)) return false;
  // Instructions that the compiler made up have no line (the first one of a generator): then it's the function's own.
  record.line = (Location.line == 0 ? max(code.firstLine, 0) : Location.line) as u32;
  record.lineEnd = Location.lineEnd as u32;
  record.column = Location.column as u32;
  record.columnEnd = Location.columnEnd as u32;
  return true;
}
