// Why a stream is not MOJO. Knows no files: the caller names the source.

/** The stream says something that MOJO doesn't; `offset` is the byte at which it does. */
export class MojoError extends Error {
  override readonly name = "MojoError";
  constructor(
    /** Offset in bytes from the beginning of the stream. */
    readonly offset: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`byte ${offset}: expected ${expected}, found ${found}`);
  }
}
