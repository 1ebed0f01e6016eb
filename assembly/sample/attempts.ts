// How many attempts a sample takes, and of which kind the next one is. In: what came of those before. Out: whether it is to be a
// checkpoint or an off-CPU copy, and whether the last one was good enough.
import { MAX_ATTEMPTS } from "../abi/limits";
import { OffCpuCopy } from "../consistency/off_cpu_copy";
import { chooseOffCpuThread } from "../consistency/off_cpu_thread";
import { Proof, proveStacks } from "../consistency/proof";
import { endCopy } from "../consistency/skid";
import { areListsComplete } from "../consistency/thread_proofs";
import { Requests } from "../remote/requests";
import { forgetListSwitchCount, noteListSwitchCount } from "../runtime/gil";
import { KnownList } from "../runtime/known_list";
import { Attempt } from "../threads/attempt";
import { isWanted, MAY_COPY_OFF_CPU, ONLY_OFF_CPU, SHOW_UNPROVEN, WANT_CHECKPOINT } from "./wants";

/** Attempts in which something was missing, after which an off-CPU copy is asked for. */
const PLAIN_ATTEMPTS: u32 = 2;
/** The same where code objects had to be read meanwhile. */
const LEARNING_ATTEMPTS: u32 = 4;
/** Off-CPU copies that one sample may ask for. */
const MAX_OFF_CPU_COPIES: u32 = 6;
/** Those in a row that show what the one before showed, and prove no more: the thread doesn't get to run, and more would show the same. */
const MAX_REPEATED: u32 = 2;
/** Attempts at a sample in which all came at once, and yet some stack isn't proven. */
const MAX_UNPROVEN_ATTEMPTS: u32 = 4;

export class Attempts {
  /** Attempts made for this sample, and those among them that read code objects for the first time. */
  static count: u32 = 0;
  static learning: u32 = 0;
  /** This attempt walks the lists and compares code objects. */
  static isCheckpoint: bool = false;
  /** The threads are listed anew in this attempt. */
  static isListing: bool = false;
  /** An attempt at this sample has listed them all. */
  static isListed: bool = false;
  /** What is known of the lists or of code objects has turned out to be wrong: the next attempts are a checkpoint's. */
  static needsCheckpoint: bool = false;
  /** No better attempt is to be had. */
  static isDone: bool = false;
  /** Nothing fits, so that what is known of the code objects may be wrong. */
  static isInconsistent: bool = false;
}

/** Begin a sample. */
export function beginAttempts(): void {
  Attempts.count = 0;
  Attempts.learning = 0;
  Attempts.needsCheckpoint = false;
  Attempts.isListed = false;
}

/** Begin the next attempt. */
export function nextAttempt(): void {
  Attempts.count++;
  Attempts.isCheckpoint = isWanted(WANT_CHECKPOINT) || Attempts.needsCheckpoint || !KnownList.isTrusted;
  Attempts.isListing = false;
}

/** @param listing whether the threads are listed anew */
export function setListing(listing: bool): void {
  Attempts.isListing = listing;
}

/** The attempt has read code objects for the first time. */
export function noteLearning(): void {
  Attempts.learning++;
}

/** The known list turned out to be another one. */
export function doubtList(): void {
  Attempts.needsCheckpoint = true;
  Attempts.isListed = false;
  forgetListSwitchCount();
}

/** Whether the threads will be listed, for all that is known, which takes the states of all of them. */
export function willList(): bool {
  if (!Attempts.isCheckpoint) return false;
  return !Attempt.isProving || (Attempts.count > 1 && (!Attempts.isListed || Attempt.interpreters > 1));
}

/** Whether this sample may still ask for off-CPU copies. */
function mayCopyOffCpu(): bool {
  if (OffCpuCopy.succeeded + OffCpuCopy.failed >= MAX_OFF_CPU_COPIES || OffCpuCopy.repeated == MAX_REPEATED)
    return false;
  return isWanted(ONLY_OFF_CPU | MAY_COPY_OFF_CPU);
}

/** Whether an attempt is to be an off-CPU copy. @param attempt its number, from 1 */
export function wantsOffCpuCopy(attempt: u32): bool {
  // Without anybody to look at, there is nothing to see.
  if (!mayCopyOffCpu() || chooseOffCpuThread(KnownList.count) == KnownList.count) return false;
  if (isWanted(ONLY_OFF_CPU)) return true;
  const plain = Attempts.learning == 0 ? PLAIN_ATTEMPTS : min(Attempts.learning + PLAIN_ATTEMPTS, LEARNING_ATTEMPTS);
  return Proof.needsOffCpu || attempt > plain;
}

function isNextOffCpu(): bool {
  return wantsOffCpuCopy(Attempts.count + 1) && Attempts.count < MAX_ATTEMPTS + MAX_OFF_CPU_COPIES;
}

/** All stacks are walked: prove them, and say whether this attempt is good enough, or the last. */
export function judgeAttempt(): void {
  const isBroken = Requests.missed || Attempt.isTorn;
  const isWhole = !(isBroken || Attempt.isInterrupted);
  endCopy(Attempt.isInterrupted && !isBroken);
  const proven = proveStacks(Attempts.count == 1, isWanted(ONLY_OFF_CPU));
  const isWholeList = areListsComplete() && !(Attempts.isCheckpoint && KnownList.isMisnamed);
  const isGood = Attempt.isProving ? proven && isWholeList : isWhole;
  const most = !isWhole ? MAX_ATTEMPTS : isWanted(SHOW_UNPROVEN) ? 1 : MAX_UNPROVEN_ATTEMPTS;
  const isOver = Attempts.count >= (Proof.needsAnother ? MAX_ATTEMPTS : most);
  Attempts.isDone = isGood || (isOver && !isNextOffCpu());
  if (Attempts.isListing && isWholeList) {
    Attempts.isListed = true;
    noteListSwitchCount();
  }
  Attempts.isInconsistent = Attempt.isTorn && Attempts.count > PLAIN_ATTEMPTS;
  if (Attempts.isInconsistent) {
    Attempts.needsCheckpoint = true;
    // The list is not in doubt.
    Attempts.isListed = Attempts.isListed || KnownList.isTrusted;
  }
}

/** Whether code objects are compared now. Copying guards takes long, while the program goes on: first it is copied again. */
export function comparesCodes(): bool {
  return Attempts.isCheckpoint && (Attempts.isDone || Attempts.isInconsistent);
}

/** Whether no attempt may follow, even if code objects turned out to be others. */
export function isLastAttempt(): bool {
  return Attempts.isDone && Attempts.count >= MAX_ATTEMPTS;
}
