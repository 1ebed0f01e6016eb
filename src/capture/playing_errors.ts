// What may be thrown while a capture is played, and whose fault it is. In: an error. Out: words for what could not be decoded, or a LogError.
import { AccessDenied, TargetLost } from "../memory/source.js";
import { NumberOutOfRange } from "../mojo/error.js";
import { LogError } from "./error.js";
import { TooMuchAsked } from "./replay.js";

/** What decoding a sample threw, in words; what is a bug, or the log's fault, is thrown on. */
export function failureOf(error: unknown): string {
  if (error instanceof TargetLost) return "the process was gone";
  if (error instanceof AccessDenied) return "reading was refused";
  if (error instanceof TooMuchAsked) return error.message;
  throw error;
}

/** Sums that no integer carries come of figures that nobody measured. */
export function exactly(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof NumberOutOfRange) throw new LogError("figures add up to more than there is");
    throw error;
  }
}
