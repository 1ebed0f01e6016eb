// The Wasm that tells the builder of synthetic targets where each field lies. In: a version or one of the stored debug
// offsets, and a word size. Out: the layout in force, field by field, and the bytes of the debug offsets. It knows no
// target.
import { applyDebugOffsets } from "../../../assembly/layouts/debug_offsets";
import { ABSENT as ABSENT_FIELD, Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import {
  byteLength,
  OF_313,
  OF_313_DEBUG,
  OF_313_NARROW,
  OF_313T,
  OF_313T_NARROW,
  OF_314,
  OF_314T,
  OF_314T_NARROW,
  OF_315,
  OF_315T,
  OF_315T_NARROW,
} from "../layouts/debug_offsets_images";

export const ABSENT: u32 = ABSENT_FIELD;

/** Put the table of 3.`minor` into force; a status of assembly/layouts/status.ts. */
export function useTable(minor: u32, wordSize: u32): i32 {
  return selectLayout(3, minor, 0, wordSize);
}

export const IMAGE_313: u32 = 0;
export const IMAGE_313_DEBUG: u32 = 1;
export const IMAGE_313_NARROW: u32 = 2;
export const IMAGE_314: u32 = 3;
export const IMAGE_315: u32 = 4;
export const IMAGE_313T: u32 = 5;
export const IMAGE_313T_NARROW: u32 = 6;
export const IMAGE_314T: u32 = 7;
export const IMAGE_314T_NARROW: u32 = 8;
export const IMAGE_315T: u32 = 9;
export const IMAGE_315T_NARROW: u32 = 10;

/** In the order of their numbers. */
const IMAGES: StaticArray<StaticArray<u64>> = [
  OF_313,
  OF_313_DEBUG,
  OF_313_NARROW,
  OF_314,
  OF_315,
  OF_313T,
  OF_313T_NARROW,
  OF_314T,
  OF_314T_NARROW,
  OF_315T,
  OF_315T_NARROW,
];

function image(number: u32): StaticArray<u64> {
  return IMAGES[number];
}

/** Byte offset in memory of an image: TypeScript may change it before it is used. */
export function imageStart(number: u32): usize {
  return changetype<usize>(image(number));
}

export function imageLength(number: u32): u32 {
  return byteLength(image(number));
}

/** Put an image into force; a status of assembly/layouts/status.ts. */
export function useImage(number: u32, wordSize: u32): i32 {
  return applyDebugOffsets(imageStart(number), imageLength(number), wordSize);
}

// Each field of the layout in force, under its own name.
export function wordSize(): u32 {
  return Layout.wordSize;
}
export function freeThreaded(): u32 {
  return Layout.freeThreaded ? 1 : 0;
}
export function frameKind(): u32 {
  return Layout.frameKind;
}
export function tableKind(): u32 {
  return Layout.tableKind;
}
export function tagMask(): u32 {
  return Layout.tagMask;
}
export function runtimeInterpretersHead(): u32 {
  return Layout.runtimeInterpretersHead;
}
export function runtimeInitialized(): u32 {
  return Layout.runtimeInitialized;
}
export function runtimeGil(): u32 {
  return Layout.runtimeGil;
}
export function interpreterId(): u32 {
  return Layout.interpreterId;
}
export function interpreterNext(): u32 {
  return Layout.interpreterNext;
}
export function interpreterThreadsHead(): u32 {
  return Layout.interpreterThreadsHead;
}
export function interpreterCollecting(): u32 {
  return Layout.interpreterCollecting;
}
export function interpreterCodeCreations(): u32 {
  return Layout.interpreterCodeCreations;
}
export function interpreterCodeDeaths(): u32 {
  return Layout.interpreterCodeDeaths;
}
export function interpreterGil(): u32 {
  return Layout.interpreterGil;
}
export function gilHolder(): u32 {
  return Layout.gilHolder;
}
export function gilSwitches(): u32 {
  return Layout.gilSwitches;
}
export function threadPrevious(): u32 {
  return Layout.threadPrevious;
}
export function threadNext(): u32 {
  return Layout.threadNext;
}
export function threadInterpreter(): u32 {
  return Layout.threadInterpreter;
}
export function threadCurrentFrame(): u32 {
  return Layout.threadCurrentFrame;
}
export function threadCFrame(): u32 {
  return Layout.threadCFrame;
}
export function cframeCurrentFrame(): u32 {
  return Layout.cframeCurrentFrame;
}
export function threadId(): u32 {
  return Layout.threadId;
}
export function threadNativeId(): u32 {
  return Layout.threadNativeId;
}
export function threadDatastackChunk(): u32 {
  return Layout.threadDatastackChunk;
}
export function threadDatastackTop(): u32 {
  return Layout.threadDatastackTop;
}
export function chunkPrevious(): u32 {
  return Layout.chunkPrevious;
}
export function chunkSize(): u32 {
  return Layout.chunkSize;
}
export function chunkTop(): u32 {
  return Layout.chunkTop;
}
export function chunkData(): u32 {
  return Layout.chunkData;
}
export function frameSize(): u32 {
  return Layout.frameSize;
}
export function framePrevious(): u32 {
  return Layout.framePrevious;
}
export function frameExecutable(): u32 {
  return Layout.frameExecutable;
}
export function frameInstruction(): u32 {
  return Layout.frameInstruction;
}
export function frameFunction(): u32 {
  return Layout.frameFunction;
}
export function frameOwner(): u32 {
  return Layout.frameOwner;
}
export function frameIsEntry(): u32 {
  return Layout.frameIsEntry;
}
export function frameStackTop(): u32 {
  return Layout.frameStackTop;
}
export function frameStackPointer(): u32 {
  return Layout.frameStackPointer;
}
export function frameState(): u32 {
  return Layout.frameState;
}
export function frameStateExecuting(): u32 {
  return Layout.frameStateExecuting;
}
export function frameLocals(): u32 {
  return Layout.frameLocals;
}
export function shimOwner(): u32 {
  return Layout.shimOwner;
}
export function generatorOwner(): u32 {
  return Layout.generatorOwner;
}
export function frameTlbcIndex(): u32 {
  return Layout.frameTlbcIndex;
}
export function codeTlbc(): u32 {
  return Layout.codeTlbc;
}
export function tlbcSize(): u32 {
  return Layout.tlbcSize;
}
export function tlbcEntries(): u32 {
  return Layout.tlbcEntries;
}
export function generatorState(): u32 {
  return Layout.generatorState;
}
export function generatorExecuting(): u32 {
  return Layout.generatorExecuting;
}
export function codeSize(): u32 {
  return Layout.codeSize;
}
export function codeFilename(): u32 {
  return Layout.codeFilename;
}
export function codeName(): u32 {
  return Layout.codeName;
}
export function codeQualname(): u32 {
  return Layout.codeQualname;
}
export function codeTable(): u32 {
  return Layout.codeTable;
}
export function codeFirstLine(): u32 {
  return Layout.codeFirstLine;
}
export function codeFlags(): u32 {
  return Layout.codeFlags;
}
export function codeArgumentCount(): u32 {
  return Layout.codeArgumentCount;
}
export function codeUnits(): u32 {
  return Layout.codeUnits;
}
export function codeAdaptive(): u32 {
  return Layout.codeAdaptive;
}
export function codeBytes(): u32 {
  return Layout.codeBytes;
}
export function codeFirstTraceable(): u32 {
  return Layout.codeFirstTraceable;
}
export function codeLocalsCount(): u32 {
  return Layout.codeLocalsCount;
}
export function codeStackSize(): u32 {
  return Layout.codeStackSize;
}
export function codeFrameSize(): u32 {
  return Layout.codeFrameSize;
}
export function codeVersion(): u32 {
  return Layout.codeVersion;
}
export function objectType(): u32 {
  return Layout.objectType;
}
export function bytesSize(): u32 {
  return Layout.bytesSize;
}
export function bytesData(): u32 {
  return Layout.bytesData;
}
export function unicodeLength(): u32 {
  return Layout.unicodeLength;
}
export function unicodeHash(): u32 {
  return Layout.unicodeHash;
}
export function unicodeState(): u32 {
  return Layout.unicodeState;
}
export function unicodeKindShift(): u32 {
  return Layout.unicodeKindShift;
}
export function unicodeCompactShift(): u32 {
  return Layout.unicodeCompactShift;
}
export function unicodeAsciiShift(): u32 {
  return Layout.unicodeAsciiShift;
}
export function unicodeAsciiData(): u32 {
  return Layout.unicodeAsciiData;
}
export function unicodeCompactData(): u32 {
  return Layout.unicodeCompactData;
}
