// Events of samples with native frames. In: a decoder that has some, and the log behind the event's number. Out: they are made again.
import type { Attached } from "./attached.js";
import { LogError } from "./error.js";
import { NATIVE_BEGIN, NATIVE_END, NATIVE_NAMES } from "./format.js";
import type { LogCursor } from "./log_cursor.js";

/** Whether an event is one of these. */
export function isNative(event: number): boolean {
  return event >= NATIVE_NAMES && event <= NATIVE_END;
}

/** @returns how much of what the sample was made of was too large to be captured: in copies */
export function playNative(event: number, attached: Attached, cursor: LogCursor): number {
  const { native } = attached;
  if (native === undefined) throw new LogError("a decoder has no native frames");
  if (event === NATIVE_NAMES) {
    native.names(cursor);
    return 0;
  }
  const before = native.leftOut;
  if (event === NATIVE_BEGIN) native.begin(cursor);
  else if (event === NATIVE_END) native.finish();
  else native.made(cursor, attached.holds);
  attached.nativeStacks?.learn();
  return native.leftOut - before;
}
