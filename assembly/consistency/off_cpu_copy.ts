// The off-CPU copy of this attempt, where it is one: asked for, answered, held, judged. In: what the source answers. Out: which threads
// did not run while they were copied.
import { OFF_CPU_ALL, OFF_CPU_HELD, OFF_CPU_TOLD, OFF_CPU_YES } from "../abi/status";
import { setHeld } from "../remote/fills";
import { hadNoGil } from "../runtime/gil";
import { isBlocked, noteOffCpu } from "../runtime/gil_table";
import { KnownList } from "../runtime/known_list";
import { Attempt } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { beginOffCpuThreads, isOffCpuThread, offCpuThreadCount } from "./off_cpu_threads";
import { wasUnproven } from "./thread_proofs";

export class OffCpuCopy {
  /** This attempt asked for one, which has not been answered yet. */
  static isAsked: bool = false;
  /** Native id of the thread that is to be off its processor; 0 = not known, or no such copy is wanted. */
  static thread: u64 = 0;
  /** This attempt's copy is one; while it's held, so far. */
  static isOffCpu: bool = false;
  /** No thread ran while it was made. */
  static areAllOffCpu: bool = false;
  /** The source has told which threads were off their processors, `thread` among them or not. */
  static areTold: bool = false;
  /** It is held: what is filled now is a part of it. */
  static isHeld: bool = false;
  /** The verdict on it was asked for, and has not come yet. */
  static asksVerdict: bool = false;
  /** It was held until the code objects were read. */
  static areCodesHeld: bool = false;

  // Of this sample
  /** Copies that were off-CPU copies, and that were to be and weren't. */
  static succeeded: u32 = 0;
  static failed: u32 = 0;
  /** Those in a row that showed what the one before showed, and proved no more. */
  static repeated: u32 = 0;
}

/** Begin a sample. */
export function beginOffCpuCopies(): void {
  OffCpuCopy.succeeded = 0;
  OffCpuCopy.failed = 0;
  OffCpuCopy.repeated = 0;
  OffCpuCopy.isHeld = false;
  OffCpuCopy.asksVerdict = false;
}

/** Begin an attempt. @param isAsked whether it is to be an off-CPU copy */
export function beginOffCpuCopy(isAsked: bool): void {
  OffCpuCopy.isOffCpu = false;
  OffCpuCopy.areAllOffCpu = false;
  beginOffCpuThreads();
  OffCpuCopy.areCodesHeld = false;
  OffCpuCopy.isAsked = isAsked;
  OffCpuCopy.thread = 0;
}

/** @param nativeId of the thread that is to be off its processor */
export function setOffCpuThread(nativeId: u64): void {
  OffCpuCopy.thread = nativeId;
}

/** The source has made the copy. @param answer one of abi/status.ts */
export function answerOffCpuCopy(answer: u32): void {
  OffCpuCopy.isAsked = false;
  OffCpuCopy.isHeld = answer == OFF_CPU_HELD;
  setHeld(OffCpuCopy.isHeld);
  if (OffCpuCopy.isHeld) OffCpuCopy.isOffCpu = true;
  else judge(answer == OFF_CPU_YES || answer == OFF_CPU_ALL || (answer == OFF_CPU_TOLD && offCpuThreadCount() > 0));
  OffCpuCopy.areAllOffCpu = answer == OFF_CPU_ALL;
  OffCpuCopy.areTold = answer == OFF_CPU_TOLD;
  // Of a copy that tells of several, nobody has seen that the GILs stood, too.
  if (OffCpuCopy.isOffCpu && !OffCpuCopy.areTold) noteOffCpu(OffCpuCopy.thread, KnownList.count);
}

/** Whether a thread is known to have been off its processor in a copy that is an off-CPU copy. */
function didNotRun(nativeId: u64): bool {
  if (OffCpuCopy.areTold) return isOffCpuThread(nativeId);
  return OffCpuCopy.areAllOffCpu || nativeId == OffCpuCopy.thread;
}

/** Whether it is the thread that was to be off its processor, and was. */
export function wasAskedFor(nativeId: u64): bool {
  return OffCpuCopy.isOffCpu && nativeId == OffCpuCopy.thread && didNotRun(nativeId);
}

/** Have the hold ended, and a verdict given. */
export function askVerdict(): void {
  OffCpuCopy.asksVerdict = true;
}

/**
 * The hold has ended.
 * @param answer one of abi/status.ts
 * @param areCodesRead whether it was held until the code objects were read
 */
export function answerVerdict(answer: u32, areCodesRead: bool): void {
  OffCpuCopy.asksVerdict = false;
  judge(answer == OFF_CPU_YES);
  OffCpuCopy.areCodesHeld = areCodesRead;
}

/** It is certain whether the thread was off its processor. */
function judge(isOffCpu: bool): void {
  OffCpuCopy.isHeld = false;
  setHeld(false);
  OffCpuCopy.isOffCpu = isOffCpu;
  if (isOffCpu) OffCpuCopy.succeeded++;
  else OffCpuCopy.failed++;
}

/** The stack of the thread that was off its processor is judged. @param proven whether it is proven */
export function noteRepetition(proven: bool, hasChanged: bool): void {
  const isRepeated = !proven && OffCpuCopy.succeeded > 1 && !hasChanged;
  OffCpuCopy.repeated = isRepeated ? OffCpuCopy.repeated + 1 : 0;
}

/** Whether a thread of this attempt's copy can't have run meanwhile: it was off its processor, or the one that was has their GIL. */
export function wasOffCpu(index: u32): bool {
  if (!OffCpuCopy.isOffCpu) return false;
  return didNotRun(threadAt(index).nativeId) || isBlocked(cachedAt(index));
}

/**
 * Whether of a thread's frames only the links are to be followed, as of one that does not run: because it was copied so; or where the
 * GIL tells so, once its edges have not proven it, since that takes more ranges.
 * @param onlyOffCpu whether each attempt is to be an off-CPU copy
 */
export function followsLinksOnly(index: u32, onlyOffCpu: bool): bool {
  if (wasOffCpu(index)) return true;
  return Attempt.isProving && hadNoGil(index) && (onlyOffCpu || wasUnproven(cachedAt(index)));
}
