// One thread's native stack, from its leaf to the root, on x86-64. In: program counter, stack pointer and, of a thread that was held, its other registers; the copy
// of its stack; rules. Out: frames, and whether they reach the root. It stops where a rule is not known, and goes on with it; it knows neither modules nor Python.
import {
  CFA_AT_FRAME_POINTER,
  CFA_END,
  CFA_FRAME_POINTER,
  CFA_LINKAGE,
  CFA_REGISTER,
  CFA_SIGNAL,
  CFA_STACK_POINTER,
  FRAME_POINTER_AT_CFA,
  FRAME_POINTER_AT_ITSELF,
  FRAME_POINTER_LOST,
  Rule,
} from "../cfi/rule";
import { addFrame, cutFrames, FRAME_BEHIND_GAP, FRAME_EXACT, NativeFrames, nativeFrame } from "./frames";
import { distanceOfMarks, HAS_RIGHT_MARK, HAS_WRONG_MARK, learnDistance, markFrom, markIn } from "./marks";
import { Place, setFramePointer, setPlace } from "./place";
import { findRule, ruleNumber } from "./rules";
import { beginSearch, beginSearchByRule, beginSearches, commitChoices, SEARCH_ASKS, Search, searchOn } from "./search";
import { hasWord, isCode, stackWord } from "./stack";

export const UNWIND_DONE: u32 = 0;
/** The rule at `Unwinding.asked` is wanted. */
export const UNWIND_NEEDS_RULE: u32 = 1;
/** What stands before `Unwinding.asked` is wanted. */
export const UNWIND_NEEDS_CALL: u32 = 2;

/** What the first instructions of the function at `Unwinding.asked` say of its frame is wanted. */
export const UNWIND_NEEDS_PROLOGUE: u32 = 3;

/** More steps than any stack has frames, searches included. */
const MOST_STEPS: u32 = 400_000;

const GO_ON: u32 = 0;
const REACHED_ROOT: u32 = 1;
const LOST: u32 = 2;
const SEARCHES: u32 = 3;
const ASKS_PROLOGUE: u32 = 4;

// Where the kernel puts registers for a signal's handler: struct rt_sigframe's uc.uc_mcontext lies 40 bytes behind the handler's return (arch/x86, sigcontext.h).
const SIGNAL_FRAME_POINTER: u64 = 120;
const SIGNAL_STACK_POINTER: u64 = 160;
const SIGNAL_PC: u64 = 168;

/** From DWARF's numbers of registers to their places in user_regs_struct. */
const PLACES = memory.data<u8>([10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0]);

export class Unwinding {
  static asked: u64 = 0;
  static isWhole: bool = false;
  static isSearching: bool = false;
  static steps: u32 = 0;
  /** The registers of a thread that was held; 0 = not known. */
  static registers: usize = 0;
}

/** Begin with a thread; stack, marks and code are set. @param registers user_regs_struct; 0 where only these are known */
export function beginUnwinding(pc: u64, pointer: u64, registers: usize): void {
  cutFrames(0);
  beginSearches();
  setPlace(pc, pointer, true, 0);
  setFramePointer(registers == 0 ? 0 : load<u64>(registers + 4 * 8), registers != 0);
  Unwinding.registers = registers;
  Unwinding.isWhole = false;
  Unwinding.isSearching = false;
  Unwinding.steps = 0;
}

/** Go on. Returns one of UNWIND_. */
export function unwindOn(): u32 {
  while (Unwinding.steps++ < MOST_STEPS) {
    if (Unwinding.isSearching) {
      if (searchOn() == SEARCH_ASKS) {
        Unwinding.asked = Search.asked;
        return UNWIND_NEEDS_CALL;
      }
      Unwinding.isSearching = false;
      if (!goToMark()) return UNWIND_DONE;
      continue;
    }
    const place = Place.isExact ? Place.pc : Place.pc - 1;
    const number = findRule(place);
    if (number == 0) {
      Unwinding.asked = place;
      return UNWIND_NEEDS_RULE;
    }
    const rule = ruleNumber(number - 1);
    const flags = Place.flags | (Place.isExact ? FRAME_EXACT : 0);
    if (!addFrame(Place.pc, Place.pointer, rule.start, rule.end, flags)) return UNWIND_DONE;
    const outcome = follow(rule);
    if (outcome == REACHED_ROOT) {
      Unwinding.isWhole = true;
      return UNWIND_DONE;
    }
    if (outcome == ASKS_PROLOGUE) {
      Unwinding.isSearching = true;
      Unwinding.asked = rule.start;
      return UNWIND_NEEDS_PROLOGUE;
    }
    if (outcome == SEARCHES) Unwinding.isSearching = true;
    else if (outcome == LOST) {
      if (Search.choices > 0) Unwinding.isSearching = true;
      else if (!goToMark()) return UNWIND_DONE;
    }
  }
  return UNWIND_DONE;
}

/** The candidate that a search asked about was taken. */
export function leaveSearch(): void {
  Unwinding.isSearching = false;
}

/** From the frame that was added last to its caller's place. */
function follow(rule: Rule): u32 {
  const frame = nativeFrame(NativeFrames.count - 1);
  const pointer = Place.pointer;
  let cfa: u64 = 0;
  switch (rule.cfa) {
    case CFA_END:
      frame.cfa = pointer + 8;
      return REACHED_ROOT;
    case CFA_SIGNAL:
      return followSignal();
    case CFA_STACK_POINTER:
      cfa = pointer + (rule.offset as i64 as u64);
      break;
    case CFA_LINKAGE:
      cfa = pointer + (rule.offset as i64 as u64) + ((Place.pc & 15) >= (rule.register as u64) ? 8 : 0);
      break;
    case CFA_FRAME_POINTER:
      if (!Place.hasFramePointer) return searchFramePointer(rule);
      cfa = Place.framePointer + (rule.offset as i64 as u64);
      break;
    case CFA_AT_FRAME_POINTER:
      if (!Place.hasFramePointer) return beginSearch(rule.start) ? SEARCHES : LOST;
      cfa = stackWord(Place.framePointer + (rule.offset as i64 as u64));
      break;
    case CFA_REGISTER:
      if (NativeFrames.count > 1 || Unwinding.registers == 0 || rule.register > 15)
        return beginSearch(rule.start) ? SEARCHES : LOST;
      cfa =
        load<u64>(Unwinding.registers + (load<u8>(PLACES + (rule.register as usize)) as usize) * 8) +
        (rule.offset as i64 as u64);
      break;
    default:
      return beginSearch(rule.start) ? SEARCHES : LOST;
  }
  const returnAt = cfa + (rule.returnOffset as i64 as u64);
  if (cfa <= pointer) return LOST;
  const address = stackWord(returnAt);
  if (!hasWord(returnAt) || !hasWord(cfa - 8)) return LOST;
  frame.cfa = cfa;
  if (address == 0) return REACHED_ROOT;
  if (!isCode(address) || !agreesWithMarks(pointer, cfa)) return LOST;
  followFramePointer(rule, cfa);
  // What a guess leads to is as good as the guess.
  setPlace(address, cfa, false, Search.choices > 0 ? Place.flags : 0);
  return GO_ON;
}

/** Whether a frame that a search has led to has its marks where they belong; what leads to one that has is right. */
function agreesWithMarks(pointer: u64, cfa: u64): bool {
  if (Search.choices == 0) {
    learnDistance(pointer, cfa);
    return true;
  }
  const marked = markIn(pointer, cfa);
  if (marked == HAS_RIGHT_MARK) commitChoices();
  return marked != HAS_WRONG_MARK;
}

function followFramePointer(rule: Rule, cfa: u64): void {
  let at: u64 = 0;
  switch (rule.framePointer) {
    case FRAME_POINTER_AT_CFA:
      at = cfa + (rule.framePointerOffset as i64 as u64);
      break;
    case FRAME_POINTER_AT_ITSELF:
      at = Place.hasFramePointer ? Place.framePointer + (rule.framePointerOffset as i64 as u64) : 0;
      break;
    case FRAME_POINTER_LOST:
      break;
    default:
      return;
  }
  setFramePointer(stackWord(at), hasWord(at));
}

function searchFramePointer(rule: Rule): u32 {
  const isSaved = rule.framePointer == FRAME_POINTER_AT_CFA;
  if (!isSaved) return beginSearch(rule.start) ? SEARCHES : LOST;
  return beginSearchByRule(rule.start, rule.offset, rule.returnOffset, rule.framePointerOffset) ? ASKS_PROLOGUE : LOST;
}

function followSignal(): u32 {
  const pointer = Place.pointer;
  const interrupted = stackWord(pointer + SIGNAL_STACK_POINTER);
  const pc = stackWord(pointer + SIGNAL_PC);
  const framePointer = stackWord(pointer + SIGNAL_FRAME_POINTER);
  // A handler on a stack of its own: what it interrupted lies elsewhere.
  if (!hasWord(pointer + SIGNAL_PC) || !isCode(pc) || interrupted <= pointer || !hasWord(interrupted)) return LOST;
  nativeFrame(NativeFrames.count - 1).cfa = interrupted;
  setFramePointer(framePointer, true);
  setPlace(pc, interrupted, true, 0);
  return GO_ON;
}

/** Go on at the next frame of the eval loop, which its mark tells, in the place of all that no rule leads to. */
function goToMark(): bool {
  const distance = distanceOfMarks();
  const last = NativeFrames.count == 0 ? 0 : nativeFrame(NativeFrames.count - 1).pointer;
  // The frame that nothing leads out of may be the eval loop's own.
  let mark = distance == 0 ? 0 : markFrom(last);
  while (mark != 0) {
    const cfa = mark + distance;
    const address = stackWord(cfa - 8);
    if (cfa > last && isCode(address)) {
      if (!addFrame(0, mark, 0, 0, FRAME_BEHIND_GAP)) return false;
      nativeFrame(NativeFrames.count - 1).cfa = cfa;
      setPlace(address, cfa, false, 0);
      setFramePointer(0, false);
      return true;
    }
    mark = markFrom(mark + 1);
  }
  return false;
}
