// Whether the code objects that were used since the last checkpoint are still the known ones. In: their list, and the epochs. Out:
// yes, or revoked: samples since then may have named the wrong code. A code object that was known before a frame was copied, and is
// the same behind it, is the one that the frame ran.

import { ABSENT, Layout } from "../layouts/layout";
import { codeAt, compareCode, isKnown } from "../objects/codes";
import { compareBytecodes } from "../objects/local_bytecode";
import { requestGuards } from "../remote/prefetch";
import { PENDING, Requests, UNREADABLE } from "../remote/requests";
import { Attempt, tearAttempt } from "../threads/attempt";
import { isReliable, judgeCounter } from "./code_counter";
import { Epoch } from "./epoch";
import { UsedCodes, usedCode } from "./used_codes";

export class Comparison {
  /** A code object is another one than that which samples since the last checkpoint may have used. */
  static revoked: bool = false;
}

/** Begin a sample. @param isForgotten whether code objects were forgotten, which can't be compared any more */
export function beginComparison(isForgotten: bool): void {
  Comparison.revoked = isForgotten;
}

/** Whether the counter counts code objects, by those that were used. False while bytes are wanted. */
function judgeCounters(): bool {
  if (Layout.interpreterCodeCreations == ABSENT) return true;
  let all = true;
  for (let i: u32 = 0; i < UsedCodes.count; i++) {
    const entry = usedCode(i);
    if (isKnown(entry) && codeAt(entry).readAt != Attempt.serial && !judgeCounter(codeAt(entry))) all = false;
  }
  return all;
}

/** Compare the code objects used since the last checkpoint with what is known of them. False while bytes are wanted. */
export function compareCodes(): bool {
  let all = judgeCounters();
  for (let i: u32 = 0; i < UsedCodes.count; i++) {
    const entry = usedCode(i);
    const code = codeAt(entry);
    if (!isKnown(entry)) continue;
    // No counter tells that a thread's own copy of bytecode came or went.
    if (isReliable() && Epoch.after != 0 && code.verified == Epoch.after && code.bytecodes == 0) continue;
    requestGuards();
    const bytecodes = code.bytecodes == 0 ? UNREADABLE + 1 : compareBytecodes(entry, UsedCodes.batch);
    if (!compareCode(code, Attempt.serial) || bytecodes == PENDING) {
      all = false;
      continue;
    }
    if (bytecodes == UNREADABLE) code.same = 0;
    if (code.same == 0) {
      // Without room for its guards it's only not known to be the same.
      if (!Requests.exhausted) code.replaced = 1;
      Comparison.revoked = true;
      tearAttempt();
    } else {
      code.verified = Epoch.before;
    }
  }
  return all;
}
