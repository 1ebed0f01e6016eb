// Why a stream is not MOJO, or can't become it. Knows no files: the caller names the source.
import { AustinError } from "../model/error.js";

/** The stream says something that MOJO doesn't; `offset` is the byte at which it does. */
export class MojoError extends AustinError {
  override readonly name = "MojoError";
  readonly kind = "malformed-mojo";
  constructor(
    /** Offset in bytes from the beginning of the stream. */
    readonly offset: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`byte ${offset}: expected ${expected}, found ${found}`);
  }
}

/** A number is to be written that MOJO has no room for. */
export class NumberOutOfRange extends AustinError {
  override readonly name = "NumberOutOfRange";
  readonly kind = "number-out-of-range";
}
