// Puts the layout that a target itself describes into force (3.13+). In: the bytes of its `_Py_DebugOffsets`, hostile
// until validated. Out: Layout, a status. It knows the head that all versions share; where a version's figures lie
// and what they lack comes from the generated files.
import { findCodeCreations313 } from "./code_creations";
import { placeFigures313, supplementCPython313 } from "./cpython_3_13";
import { freeThreadedCPython314, placeFigures314, supplementCPython314 } from "./cpython_3_14";
import { freeThreadedCPython315, placeFigures315, supplementCPython315 } from "./cpython_3_15";
import { Figures } from "./figures";
import { ABSENT, Layout } from "./layout";
import { areSizes, setLongs } from "./longs";
import { clearReturnOpcodes } from "./return_opcodes";
import {
  LAYOUT_BAD_COOKIE,
  LAYOUT_IMPLAUSIBLE,
  LAYOUT_OK,
  LAYOUT_TOO_SHORT,
  LAYOUT_UNKNOWN_MINOR,
  LAYOUT_UNSUPPORTED,
} from "./status";
import { dropImplausible, isPlausible } from "./validate";

/** Bytes to read from the start of `_PyRuntime`: more than any version's debug offsets have. */
export const DEBUG_OFFSETS_BYTES: u32 = 1024;

// The head: cookie, PY_VERSION_HEX, whether free-threaded; each of 8 bytes.
const COOKIE_LOW: u32 = 0x6265_6478; // "xdeb"
const COOKIE_HIGH: u32 = 0x7970_6775; // "ugpy"
const VERSION: usize = 8;
const FREE_THREADED: usize = 16;
const HEAD_BYTES: u32 = 24;

const FIRST_MINOR: u32 = 13;
const LAST_MINOR: u32 = 15;
/** Nibble of an alpha in PY_VERSION_HEX: the structs still moved. */
const ALPHA: u32 = 0xa;

/**
 * Put the layout that debug offsets describe into force.
 *
 * `bytes` points to `length` bytes from the start of the target's `_PyRuntime`; sizes of a pointer and a long in bytes. LAYOUT_OK,
 * LAYOUT_UNKNOWN_MINOR (in force too, with the last known version's order), or a negative status and no layout.
 */
export function applyDebugOffsets(bytes: usize, length: u32, wordSize: u32, longSize: u32 = wordSize): i32 {
  Layout.reset();
  if (!areSizes(wordSize, longSize)) return LAYOUT_UNSUPPORTED;
  if (length < HEAD_BYTES) return LAYOUT_TOO_SHORT;
  if (load<u32>(bytes) != COOKIE_LOW || load<u32>(bytes, 4) != COOKIE_HIGH) return LAYOUT_BAD_COOKIE;
  const version = load<u64>(bytes, VERSION);
  if (version >> 24 != 3) return LAYOUT_UNSUPPORTED;
  const minor = ((version >> 16) & 0xff) as u32;
  const isAlpha = ((version >> 4) & 0xf) == ALPHA;
  if (minor < FIRST_MINOR || (minor <= LAST_MINOR && isAlpha)) return LAYOUT_UNSUPPORTED;
  placeFigures(minor);
  if (length < Figures.bytes) return LAYOUT_TOO_SHORT;

  Figures.source = bytes;
  takeFigures(wordSize);
  supplement(minor, wordSize);
  setLongs(longSize, false);
  if (load<u64>(bytes, FREE_THREADED) != 0) goWithoutGil(minor, wordSize);
  if (!isPlausible()) {
    Layout.reset();
    return LAYOUT_IMPLAUSIBLE;
  }
  dropImplausible();
  if (minor <= LAST_MINOR) return LAYOUT_OK;
  dropNumbered();
  return LAYOUT_UNKNOWN_MINOR;
}

/** Do without what goes by numbers that each version gives anew. */
function dropNumbered(): void {
  Layout.generatorState = ABSENT;
  clearReturnOpcodes();
}

/**
 * The target is free-threaded: its threads run whoever has the GIL, which is there, and taken by nobody. The counter of
 * 3.13's code objects lies elsewhere, and all that it saves is work.
 */
function goWithoutGil(minor: u32, wordSize: u32): void {
  Layout.freeThreaded = true;
  Layout.interpreterGil = ABSENT;
  Layout.gilHolder = ABSENT;
  Layout.gilSwitches = ABSENT;
  Layout.interpreterCodeCreations = ABSENT;
  Layout.frameTlbcIndex = Figures.at(Figures.frameTlbcIndex);
  Layout.codeTlbc = Figures.at(Figures.codeTlbc);
  if (minor == 14) freeThreadedCPython314(wordSize);
  else if (minor > 14) freeThreadedCPython315(wordSize);
}

function placeFigures(minor: u32): void {
  Figures.reset();
  if (minor == 13) placeFigures313();
  else if (minor == 14) placeFigures314();
  else placeFigures315();
}

function takeFigures(wordSize: u32): void {
  Layout.wordSize = wordSize;
  Layout.runtimeInterpretersHead = Figures.at(Figures.runtimeInterpretersHead);
  Layout.interpreterId = Figures.at(Figures.interpreterId);
  Layout.interpreterNext = Figures.at(Figures.interpreterNext);
  Layout.interpreterThreadsHead = Figures.at(Figures.interpreterThreadsHead);
  Layout.interpreterCollecting = Figures.at(Figures.interpreterCollector) + Figures.at(Figures.collectorCollecting);
  Layout.interpreterModules = Figures.at(Figures.interpreterModules);
  Layout.interpreterCodeDeaths = Figures.at(Figures.interpreterCodeDeaths);
  Layout.interpreterGil = Figures.at(Figures.interpreterGil);
  Layout.gilHolder = Figures.at(Figures.gilHolder) - Figures.at(Figures.interpreterOwnGil);
  Layout.threadPrevious = Figures.at(Figures.threadPrevious);
  Layout.threadNext = Figures.at(Figures.threadNext);
  Layout.threadInterpreter = Figures.at(Figures.threadInterpreter);
  Layout.threadCurrentFrame = Figures.at(Figures.threadCurrentFrame);
  Layout.threadId = Figures.at(Figures.threadId);
  Layout.threadNativeId = Figures.at(Figures.threadNativeId);
  Layout.threadDatastackChunk = Figures.at(Figures.threadDatastackChunk);
  Layout.frameSize = Figures.at(Figures.frameLocals);
  Layout.framePrevious = Figures.at(Figures.framePrevious);
  Layout.frameExecutable = Figures.at(Figures.frameExecutable);
  Layout.frameInstruction = Figures.at(Figures.frameInstruction);
  Layout.frameOwner = Figures.at(Figures.frameOwner);
  Layout.frameStackPointer = Figures.at(Figures.frameStackPointer);
  Layout.frameLocals = Figures.at(Figures.frameLocals);
  Layout.generatorState = Figures.at(Figures.generatorFrame) - Figures.at(Figures.generatorState);
  Layout.codeSize = Figures.at(Figures.codeAdaptive);
  Layout.codeFilename = Figures.at(Figures.codeFilename);
  Layout.codeName = Figures.at(Figures.codeName);
  Layout.codeQualname = Figures.at(Figures.codeQualname);
  Layout.codeTable = Figures.at(Figures.codeTable);
  Layout.codeFirstLine = Figures.at(Figures.codeFirstLine);
  Layout.codeArgumentCount = Figures.at(Figures.codeArgumentCount);
  Layout.codeAdaptive = Figures.at(Figures.codeAdaptive);
  Layout.objectType = Figures.at(Figures.objectType);
  Layout.typeFlags = Figures.at(Figures.typeFlags);
  Layout.dictKeys = Figures.at(Figures.dictKeys);
  Layout.dictValues = Figures.at(Figures.dictValues);
  Layout.integerSize = Figures.at(Figures.integerSize);
  Layout.integerDigits = Figures.at(Figures.integerDigits);
  Layout.bytesSize = Figures.at(Figures.bytesSize);
  Layout.bytesData = Figures.at(Figures.bytesData);
  Layout.unicodeState = Figures.at(Figures.unicodeState);
  Layout.unicodeLength = Figures.at(Figures.unicodeLength);
  Layout.unicodeAsciiData = Figures.at(Figures.unicodeAsciiData);
  Layout.unicodeCompactData = Figures.at(Figures.unicodeCompactData);
}

function supplement(minor: u32, wordSize: u32): void {
  if (minor == 13) {
    supplementCPython313(wordSize);
    Layout.interpreterCodeCreations = findCodeCreations313(
      wordSize,
      Figures.at(Figures.runtimeBytes),
      Figures.at(Figures.interpreterBytes),
      Figures.at(Figures.threadBytes),
    );
  } else if (minor == 14) {
    supplementCPython314(wordSize);
  } else {
    supplementCPython315(wordSize);
  }
}
