// Whether the system lets us read memory at all. In: nothing. Out: the error number if it doesn't. It reads no one else's.
import { LiveMemory } from "./live.js";
import { AccessDenied } from "./source.js";

/** With what error number reading our own memory is refused; undefined if it isn't. */
export function ownMemoryErrno(): number | undefined {
  try {
    // Nothing is there, which is an answer all the same.
    new LiveMemory(process.pid).read(0n, 1);
    return undefined;
  } catch (error) {
    if (error instanceof AccessDenied) return error.errno;
    throw error;
  }
}
