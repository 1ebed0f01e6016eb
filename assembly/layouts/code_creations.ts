// Where CPython 3.13 counts its code objects. In: three sizes from the target's debug offsets. Out: an offset in
// PyInterpreterState, or ABSENT. The counter lies behind fields that a debug build adds, and the debug offsets name
// neither it nor the build; the runtime's size does, for a debug build's parser keeps 2,000 counters there.
import { Build } from "./build";
import { debugFigures313, releaseFigures313 } from "./cpython_3_13";
import { ABSENT } from "./layout";

/**
 * Offset of the counter that every new code object raises, all sizes in bytes. ABSENT where the interpreter's size
 * belongs to neither build, as with the larger mutexes of some processors.
 */
export function findCodeCreations313(wordSize: u32, runtimeSize: u32, interpreterSize: u32, threadSize: u32): u32 {
  const rest = runtimeSize - interpreterSize;
  debugFigures313(wordSize);
  const fromDebug = distance(rest, Build.rest);
  releaseFigures313(wordSize);
  if (fromDebug < distance(rest, Build.rest)) debugFigures313(wordSize);
  const tail = interpreterSize - Build.offset - threadSize;
  // Patch releases have added one pointer behind it.
  return distance(tail, Build.tail) <= wordSize ? Build.offset : ABSENT;
}

function distance(a: u32, b: u32): u32 {
  return a > b ? a - b : b - a;
}
