// The attempt under way: how much of the target it has walked, and what is wrong with it. In: what the walk finds. Out: counts, and
// whether another attempt is worth it. It knows neither frames nor code.
import { INTERPRETERS } from "../abi/memory";

export class Attempt {
  /** Number of this attempt. */
  static serial: u32 = 0;
  /** Stacks must be proven: what the walk shows of a thread that may have run is not believed by itself. */
  static isProving: bool = false;
  /** Something does not fit together: worth another copy. */
  static isTorn: bool = false;
  /** The copy of a thread was interrupted for so long that its ranges may be of different moments. */
  static isInterrupted: bool = false;
  /** Reasons that concern no single thread. */
  static reasons: u32 = 0;
  static interpreters: u32 = 0;
  /** Threads that are walked already; hence the number of the one under way. */
  static threads: u32 = 0;
  /** Frames of these threads. */
  static frames: u32 = 0;
}

/** Begin with another target. */
export function forgetAttempt(): void {
  Attempt.interpreters = 0;
  Attempt.threads = 0;
}

/** @param proving whether stacks must be proven from here on */
export function setProving(proving: bool): void {
  Attempt.isProving = proving;
}

/** Begin another attempt. What the last one has counted stays until `beginWalk`. */
export function beginAttempt(): void {
  Attempt.serial++;
  Attempt.isTorn = false;
  Attempt.isInterrupted = false;
  Attempt.reasons = 0;
  Attempt.frames = 0;
}

/** The walk begins. @param listing whether it walks the list of interpreters, too */
export function beginWalk(listing: bool): void {
  if (listing) Attempt.interpreters = 0;
  Attempt.threads = 0;
}

/** Something does not fit together. */
export function tearAttempt(): void {
  Attempt.isTorn = true;
}

/** The copy of a thread was interrupted. */
export function noteInterruption(): void {
  Attempt.isInterrupted = true;
}

/** @param reason that concerns no single thread */
export function addReason(reason: u32): void {
  Attempt.reasons |= reason;
}

/** An interpreter is walked. */
export function addInterpreter(address: u64): void {
  store<u64>(INTERPRETERS + Attempt.interpreters++ * 8, address);
}

/** Address of an interpreter that was walked. */
export function interpreterAt(index: u32): u64 {
  return load<u64>(INTERPRETERS + index * 8);
}

/** The thread under way is walked. @param frames how many it has */
export function addThread(frames: u32): void {
  Attempt.frames += frames;
  Attempt.threads++;
}

/** The thread that was walked last isn't of the sample after all. @param frames how many it has */
export function dropLastThread(frames: u32): void {
  Attempt.threads--;
  Attempt.frames -= frames;
}
