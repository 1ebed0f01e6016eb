// Whether native frames can be had of a process. In: its connection. Out: why not, where that is so. It takes no sample.
import type { Connection } from "./connect.js";

/** The one sort of processor whose stacks are understood, as Node and as binaries call it. */
const ARCHITECTURE = "x64";
const MACHINE = "x86-64";

/** Why no native frames are to be had of a process; undefined where they are. */
export function nativeHindrance({ interpreter, memory }: Connection): string | undefined {
  if (memory.guestBase !== 0n) return "native frames missing: an emulator runs the program";
  if (interpreter.machine !== MACHINE)
    return `native frames missing: they are read of ${MACHINE} programs only, and this is one of ${interpreter.machine}`;
  if (process.arch !== ARCHITECTURE)
    return `native frames missing: they are read on ${MACHINE} only, and this is ${process.arch}`;
  return undefined;
}
