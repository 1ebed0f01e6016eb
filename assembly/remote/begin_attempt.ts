// The beginning of an attempt, and of its last part: what the files of this room keep is forgotten or requested together.
import { clearFills } from "./fills";
import {
  clearGuards,
  forgetPrefetch,
  LISTS_AND_STACKS,
  noteOtherRequests,
  ONLY_STACKS,
  Prefetch,
  requestPrefetch,
} from "./prefetch";
import { beginReads } from "./reads";
import { clearFilled, clearRequests, discardCopies, repeatRequests, setOffCpuOwner, setReserve } from "./requests";
import { Selection } from "./selection";
import { clearUses, enterSection, GUARDS } from "./uses";

/** Forget everything, the prefetch list included. */
export function forgetRanges(): void {
  forgetPrefetch();
  clearRequests();
  clearAttempt();
}

/** Forget what came of the requests, and who used them. */
function clearAttempt(): void {
  clearFilled();
  clearUses();
  clearFills();
  clearGuards();
  beginReads(0);
}

/**
 * Begin an attempt: request the prefetch list.
 * @param sections bits of the sections to ask for
 */
export function startAttempt(sections: u32 = LISTS_AND_STACKS): void {
  clearAttempt();
  if (Prefetch.isRepeatable && sections == ONLY_STACKS && !Selection.isPartial) {
    repeatRequests();
    return;
  }
  clearRequests();
  requestPrefetch(sections, 0);
}

/**
 * Begin an attempt at an off-CPU copy, up to where the prefetch list is to be requested: what is requested before comes first.
 * @param owner see Requests.offCpuOwner
 */
export function startOffCpuAttempt(owner: u32): void {
  clearAttempt();
  clearRequests();
  setOffCpuOwner(owner);
}

/** Begin reads that are no attempt's, between two samples: the requests that the next one would have repeated are gone. */
export function beginOtherReads(): void {
  clearAttempt();
  clearRequests();
  noteOtherRequests();
}

/**
 * The walk is complete: what is used from here on guards what it found. A guard copied before the frame that it guards would
 * prove nothing, so nothing counts that was copied so far.
 */
export function beginGuards(): void {
  enterSection(GUARDS);
  setReserve(false);
  discardCopies();
}
