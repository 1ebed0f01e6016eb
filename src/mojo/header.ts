// How a stream begins. In: its first bytes. Out: its version.
import type { Cursor } from "./cursor.js";
import { MojoError } from "./error.js";
import { MOJO_MAGIC, NEWEST_MOJO_VERSION } from "./events.js";

/** The version; meaningless where the cursor came short. @throws MojoError where it is not MOJO, or not known */
export function readHeader(cursor: Cursor): number {
  for (const letter of MOJO_MAGIC) {
    const offset = cursor.offset;
    const byte = cursor.byte();
    if (!cursor.short && byte !== letter.charCodeAt(0)) {
      throw new MojoError(offset, `the letters ${MOJO_MAGIC} that begin a MOJO stream`, `byte ${byte}`);
    }
  }
  const offset = cursor.offset;
  const version = cursor.integer();
  if (!cursor.short && (version < 1 || version > NEWEST_MOJO_VERSION)) {
    throw new MojoError(offset, `a MOJO version from 1 to ${NEWEST_MOJO_VERSION}`, `version ${version}`);
  }
  return version;
}

/** What is wrong with a stream that ends before its header does. */
export function noHeader(cursor: Cursor): MojoError {
  const found = cursor.remaining === 0 ? "an empty input" : "the end of the input";
  return new MojoError(cursor.remaining, `the letters ${MOJO_MAGIC} and a version`, found);
}
