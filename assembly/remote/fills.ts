// What is filled at once, and which fill a copy came from. In: the requests, and that the source has filled some. Out: up to where it
// is to fill now; of each request the number of its fill. Copies of one fill are as close in time as copies can be.
import { MAX_REQUESTS, REQUESTS_AT_ONCE } from "../abi/limits";
import { ownerOf, Requests, requestAt, setFilled } from "./requests";

// Per request: the number of its fill, and whether that was interrupted.
const FILLS: usize = heap.alloc(MAX_REQUESTS * 4);
const INTERRUPTED: u32 = 1 << 31;

export class Fills {
  /** Fills of this attempt. */
  static count: u32 = 0;
  /** The off-CPU copy is held: what is filled is of one moment with the first fill, but for what is moving. */
  static isHeld: bool = false;
  /** So many requests are to be filled at once, however many that is. */
  static atOnce: u32 = 0;
}

/** Begin an attempt. */
export function clearFills(): void {
  Fills.count = 0;
  Fills.isHeld = false;
  Fills.atOnce = 0;
}

export function setHeld(held: bool): void {
  Fills.isHeld = held;
}

/** All requests that were made so far are to be filled at once. */
export function fillAtOnce(): void {
  Fills.atOnce = Requests.count;
}

/** The number of a request's fill, from 0. */
export function fillOf(index: u32): u32 {
  return load<u32>(FILLS + index * 4) & ~INTERRUPTED;
}

/** Whether the fill that a request came from was interrupted. */
export function wasInterrupted(index: u32): bool {
  return (load<u32>(FILLS + index * 4) & INTERRUPTED) != 0;
}

/**
 * Up to which request, not included, the source is to fill now. Where there are many, it's some of them, and never a part of
 * those of one owner that follow each other: a stack of thousands of ranges takes long, and shall not make another thread's copy
 * an interrupted one.
 */
export function endOfFill(): u32 {
  const count = Requests.count;
  const first = max(Requests.filled, Fills.atOnce);
  const most = first + REQUESTS_AT_ONCE;
  if (count <= most) return count;
  let end = most;
  while (end > first && hasOwnerOfPrevious(end)) end--;
  if (end > first) return end;
  end = most;
  while (end < count && hasOwnerOfPrevious(end)) end++;
  return end;
}

/** Whether all requests are filled at once. */
export function isOneFill(): bool {
  return endOfFill() == Requests.count;
}

function hasOwnerOfPrevious(index: u32): bool {
  return ownerOf(index) == ownerOf(index - 1);
}

/**
 * The source has filled the requests up to `endOfFill`.
 * @param interrupted whether the copying took so long that the ranges may be of different moments
 */
export function noteFill(interrupted: bool = false): void {
  const end = endOfFill();
  const fill = interrupted ? Fills.count | INTERRUPTED : Fills.count;
  for (let i = Requests.filled; i < end; i++) {
    const isOfFirst = Fills.isHeld && requestAt(i).moving == 0;
    store<u32>(FILLS + i * 4, isOfFirst ? 0 : fill);
  }
  Fills.count++;
  setFilled(end);
}
