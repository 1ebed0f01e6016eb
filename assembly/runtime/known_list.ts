// The list of threads that the last checkpoint walked: between two, samples go through it. In: that a walk has reached its end. Out:
// how many threads it has, and whether it can be relied on.
import { ABSENT, Layout } from "../layouts/layout";
import { beginReads } from "../remote/reads";
import { enterSection, STACKS } from "../remote/uses";
import { Attempt, tearAttempt } from "../threads/attempt";
import { forgetThreadsBehind } from "../threads/thread_table";
import { linkSiblings } from "./frameless";
import { settleIds } from "./native_id";
import { keepOmitted } from "./omitted_threads";

export class KnownList {
  /** Threads that the last checkpoint found. */
  static count: u32 = 0;
  /** Whether the list can be relied on. */
  static isTrusted: bool = false;
  /** The list is whole, but the native ids in it have turned out to be another process's: it must be walked once more. */
  static isMisnamed: bool = false;
}

/** Begin with another target. */
export function forgetList(): void {
  KnownList.isTrusted = false;
  KnownList.count = 0;
}

/** The next sample is to walk the lists, whatever it is to be. */
export function distrustList(): void {
  KnownList.isTrusted = false;
}

/** The lists are about to be walked. */
export function beginList(): void {
  KnownList.isMisnamed = false;
}

/** The lists are walked to their end. */
export function keepList(): void {
  forgetThreadsBehind(Attempt.threads);
  KnownList.count = Attempt.threads;
  keepOmitted();
  linkSiblings();
  beginReads(0);
  KnownList.isMisnamed = Attempt.threads > 0 && !settleIds();
  if (KnownList.isMisnamed) tearAttempt();
  KnownList.isTrusted = Layout.threadPrevious != ABSENT && !KnownList.isMisnamed;
  enterSection(STACKS);
}
