// What a finished sample consists of. In: the counts of the rooms. Out: the summary record.
import { SUMMARY } from "../abi/memory";
import { REASON_TOO_MANY_THREADS } from "../abi/reasons";
import { SummaryRecord } from "../abi/records";
import { Comparison } from "../codes/comparison";
import { OffCpuCopy } from "../consistency/off_cpu_copy";
import { hasSkidded } from "../consistency/skid";
import { Frames } from "../objects/frames";
import { Strings } from "../objects/strings";
import { Omitted } from "../runtime/omitted_threads";
import { Attempt } from "../threads/attempt";
import { ThreadTable } from "../threads/thread_table";
import { Attempts } from "./attempts";

export function summarise(): void {
  const summary = changetype<SummaryRecord>(SUMMARY);
  summary.threads = Attempt.threads;
  summary.newFrames = Frames.newCount;
  summary.newStrings = Strings.newCount;
  summary.reasons = Attempt.reasons;
  summary.attempts = Attempts.count;
  summary.interpreters = Attempt.interpreters;
  summary.offCpuCopies = OffCpuCopy.succeeded;
  summary.failedOffCpuCopies = OffCpuCopy.failed;
  summary.checkpoint = Attempts.isCheckpoint ? 1 : 0;
  summary.revoked = Comparison.revoked ? 1 : 0;
  summary.skidded = hasSkidded(Attempts.learning) ? 1 : 0;
  summary.omitted = Omitted.count;
  summary.threadsMet = ThreadTable.serial + ThreadTable.identified;
  if (Omitted.count > 0) summary.reasons |= REASON_TOO_MANY_THREADS;
}
