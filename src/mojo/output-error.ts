// Why a profile could not be written, as facts. Knows no sentences: the command line words the message.
import { AustinError } from "../model/error.js";

/** A call on the output failed; what was written before stays. */
export class OutputError extends AustinError {
  override readonly name = "OutputError";
  readonly kind = "output-failed";
  constructor(
    /** The file's path, or the descriptor's name. */
    readonly path: string,
    /** The system call: "open", "fstat", "write" or "close". */
    readonly call: string,
    /** The error's symbol, such as "ENOSPC", "EDQUOT", "EIO", "EPIPE" or "EBADF". */
    readonly code: string,
    /** Bytes that are in the output, after a regular file was cut back to whole samples. */
    readonly bytesWritten: number,
    options?: ErrorOptions,
  ) {
    super(`${call} on ${path} failed with ${code} after ${bytesWritten} bytes`, options);
  }

  /** The same from the error that node:fs gave. */
  static from(path: string, call: string, bytesWritten: number, cause: unknown): OutputError {
    const code = (cause as NodeJS.ErrnoException).code ?? "UNKNOWN";
    return new OutputError(path, call, code, bytesWritten, { cause });
  }
}
