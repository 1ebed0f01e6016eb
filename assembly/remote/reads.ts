// Reading of target memory, as the walk does it. In: an address. Out: a pointer to the copy of what lies there, or PENDING, and
// then a request is made: the walk returns to the source and comes back. It notes what was used, for prefetch.ts, and from which
// fills the reads of one owner came.
import { MAX_REQUESTS, RESERVED_FOR_THREADS, RESERVED_REQUESTS } from "../abi/limits";
import { Fills, fillOf, wasInterrupted } from "./fills";
import {
  findOrRequest,
  isMoving,
  isPlausible,
  isRequested,
  NO_REQUEST,
  PENDING,
  pointerOf,
  Requests,
  requestAddress,
  requestAt,
  requestOf,
  setExhausted,
  setOwner,
  UNREADABLE,
} from "./requests";
import { IN_ORDER, noteUse } from "./uses";

/** Of the reads since `beginReads`. */
export class Reads {
  /** The fill that the first of them came from, plus 1; 0 where there was none yet. */
  static fill: u32 = 0;
  /** Whether they came from several fills. */
  static spanFills: bool = false;
  /** Whether any of these fills was interrupted. */
  static interrupted: bool = false;
}

/** What is read from here on belongs to an owner. */
export function beginReads(owner: u32): void {
  setOwner(owner);
  Reads.fill = 0;
  Reads.spanFills = false;
  Reads.interrupted = false;
}

/**
 * The copy of a range that is read once (names, tables, code objects at first sight).
 * @param minimum bytes without which the answer is UNREADABLE
 * @param wanted bytes to ask for where the range is new; at least `minimum`
 */
export function need(address: u64, minimum: u32, wanted: u32): usize {
  if (!isPlausible(address, wanted)) return UNREADABLE;
  const index = findOrRequest(address, minimum, wanted);
  return index == MAX_REQUESTS ? UNREADABLE : pointerOf(index, minimum);
}

/**
 * The copy of a range that each sample needs: it will be prefetched.
 * @param wanted bytes to ask for at the next sample, and now where the range is new
 * @param rank IN_ORDER or FIRST
 * @param dated whether it matters which fill it comes from
 */
export function needEachSample(
  address: u64,
  minimum: u32,
  wanted: u32,
  rank: u32 = IN_ORDER,
  dated: bool = true,
): usize {
  if (!isPlausible(address, wanted)) return UNREADABLE;
  const index = findOrRequest(address, minimum, wanted);
  if (index == MAX_REQUESTS) return UNREADABLE;
  noteUse(index, wanted, rank);
  if (dated && index < Requests.filled) noteFillOf(index);
  return pointerOf(index, minimum);
}

/** What is read now came from a request's fill. */
function noteFillOf(index: u32): void {
  if (wasInterrupted(index)) Reads.interrupted = true;
  const number = fillOf(index) + 1;
  if (Reads.fill == 0) Reads.fill = number;
  else if (Reads.fill != number) Reads.spanFills = true;
}

/** The copy of a frame that lies by itself: it will be prefetched, but leaves room for what else there is to walk. */
export function needFrame(address: u64, size: u32): usize {
  if (isFullOfFrames() && !isRequested(address, size)) {
    setExhausted(true);
    return UNREADABLE;
  }
  return needEachSample(address, size, size);
}

/** The copy of a frame that lies by itself, where this attempt has one already; else UNREADABLE. */
export function requestedFrame(address: u64, size: u32): usize {
  if (!isRequested(address, size)) return UNREADABLE;
  const at = needFrame(address, size);
  return at == PENDING ? UNREADABLE : at;
}

/**
 * Ask for a frame that lies by itself, behind all that is prefetched: this attempt will need it, where others do without.
 * @param owner whose stack it is of
 */
export function requestFrame(address: u64, size: u32, owner: u32): void {
  if (!isPlausible(address, size) || isFullOfFrames() || requestOf(address) != NO_REQUEST) return;
  setOwner(owner);
  const index = requestAddress(address, size);
  if (index != MAX_REQUESTS) requestAt(index).moving = isMoving(owner);
}

/** Whether what room is left is for other things than frames that lie by themselves. */
function isFullOfFrames(): bool {
  return Requests.count >= MAX_REQUESTS - RESERVED_REQUESTS - RESERVED_FOR_THREADS;
}

/** Whether copies came since the fills were counted last as `fills`. */
export function hasFilledSince(fills: u32): bool {
  return Fills.count != fills;
}
