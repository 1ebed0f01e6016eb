// The search for a return address where no rule leads to it, or one needs a frame pointer that isn't known. In: the copy of the stack, and what code stands
// before an address (TypeScript looks). Out: one candidate after the other, lowest first; whoever has one tries how far it leads, and comes back for the next. A
// search alone proves nothing: old return addresses lie about.
import { cutFrames, FRAME_GUESSED, NativeFrames, nativeFrame } from "./frames";
import { Place, setFramePointer, setPlace } from "./place";
import { hasWord, isCode, Stack, stackWord } from "./stack";

/** What stands before an address: no call, a call of anything, or of one place. */
export const CALL_NONE: u32 = 0;
export const CALL_INDIRECT: u32 = 1;
export const CALL_DIRECT: u32 = 2;

/** A frame whose caller is searched for. */
@unmanaged
class Choice {
  /** The candidate that the function's first instructions tell, before all others; 0 = none. */
  told: u64;
  /** The next candidate. */
  position: u64;
  end: u64;
  pointer: u64;
  framePointer: u64;
  /** Of the function whose caller it is; 0 = not known. */
  start: u64;
  /** Where the program is in it. */
  pc: u64;
  frames: u32;
  hasFramePointer: u32;
  /** 1: the rule is known, but for the frame pointer. */
  byRule: u32;
  /** From the frame pointer to the CFA; from the CFA to the return address and to the frame pointer that was saved. */
  offset: i32;
  returnOffset: i32;
  savedOffset: i32;
}

const CHOICE_BYTES: u32 = (offsetof<Choice>() + 7) & ~7;
const MOST_CHOICES: u32 = 64;
const CHOICES: usize = heap.alloc(MOST_CHOICES * CHOICE_BYTES);
/** Frames are rarely larger, and what lies further up is another one's. */
const REACH: u64 = 65536;
/** A function without a table of which no more is known than a place in it. */
const LARGEST_FUNCTION: u64 = 1 << 20;
/** Candidates of one stack that are tried. */
const MOST_TRIES: u32 = 4096;

export class Search {
  static choices: u32 = 0;
  static tries: u32 = 0;
  /** A candidate whose call is asked for; 0 = none. */
  static asked: u64 = 0;
}

export function beginSearches(): void {
  Search.choices = 0;
  Search.tries = 0;
  Search.asked = 0;
}

/** All that was chosen is right. */
export function commitChoices(): void {
  Search.choices = 0;
}

function top(): Choice {
  return changetype<Choice>(CHOICES + (Search.choices - 1) * CHOICE_BYTES);
}

/** Search for the caller of the frame that was added last. False where there is no room for that. */
export function beginSearch(start: u64): bool {
  if (Search.choices == MOST_CHOICES) return false;
  Search.choices++;
  const choice = top();
  choice.pointer = Place.pointer;
  choice.position = Place.pointer;
  choice.end = min(Stack.end, Place.pointer + REACH);
  choice.start = start;
  choice.pc = Place.pc;
  choice.told = 0;
  choice.frames = NativeFrames.count;
  choice.framePointer = Place.framePointer;
  choice.hasFramePointer = Place.hasFramePointer ? 1 : 0;
  choice.byRule = 0;
  choice.offset = 0;
  choice.returnOffset = 0;
  choice.savedOffset = 0;
  return true;
}

/** The same where a rule says how the CFA lies to a frame pointer that isn't known. */
export function beginSearchByRule(start: u64, offset: i32, returnOffset: i32, savedOffset: i32): bool {
  if (!beginSearch(start)) return false;
  const choice = top();
  choice.byRule = 1;
  choice.offset = offset;
  choice.returnOffset = returnOffset;
  choice.savedOffset = savedOffset;
  return true;
}

/** The CFA that the candidate at the choice's position stands for. */
function cfaOf(choice: Choice): u64 {
  if (choice.told != 0) return choice.told;
  if (choice.byRule != 0) return choice.position + (choice.offset as i64 as u64);
  // First the frame that a frame pointer would have.
  if (choice.hasFramePointer != 0) return choice.framePointer + 16;
  return choice.position + 8;
}

function returnAddressOf(choice: Choice, cfa: u64): u64 {
  return stackWord(cfa + (choice.byRule != 0 ? (choice.returnOffset as i64 as u64) : (-8 as i64 as u64)));
}

function goOn(choice: Choice): void {
  if (choice.told != 0) choice.told = 0;
  else if (choice.byRule == 0 && choice.hasFramePointer != 0) choice.hasFramePointer = 0;
  else choice.position += 8;
}

export const SEARCH_OVER: u32 = 0;
export const SEARCH_ASKS: u32 = 1;

/** Find the next candidate of the newest choice, and go there; or, where it has none, of the one before. */
export function searchOn(): u32 {
  while (Search.choices > 0) {
    const choice = top();
    cutFrames(choice.frames);
    while (choice.position < choice.end && Search.tries < MOST_TRIES) {
      const cfa = cfaOf(choice);
      const isOnStack = cfa > choice.pointer && hasWord(cfa - 8);
      const address = isOnStack ? returnAddressOf(choice, cfa) : 0;
      if (address == 0 || !isCode(address)) {
        goOn(choice);
        continue;
      }
      Search.tries++;
      Search.asked = address;
      return SEARCH_ASKS;
    }
    Search.choices--;
  }
  return SEARCH_OVER;
}

/** What was asked for: take the candidate, or go on behind it. @param target of a direct call */
export function answerCall(kind: u32, target: u64): bool {
  const choice = top();
  Search.asked = 0;
  const isOther = kind == CALL_DIRECT && !isFunction(choice, target);
  if (kind == CALL_NONE || isOther) {
    goOn(choice);
    return false;
  }
  const cfa = cfaOf(choice);
  const address = returnAddressOf(choice, cfa);
  const isCertain = choice.told != 0 || (kind == CALL_DIRECT && choice.byRule != 0);
  nativeFrame(choice.frames - 1).cfa = cfa;
  setPlace(address, cfa, false, isCertain ? 0 : FRAME_GUESSED);
  const saved = choice.byRule != 0 ? cfa + (choice.savedOffset as i64 as u64) : cfa - 16;
  const isSaved = (choice.byRule != 0 || choice.hasFramePointer != 0) && hasWord(saved);
  setFramePointer(isSaved ? stackWord(saved) : 0, isSaved);
  goOn(choice);
  return true;
}

/** Whether a call of `target` is one of the function whose caller is searched for. */
function isFunction(choice: Choice, target: u64): bool {
  if (choice.start != 0) return target == choice.start;
  return target <= choice.pc && choice.pc - target < LARGEST_FUNCTION;
}

/** The first instructions of the function that was asked for say how far its CFA lies above the stack pointer; 0 = they don't. */
export function answerPrologue(bytes: u32): void {
  const choice = top();
  if (bytes != 0) choice.told = choice.pointer + (bytes as u64);
}
