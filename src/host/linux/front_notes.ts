// What the front of a standalone executable (standalone/front.c) noted before the runtime was there. In: our own memory, at an address that the
// two agree on. Out: the notes, as bin/austin has them.
import { closeSync, openSync, readSync } from "node:fs";

const PAGES = 0x1000000000;
const SIZE = 0x40000;
/** Written last. */
const MAGIC = "AUSTINFR";

/** The notes; undefined where there are none, as for a front that found no procfs. */
export function frontNotes(): string | undefined {
  let memory: number | undefined;
  try {
    memory = openSync("/proc/self/mem", "r");
    const bytes = Buffer.alloc(SIZE);
    readSync(memory, bytes, 0, SIZE, PAGES);
    const text = bytes.toString("latin1", 0, bytes.indexOf(0));
    return text.startsWith(MAGIC) ? text.slice(MAGIC.length) : undefined;
  } catch {
    return undefined;
  } finally {
    if (memory !== undefined) closeSync(memory);
  }
}
