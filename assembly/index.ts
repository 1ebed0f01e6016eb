// What TypeScript sees of the decoder: functions, record layouts, numbers. Exports only; src/decoder is its one user.
import * as limits from "./abi/limits";
import * as map from "./abi/memory";
import {
  FRAME_PYTHON,
  FrameRecord,
  NameRecord,
  Request,
  StringRecord,
  SummaryRecord,
  ThreadRecord,
} from "./abi/records";
import { STATUS_NEED_VERDICT } from "./abi/status";
import { OffCpuCopy } from "./consistency/off_cpu_copy";
import { addOffCpuThread } from "./consistency/off_cpu_threads";
import { noteStood } from "./consistency/thread_proofs";
import { applyDebugOffsets, DEBUG_OFFSETS_BYTES } from "./layouts/debug_offsets";
import { FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout } from "./layouts/layout";
import { alignWideIntegers, selectLayout } from "./layouts/select";
import { NamesLook } from "./names/look";
import { Frames } from "./objects/frames";
import { Strings } from "./objects/strings";
import { endOfFill, isOneFill } from "./remote/fills";
import { Requests } from "./remote/requests";
import { Attempts } from "./sample/attempts";
import { beginSample, resetSample, stepSample } from "./sample/sample";
import { cachedAt } from "./threads/cached_thread";
import { RUN_BYTES, Run } from "./threads/runs";
import { moveWarmUp, startWarmUp, WARM_UP_RUNTIME } from "./warmup/program";

export * from "./abi/gil";
export * from "./abi/left_out";
export * from "./abi/proof";
export * from "./abi/reasons";
export * from "./abi/status";
export * from "./layouts/status";
export { NAMES_AGAIN, NAMES_FROM_FIRST } from "./names/look";
export {
  MAY_COPY_OFF_CPU,
  ONLY_OFF_CPU,
  SHOW_UNPROVEN,
  WANT_CHECKPOINT,
  WANT_COLLECTING,
  WANT_HOLDER,
  WANT_NEW_RUNS,
  WANT_PROOF,
  WANT_RUNS,
} from "./sample/wants";
export { addOffCpuThread, DEBUG_OFFSETS_BYTES, moveWarmUp, startWarmUp, WARM_UP_RUNTIME };

export const REQUESTS: usize = map.REQUESTS;
export const COPY: usize = map.COPY;
export const COPY_BYTES: u32 = limits.COPY_BYTES;
export const THREADS: usize = map.THREADS;
export const NEW_FRAMES: usize = map.NEW_FRAMES;
export const NEW_STRINGS: usize = map.NEW_STRINGS;
export const SUMMARY: usize = map.SUMMARY;

export const REQUEST_BYTES: u32 = offsetof<Request>();
export const REQUEST_ADDRESS: u32 = offsetof<Request>("address");
export const REQUEST_LENGTH: u32 = offsetof<Request>("length");
export const REQUEST_DESTINATION: u32 = offsetof<Request>("destination");
export const REQUEST_COPIED: u32 = offsetof<Request>("copied");

export const THREAD_BYTES: u32 = offsetof<ThreadRecord>();
export const THREAD_ADDRESS: u32 = offsetof<ThreadRecord>("address");
export const THREAD_NATIVE_ID: u32 = offsetof<ThreadRecord>("nativeId");
export const THREAD_INTERPRETER_ID: u32 = offsetof<ThreadRecord>("interpreterId");
export const THREAD_REASONS: u32 = offsetof<ThreadRecord>("reasons");
export const THREAD_FRAMES: u32 = offsetof<ThreadRecord>("frames");
export const THREAD_FRAME_COUNT: u32 = offsetof<ThreadRecord>("frameCount");
export const THREAD_COLLECTING: u32 = offsetof<ThreadRecord>("collecting");
export const THREAD_SERIAL: u32 = offsetof<ThreadRecord>("serial");
export const THREAD_PROOF: u32 = offsetof<ThreadRecord>("proof");
export const THREAD_VERSION: u32 = offsetof<ThreadRecord>("version");
export const THREAD_UNCHANGED: u32 = offsetof<ThreadRecord>("unchanged");
export const THREAD_HOLDER: u32 = offsetof<ThreadRecord>("holder");
export const THREAD_COPY: u32 = offsetof<ThreadRecord>("copy");
export const THREAD_LEFT_OUT: u32 = offsetof<ThreadRecord>("leftOut");
export const THREAD_NAME: u32 = offsetof<ThreadRecord>("name");

export const NAME_HEAD_BYTES: u32 = offsetof<NameRecord>();
export const NAME_LENGTH: u32 = offsetof<NameRecord>("length");
export const NAME_VERSION: u32 = offsetof<NameRecord>("version");

export const FRAME_BYTES: u32 = offsetof<FrameRecord>();
export const FRAME_ID: u32 = offsetof<FrameRecord>("id");
export const FRAME_FILENAME: u32 = offsetof<FrameRecord>("filename");
export const FRAME_SCOPE: u32 = offsetof<FrameRecord>("scope");
export const FRAME_LINE: u32 = offsetof<FrameRecord>("line");
export const FRAME_LINE_END: u32 = offsetof<FrameRecord>("lineEnd");
export const FRAME_COLUMN: u32 = offsetof<FrameRecord>("column");
export const FRAME_COLUMN_END: u32 = offsetof<FrameRecord>("columnEnd");
export const FRAME_KIND: u32 = offsetof<FrameRecord>("kind");
export { FRAME_PYTHON, RUN_BYTES };
export const RUN_MARK: u32 = offsetof<Run>("mark");
export const RUN_NEWEST: u32 = offsetof<Run>("newest");
export const RUN_FIRST: u32 = offsetof<Run>("first");
export const RUN_COUNT: u32 = offsetof<Run>("count");

export const STRING_BYTES: u32 = offsetof<StringRecord>();
export const STRING_ID: u32 = offsetof<StringRecord>("id");
export const STRING_DATA: u32 = offsetof<StringRecord>("data");
export const STRING_LENGTH: u32 = offsetof<StringRecord>("length");

export const SUMMARY_REQUESTS: u32 = offsetof<SummaryRecord>("requests");
export const SUMMARY_REQUEST_COUNT: u32 = offsetof<SummaryRecord>("requestCount");
export const SUMMARY_THREADS: u32 = offsetof<SummaryRecord>("threads");
export const SUMMARY_NEW_FRAMES: u32 = offsetof<SummaryRecord>("newFrames");
export const SUMMARY_NEW_STRINGS: u32 = offsetof<SummaryRecord>("newStrings");
export const SUMMARY_REASONS: u32 = offsetof<SummaryRecord>("reasons");
export const SUMMARY_ATTEMPTS: u32 = offsetof<SummaryRecord>("attempts");
export const SUMMARY_INTERPRETERS: u32 = offsetof<SummaryRecord>("interpreters");
export const SUMMARY_OFF_CPU_COPIES: u32 = offsetof<SummaryRecord>("offCpuCopies");
export const SUMMARY_FAILED_OFF_CPU_COPIES: u32 = offsetof<SummaryRecord>("failedOffCpuCopies");
export const SUMMARY_CHECKPOINT: u32 = offsetof<SummaryRecord>("checkpoint");
export const SUMMARY_REVOKED: u32 = offsetof<SummaryRecord>("revoked");
export const SUMMARY_SKIDDED: u32 = offsetof<SummaryRecord>("skidded");
export const SUMMARY_OMITTED_THREADS: u32 = offsetof<SummaryRecord>("omitted");
export const SUMMARY_THREADS_MET: u32 = offsetof<SummaryRecord>("threadsMet");

/**
 * Attach to a target of 3.9 to 3.12.
 * @param alignment in bytes, of the target's 64-bit integers: 4 with i386, else 8
 * @returns a status of assembly/layouts/status.ts
 */
export function attachVersion(
  runtime: u64,
  wordSize: u32,
  longSize: u32,
  major: u32,
  minor: u32,
  micro: u32,
  mainNativeId: u32,
  alignment: u32,
): i32 {
  const status = selectLayout(major, minor, micro, wordSize, longSize);
  if (status >= 0 && alignment > wordSize) alignWideIntegers(minor);
  if (status >= 0) resetSample(runtime, mainThreadId(mainNativeId));
  return status;
}

/**
 * Attach to a target whose `_Py_DebugOffsets` lie at COPY, `length` bytes of them (3.13+).
 * @returns a status of assembly/layouts/status.ts
 */
export function attachDebugOffsets(runtime: u64, wordSize: u32, longSize: u32, length: u32, mainNativeId: u32): i32 {
  const status = applyDebugOffsets(map.COPY, length, wordSize, longSize);
  if (status >= 0) resetSample(runtime, mainThreadId(mainNativeId));
  return status;
}

/** The main thread's id, which with Windows is no process's; 0: not known. */
function mainThreadId(process: u32): u32 {
  return Layout.longSize == Layout.wordSize ? process : 0;
}

/** Say what is to be filled: words are read faster than functions are called. */
function publish(status: i32): i32 {
  const summary = changetype<SummaryRecord>(map.SUMMARY);
  const isVerdict = status == STATUS_NEED_VERDICT;
  const first = isVerdict ? 0 : Requests.filled;
  summary.requests = (map.REQUESTS + first * offsetof<Request>()) as u32;
  summary.requestCount = isVerdict ? Requests.filled : endOfFill() - first;
  return status;
}

/**
 * Begin a sample; then do with the requests that the summary names what the status says, and call `step`, until it answers none of
 * STATUS_NEED, STATUS_NEED_OFF_CPU and STATUS_NEED_VERDICT. Returns one of the first two.
 * @param wants bits of WANT_CHECKPOINT, WANT_PROOF, MAY_COPY_OFF_CPU and ONLY_OFF_CPU
 */
export function begin(wants: u32): i32 {
  return publish(beginSample(wants));
}

/**
 * The wanted requests are filled: go on. Returns a status.
 * @param interrupted whether filling took so long that the ranges may be of different moments
 * @param answer where an off-CPU copy was wanted, or the verdict on one: OFF_CPU_NO, OFF_CPU_YES or OFF_CPU_HELD; or what abi/status.ts has of several threads
 */
export function step(interrupted: bool, answer: u32): i32 {
  return publish(stepSample(interrupted, answer));
}

/**
 * Begin a look at the names of some of the last sample's threads; then fill what the summary names, and call `stepNames`, until it answers
 * STATUS_DONE. It leaves the sample as it is, but for the names in its threads' records.
 * @param wants bits of NAMES_FROM_FIRST and NAMES_AGAIN
 */
export function beginNames(wants: u32): i32 {
  return publish(NamesLook.begin(wants));
}

/** The requests are filled: go on with the names. */
export function stepNames(): i32 {
  return publish(NamesLook.step());
}

/** Threads of the sample that the look has not come to yet. */
export function namesLeft(): u32 {
  return NamesLook.left;
}

/** Names that the look has changed. */
export function namesChanged(): u32 {
  return NamesLook.changed;
}

/** Threads of the look that have no name, or none that two readings agree on. */
export function namesMissing(): u32 {
  return NamesLook.missing;
}

/** Native id of the thread that is to be off its processor during the copy that is wanted; 0 = not known. */
export function offCpuThread(): u32 {
  return OffCpuCopy.thread as u32;
}

/** Whether an off-CPU copy that is wanted may be held: what the walk asks for besides is little, so that it doesn't take long. */
export function mayHold(): bool {
  return isOneFill();
}

/** The number of the attempt at this sample that is under way, from 1: records say which one gave their stack. */
export function attemptNumber(): u32 {
  return Attempts.count;
}

/** Whether frames are objects (3.9, 3.10): each has a call of the eval loop of its own. */
export function hasFrameObjects(): bool {
  return Layout.frameKind == FRAME_OBJECT_BYTES || Layout.frameKind == FRAME_OBJECT_UNITS;
}

/** Thread number `index` of the last sample has not run since that was copied, and won't before the next is begun. */
export function noteStanding(index: u32): void {
  noteStood(index);
}

/** Where the runs of thread number `index` of the sample lie, and how many there are; 0 where they are not known (WANT_RUNS). */
export function runsOf(index: u32): u32 {
  return cachedAt(index).runs;
}
export function runCountOf(index: u32): u32 {
  return cachedAt(index).runCount;
}

/** The address of a thread's _PyCFrame (3.11, 3.12); 0 = there is none. */
export function cframeOf(index: u32): u64 {
  return cachedAt(index).cframe;
}

/** Where `current_frame` lies in a _PyCFrame; the next word leads to the one before. */
export function cframeCurrentFrame(): u32 {
  return Layout.cframeCurrentFrame;
}

/** The smallest ids that samples refer to from the last one on: all that was defined before is forgotten. */
export function firstFrameId(): u32 {
  return Frames.firstId;
}
export function firstStringId(): u32 {
  return Strings.firstId;
}
