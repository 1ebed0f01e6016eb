// Whether the copy of one thread is of one moment, whatever the others are: so that what is torn or interrupted costs only its own thread.
// In: the fills that its ranges came from, and what the GIL tells. Out: yes or no. It knows neither frames nor code.
import { REASON_TORN } from "../abi/reasons";
import { Reads } from "../remote/reads";
import { hadNoGil } from "../runtime/gil";
import { Attempt } from "../threads/attempt";
import { CachedThread, cachedAt } from "../threads/cached_thread";
import { SampleSerial } from "./sample_serial";

/** A thread was walked in this attempt, and what was read is all of it: note how its ranges came. */
export function noteCopy(thread: CachedThread): void {
  thread.walkedIn = Attempt.serial;
  thread.fill = Reads.spanFills ? 0 : Reads.fill;
  // An interrupted copy may join moments; not so where the one before, interrupted as well, gave the same stack: it did not run.
  const isSame = thread.interruptedIn == SampleSerial.value && thread.changed == 0;
  thread.interrupted = Reads.interrupted && !isSame ? 1 : 0;
  thread.interruptedIn = Reads.interrupted ? SampleSerial.value : 0;
}

/** Whether the copy of a thread of this attempt is of one moment. */
export function isConsistent(index: u32): bool {
  const thread = cachedAt(index);
  if (thread.torn != 0) return false;
  // Of what did not run, copies of any moments are of one.
  return hadNoGil(index) || (thread.interrupted == 0 && (thread.reasons & REASON_TORN) == 0);
}
