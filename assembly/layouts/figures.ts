// The figures of `_Py_DebugOffsets`. In: a copy of it, and the place function of a generated file, which says where each
// figure that the decoder needs lies. Out: the figures. It knows neither what they are for nor whether they are sound.
import { ABSENT } from "./layout";

/** More than any sound figure: stands for every figure beyond it, so that sums of two don't wrap. */
const HUGE: u64 = 0x0fff_ffff;

/** Places, in bytes from the start of `_Py_DebugOffsets`. A name ending in Bytes is of a struct's size. */
export class Figures {
  /** Where the copy lies. */
  static source: usize = 0;
  /** Size of `_Py_DebugOffsets` itself. */
  static bytes: u32 = 0;
  static runtimeBytes: u32 = 0;
  static runtimeInterpretersHead: u32 = 0;
  static interpreterBytes: u32 = 0;
  static interpreterId: u32 = 0;
  static interpreterNext: u32 = 0;
  static interpreterThreadsHead: u32 = 0;
  static interpreterModules: u32 = 0;
  static interpreterCollector: u32 = 0;
  static interpreterGil: u32 = 0;
  static interpreterOwnGil: u32 = 0;
  static gilLocked: u32 = 0;
  static gilHolder: u32 = 0;
  static collectorBytes: u32 = 0;
  static collectorCollecting: u32 = 0;
  static threadBytes: u32 = 0;
  static threadPrevious: u32 = 0;
  static threadNext: u32 = 0;
  static threadInterpreter: u32 = 0;
  static threadCurrentFrame: u32 = 0;
  static threadId: u32 = 0;
  static threadNativeId: u32 = 0;
  static threadDatastackChunk: u32 = 0;
  static frameBytes: u32 = 0;
  static framePrevious: u32 = 0;
  static frameExecutable: u32 = 0;
  static frameInstruction: u32 = 0;
  static frameLocals: u32 = 0;
  static frameOwner: u32 = 0;
  static codeBytes: u32 = 0;
  static codeFilename: u32 = 0;
  static codeName: u32 = 0;
  static codeQualname: u32 = 0;
  static codeTable: u32 = 0;
  static codeFirstLine: u32 = 0;
  static codeArgumentCount: u32 = 0;
  static codeAdaptive: u32 = 0;
  static objectBytes: u32 = 0;
  static objectType: u32 = 0;
  static typeBytes: u32 = 0;
  static typeFlags: u32 = 0;
  static dictBytes: u32 = 0;
  static dictKeys: u32 = 0;
  static dictValues: u32 = 0;
  static integerBytes: u32 = 0;
  static integerSize: u32 = 0;
  static integerDigits: u32 = 0;
  static bytesBytes: u32 = 0;
  static bytesSize: u32 = 0;
  static bytesData: u32 = 0;
  static unicodeBytes: u32 = 0;
  static unicodeState: u32 = 0;
  static unicodeLength: u32 = 0;
  static unicodeAsciiData: u32 = 0;

  // Not every version has these: ABSENT where it hasn't.
  static interpreterCodeDeaths: u32 = ABSENT;
  static frameStackPointer: u32 = ABSENT;
  static generatorBytes: u32 = ABSENT;
  static generatorFrame: u32 = ABSENT;
  static generatorState: u32 = ABSENT;
  static frameTlbcIndex: u32 = ABSENT;
  static codeTlbc: u32 = ABSENT;
  static unicodeCompactData: u32 = ABSENT;

  /** Forget what only some versions have; a place function sets the rest. */
  static reset(): void {
    Figures.interpreterCodeDeaths = ABSENT;
    Figures.frameStackPointer = ABSENT;
    Figures.generatorBytes = ABSENT;
    Figures.generatorFrame = ABSENT;
    Figures.generatorState = ABSENT;
    Figures.frameTlbcIndex = ABSENT;
    Figures.codeTlbc = ABSENT;
    Figures.unicodeCompactData = ABSENT;
  }

  /** The figure at a place, or ABSENT for the place ABSENT. */
  static at(place: u32): u32 {
    return place == ABSENT ? ABSENT : (min<u64>(load<u64>(Figures.source + place), HUGE) as u32);
  }
}
