// Whether a layout taken from debug offsets can be: validated once at attach, trusted from then on. In: Layout, and the
// struct sizes among the figures. Out: yes or no; and Layout without those fields that it can do without and that can't be.
// It knows no version.
import { Extent } from "./extent";
import { Figures } from "./figures";
import { ABSENT, Layout } from "./layout";

// Bytes that a struct may have at most: some times what the largest build has.
const MOST_RUNTIME: u32 = 16 << 20;
const MOST_INTERPRETER: u32 = 16 << 20;
const MOST_THREAD: u32 = 64 << 10;
const MOST_FRAME: u32 = 1024;
const MOST_CODE: u32 = 1024;
const MOST_OBJECT: u32 = 256;
const MOST_GIL: u32 = 256;
const MOST_TYPE: u32 = 4096;
const MOST_GENERATOR: u32 = 2048;

/** True if every field of the layout in force lies within its struct, aligned and apart from the others. */
export function isPlausible(): bool {
  Extent.reset(Layout.wordSize);
  examineRuntime();
  examineInterpreter();
  examineThread();
  examineFrame();
  examineCode();
  examineObjects();
  return Extent.plausible;
}

/** Put those fields of a plausible layout to ABSENT that can be done without and that can't be. */
export function dropImplausible(): void {
  examineRuntime();
  if (!Extent.offer(Layout.runtimeInitialized, 4)) Layout.runtimeInitialized = ABSENT;
  examineThread();
  if (!Extent.offer(Layout.threadPrevious, Layout.wordSize)) Layout.threadPrevious = ABSENT;
  if (!isGilPlausible()) {
    Layout.interpreterGil = ABSENT;
    Layout.gilHolder = ABSENT;
    Layout.gilSwitches = ABSENT;
  }
  if (!areAttributesPlausible()) Layout.interpreterModules = ABSENT;
  if (Figures.generatorBytes != ABSENT && !isGeneratorPlausible()) Layout.generatorState = ABSENT;
  examineFrame();
  if (!Extent.offer(Layout.frameFunction, Layout.wordSize)) Layout.frameFunction = ABSENT;
}

/** Whether what leads from an interpreter to the names of its threads can be. */
function areAttributesPlausible(): bool {
  const wordSize = Layout.wordSize;
  examineInterpreter();
  if (!Extent.offer(Layout.interpreterModules, wordSize)) return false;
  Extent.open(Figures.at(Figures.typeBytes), MOST_TYPE);
  const areOfTypes =
    Extent.offer(Layout.objectType, wordSize) &&
    Extent.offer(Layout.typeBasicSize, wordSize) &&
    Extent.offer(Layout.typeFlags, wordSize) &&
    Extent.offer(Layout.typeDictOffset, wordSize);
  Extent.open(Figures.at(Figures.dictBytes), MOST_OBJECT);
  const areOfDicts =
    Extent.offer(Layout.objectType, wordSize) &&
    Extent.offer(Layout.dictKeys, wordSize) &&
    Extent.offer(Layout.dictValues, wordSize);
  Extent.open(Figures.at(Figures.integerBytes), MOST_OBJECT);
  const areOfLongs =
    Extent.offer(Layout.objectType, wordSize) &&
    Extent.offer(Layout.integerSize, wordSize) &&
    Extent.offer(Layout.integerDigits, Layout.integerDigitBits > 16 ? 4 : 2);
  // A heap type's own fields lie behind those of its type.
  const keys = Layout.typeCachedKeys;
  const areOfHeapTypes = keys >= Figures.at(Figures.typeBytes) && keys <= MOST_TYPE && keys % wordSize == 0;
  return areOfTypes && areOfDicts && areOfLongs && areOfHeapTypes;
}

/** Whether holder, flag and count of switches follow one another in a struct of the interpreter's, to which it points. */
function isGilPlausible(): bool {
  const wordSize = Layout.wordSize;
  const ownGil = Figures.at(Figures.interpreterOwnGil);
  const end = Layout.gilSwitches + Layout.longSize;
  if (Layout.gilHolder % wordSize != 0 || end < Layout.longSize || end > MOST_GIL) return false;
  if (Figures.at(Figures.gilLocked) - ownGil != Layout.gilHolder + wordSize) return false;
  examineInterpreter();
  return Extent.offer(Layout.interpreterGil, wordSize) && Extent.offer(ownGil, end);
}

function isGeneratorPlausible(): bool {
  Extent.open(Figures.at(Figures.generatorBytes), MOST_GENERATOR);
  const state = Figures.at(Figures.generatorState);
  const frame = Figures.at(Figures.generatorFrame);
  return state < frame && Extent.offer(state, 1) && Extent.offer(frame, Layout.frameSize);
}

function examineRuntime(): void {
  Extent.open(Figures.at(Figures.runtimeBytes), MOST_RUNTIME);
  Extent.claimWord(Layout.runtimeInterpretersHead);
}

function examineInterpreter(): void {
  const collectorBytes = Figures.at(Figures.collectorBytes);
  Extent.open(collectorBytes, MOST_INTERPRETER);
  Extent.claim(Figures.at(Figures.collectorCollecting), 4);
  Extent.open(Figures.at(Figures.interpreterBytes), MOST_INTERPRETER);
  Extent.claim(Figures.at(Figures.interpreterCollector), collectorBytes);
  Extent.claim(Layout.interpreterId, 8);
  Extent.claimWord(Layout.interpreterNext);
  Extent.claimWord(Layout.interpreterThreadsHead);
  if (Layout.interpreterCodeDeaths != ABSENT) Extent.claim(Layout.interpreterCodeDeaths, 8);
  if (Layout.interpreterCodeCreations != ABSENT) Extent.claim(Layout.interpreterCodeCreations, 4);
}

function examineThread(): void {
  Extent.open(Figures.at(Figures.threadBytes), MOST_THREAD);
  Extent.claimWord(Layout.threadNext);
  Extent.claimWord(Layout.threadInterpreter);
  Extent.claimWord(Layout.threadCurrentFrame);
  Extent.claim(Layout.threadId, Layout.longSize);
  Extent.claim(Layout.threadNativeId, Layout.longSize);
  Extent.claimWord(Layout.threadDatastackChunk);
  Extent.claimWord(Layout.threadDatastackTop);
}

function examineFrame(): void {
  Extent.open(Figures.at(Figures.frameBytes), MOST_FRAME);
  Extent.claimWord(Layout.framePrevious);
  Extent.claimWord(Layout.frameExecutable);
  Extent.claimWord(Layout.frameInstruction);
  Extent.claim(Layout.frameOwner, 1);
  Extent.claimWord(Layout.frameLocals);
  if (Layout.frameStackTop != ABSENT) Extent.claim(Layout.frameStackTop, 4);
  if (Layout.frameStackPointer != ABSENT) Extent.claimWord(Layout.frameStackPointer);
  if (Layout.frameTlbcIndex != ABSENT) Extent.claim(Layout.frameTlbcIndex, 4);
}

function examineCode(): void {
  Extent.open(Figures.at(Figures.codeBytes), MOST_CODE);
  Extent.claimWord(Layout.objectType);
  Extent.claimWord(Layout.codeUnits);
  Extent.claimWord(Layout.codeFilename);
  Extent.claimWord(Layout.codeName);
  Extent.claimWord(Layout.codeQualname);
  Extent.claimWord(Layout.codeTable);
  Extent.claim(Layout.codeFirstLine, 4);
  Extent.claim(Layout.codeFlags, 4);
  Extent.claim(Layout.codeArgumentCount, 4);
  Extent.claim(Layout.codeStackSize, 4);
  Extent.claim(Layout.codeLocalsCount, 4);
  Extent.claim(Layout.codeFrameSize, 4);
  Extent.claim(Layout.codeVersion, 4);
  Extent.claim(Layout.codeFirstTraceable, 4);
  Extent.claim(Layout.codeAdaptive, 1);
  if (Layout.codeTlbc != ABSENT) Extent.claimWord(Layout.codeTlbc);
}

function examineObjects(): void {
  Extent.open(Figures.at(Figures.objectBytes), MOST_OBJECT);
  Extent.claimWord(Layout.objectType);
  Extent.open(Figures.at(Figures.bytesBytes), MOST_OBJECT);
  Extent.claimWord(Layout.objectType);
  Extent.claimWord(Layout.bytesSize);
  Extent.claim(Layout.bytesData, 1);
  // Code and bytes objects count their items in the same place.
  if (Layout.codeUnits != Layout.bytesSize) Extent.refute();

  const unicodeBytes = Figures.at(Figures.unicodeBytes);
  Extent.open(unicodeBytes, MOST_OBJECT);
  Extent.claimWord(Layout.objectType);
  Extent.claimWord(Layout.unicodeLength);
  Extent.claimWord(Layout.unicodeHash);
  Extent.claim(Layout.unicodeState, 4);
  // A compact string's characters begin where one of its headers ends.
  Extent.claim(Layout.unicodeAsciiData, Layout.unicodeCompactData - Layout.unicodeAsciiData);
  if (Layout.unicodeCompactData <= Layout.unicodeAsciiData) Extent.refute();
}
