// Call frame instructions (DWARF 5, 6.4.2), run up to one place. In: a function's entry and its CIE (entry.ts), and a pc. Out: the rule that holds there, and for
// which addresses. Of registers only the frame pointer and the return address are followed: nothing else leads to a caller.
import { breakOff, Cursor, isAtEnd, readFrom, readNumber, readPointer, readSleb, readUleb } from "./cursor";
import { Common, Function } from "./entry";
import { EXPRESSION_LINKAGE, EXPRESSION_REGISTER, EXPRESSION_STORED, Expression, readExpression } from "./expressions";
import {
  CFA_AT_FRAME_POINTER,
  CFA_END,
  CFA_FRAME_POINTER,
  CFA_LINKAGE,
  CFA_NONE,
  CFA_REGISTER,
  CFA_SIGNAL,
  CFA_STACK_POINTER,
  FRAME_POINTER_AT_CFA,
  FRAME_POINTER_AT_ITSELF,
  FRAME_POINTER_LOST,
  FRAME_POINTER_SAME,
  RULE_BYTES,
  Rule,
} from "./rule";

// DWARF's numbers of x86-64's registers (System V ABI, figure 3.36)
const FRAME_POINTER: u64 = 6;
const STACK_POINTER: u64 = 7;

const MOST_REMEMBERED: u32 = 32;
/** The rule as it is by now, as it was when the CIE was over, and those that were remembered. */
const RULES: usize = heap.alloc((2 + MOST_REMEMBERED) * RULE_BYTES);
const NOW = changetype<Rule>(RULES);
const INITIAL = RULES + RULE_BYTES;

class Run {
  /** Where the instructions have come to. */
  static place: u64 = 0;
  static remembered: u32 = 0;
  /** The return address is undefined. */
  static isEnd: bool = false;
  /** Something that isn't understood decides where the caller is. */
  static isOther: bool = false;
}

/** What holds at `pc` of the function that was read last; undefined fields where nothing does. */
export function ruleAt(pc: u64): Rule {
  const rule = NOW;
  memory.fill(RULES, 0, RULE_BYTES);
  rule.returnOffset = -8;
  rule.start = Function.start;
  rule.end = Function.end;
  rule.from = Function.start;
  rule.to = Function.end;
  Run.place = Function.start;
  Run.remembered = 0;
  Run.isEnd = false;
  Run.isOther = false;
  if (Common.isSignal) {
    rule.cfa = CFA_SIGNAL;
    return rule;
  }
  run(Common.at, Common.end, u64.MAX_VALUE);
  memory.copy(INITIAL, RULES, RULE_BYTES);
  Run.place = Function.start;
  run(Function.at, Function.endAt, pc);
  if (Cursor.isBroken || Run.isOther) rule.cfa = CFA_NONE;
  if (Run.isEnd) rule.cfa = CFA_END;
  return rule;
}

/** Run instructions up to the last one that concerns `pc`. */
function run(at: usize, end: usize, pc: u64): void {
  if (Cursor.isBroken) return;
  readFrom(at, (end - at) as u32, Cursor.distance + (at as u64));
  while (!isAtEnd()) {
    const byte = readNumber(1) as u32;
    const low = byte & 0x3f;
    switch (byte >> 6) {
      case 1:
        if (!advance(low, pc)) return;
        break;
      case 2:
        setSaved(low, (readUleb() as i64) * Common.dataFactor);
        break;
      case 3:
        restore(low);
        break;
      default:
        if (!runOther(low, pc)) return;
    }
  }
}

/** Go on to another place; false where it is behind `pc`. */
function advance(units: u64, pc: u64): bool {
  return goTo(Run.place + units * Common.codeFactor, pc);
}

function goTo(place: u64, pc: u64): bool {
  // A CIE's instructions have no place.
  if (pc == u64.MAX_VALUE) return true;
  if (place > pc) {
    NOW.to = min(place, Function.end);
    return false;
  }
  Run.place = place;
  NOW.from = max(place, Function.start);
  return true;
}

/** DW_CFA_ instructions without an operand in their first byte. False where they are over. */
function runOther(instruction: u32, pc: u64): bool {
  switch (instruction) {
    case 0x00: // nop
    case 0x2d: // GNU_window_save; AArch64: negate_ra_state
      return true;
    case 0x01: // set_loc
      return goTo(readPointer(Common.encoding, 0), pc);
    case 0x02: // advance_loc1, 2, 4
      return advance(readNumber(1), pc);
    case 0x03:
      return advance(readNumber(2), pc);
    case 0x04:
      return advance(readNumber(4), pc);
    case 0x05: // offset_extended
      setSaved(readUleb(), (readUleb() as i64) * Common.dataFactor);
      return true;
    case 0x11: // offset_extended_sf
      setSaved(readUleb(), readSleb() * Common.dataFactor);
      return true;
    case 0x2f: // GNU_negative_offset_extended
      setSaved(readUleb(), -(readUleb() as i64) * Common.dataFactor);
      return true;
    case 0x06: // restore_extended
      restore(readUleb());
      return true;
    case 0x07: // undefined
      setUndefined(readUleb());
      return true;
    case 0x08: // same_value
      setSame(readUleb());
      return true;
    case 0x09: // register
      setElsewhere(readUleb());
      readUleb();
      return true;
    case 0x0a: // remember_state
      remember();
      return true;
    case 0x0b: // restore_state
      recall();
      return true;
    case 0x0c: // def_cfa
      setRegister(readUleb());
      NOW.offset = readUleb() as i32;
      return true;
    case 0x12: // def_cfa_sf
      setRegister(readUleb());
      NOW.offset = (readSleb() * Common.dataFactor) as i32;
      return true;
    case 0x0d: // def_cfa_register
      setRegister(readUleb());
      return true;
    case 0x0e: // def_cfa_offset
      NOW.offset = readUleb() as i32;
      return true;
    case 0x13: // def_cfa_offset_sf
      NOW.offset = (readSleb() * Common.dataFactor) as i32;
      return true;
    case 0x0f: // def_cfa_expression
      readExpression(readUleb());
      setExpression();
      return true;
    case 0x10: // expression
      setSavedAt(readUleb(), true);
      return true;
    case 0x16: // val_expression
      setSavedAt(readUleb(), false);
      return true;
    case 0x14: // val_offset, val_offset_sf
      setElsewhere(readUleb());
      readUleb();
      return true;
    case 0x15:
      setElsewhere(readUleb());
      readSleb();
      return true;
    case 0x2e: // GNU_args_size
      readUleb();
      return true;
    default:
      breakOff();
      return false;
  }
}

function setRegister(register: u64): void {
  NOW.cfa =
    register == STACK_POINTER ? CFA_STACK_POINTER : register == FRAME_POINTER ? CFA_FRAME_POINTER : CFA_REGISTER;
  NOW.register = register as u32;
}

function setExpression(): void {
  const kind = Expression.kind;
  const register = Expression.register as u64;
  NOW.offset = Expression.offset as i32;
  NOW.register = Expression.register;
  NOW.cfa = CFA_NONE;
  if (kind == EXPRESSION_REGISTER) setRegister(register);
  else if (kind == EXPRESSION_STORED && register == FRAME_POINTER) NOW.cfa = CFA_AT_FRAME_POINTER;
  else if (kind == EXPRESSION_LINKAGE) {
    NOW.cfa = CFA_LINKAGE;
    NOW.register = Expression.least;
  }
}

function setSaved(register: u64, offset: i64): void {
  if (register == FRAME_POINTER) {
    NOW.framePointer = FRAME_POINTER_AT_CFA;
    NOW.framePointerOffset = offset as i32;
  } else if (register == Common.returnColumn) {
    Run.isEnd = false;
    NOW.returnOffset = offset as i32;
  }
}

function setSame(register: u64): void {
  if (register == FRAME_POINTER) NOW.framePointer = FRAME_POINTER_SAME;
}

function setUndefined(register: u64): void {
  if (register == FRAME_POINTER) NOW.framePointer = FRAME_POINTER_LOST;
  else if (register == Common.returnColumn) Run.isEnd = true;
}

function setElsewhere(register: u64): void {
  if (register == FRAME_POINTER) NOW.framePointer = FRAME_POINTER_LOST;
  else if (register == Common.returnColumn) Run.isOther = true;
}

/** @param isAddress whether the expression says where the register's value lies; else it is the value */
function setSavedAt(register: u64, isAddress: bool): void {
  readExpression(readUleb());
  const isKnown = isAddress && Expression.kind == EXPRESSION_REGISTER && (Expression.register as u64) == FRAME_POINTER;
  if (register == FRAME_POINTER) {
    NOW.framePointer = isKnown ? FRAME_POINTER_AT_ITSELF : FRAME_POINTER_LOST;
    NOW.framePointerOffset = Expression.offset as i32;
  } else if (register == Common.returnColumn) {
    Run.isOther = true;
  }
}

function restore(register: u64): void {
  const initial = changetype<Rule>(INITIAL);
  if (register == FRAME_POINTER) {
    NOW.framePointer = initial.framePointer;
    NOW.framePointerOffset = initial.framePointerOffset;
  } else if (register == Common.returnColumn) {
    NOW.returnOffset = initial.returnOffset;
  }
}

function remember(): void {
  if (Run.remembered == MOST_REMEMBERED) {
    breakOff();
    return;
  }
  memory.copy(INITIAL + (1 + Run.remembered++) * RULE_BYTES, RULES, RULE_BYTES);
}

function recall(): void {
  if (Run.remembered == 0) {
    breakOff();
    return;
  }
  const from = NOW.from;
  const to = NOW.to;
  memory.copy(RULES, INITIAL + Run.remembered-- * RULE_BYTES, RULE_BYTES);
  NOW.from = from;
  NOW.to = to;
}
