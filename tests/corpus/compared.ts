// A capture against what its target said. In: the bytes of a capture, and the account. Out: every difference. Whole stacks are
// compared, in every sample, positions included; a sample that could not be decoded is a difference, too.
import { type DecodeOptions, decodeCapture } from "../../src/capture/index.js";
import type { CodeFrame, InvalidFrame } from "../../src/model/frame.js";
import type { Sample } from "../../src/model/sample.js";
import type { ThreadSnapshot } from "../../src/model/snapshot.js";
import { type Account, differences } from "../account.js";

const MOST = 20;

/** How a capture is compared, beside how it is decoded. */
export interface Comparison extends DecodeOptions {
  /** Whether a stack may be unproven, where no thread can be kept off its processor: its frames are compared all the same. */
  readonly mayBeUnproven?: boolean;
}

/** @returns a text for each difference, the first ones; none where the capture says what the target said */
export async function captureDifferences(
  capture: Uint8Array,
  account: Account,
  options: Comparison = {},
): Promise<string[]> {
  const shown = options.mayBeUnproven === true ? withoutProof : (threads: readonly ThreadSnapshot[]) => threads;
  const found: string[] = [];
  const decoded = decodeCapture(capture, options);
  const [process, ...others] = await decoded.stacks();
  if (process === undefined || others.length > 0) return ["it holds the stacks of no process, or of several"];
  // Of no run that asked for frames of the kernel.
  const threads = process.stacks.threads as readonly ThreadSnapshot[];
  if (process.pid !== account.pid) found.push(`it is of process ${process.pid}, not ${account.pid}`);
  if (process.pythonVersion !== account.version.join(".")) found.push(`it is of Python ${process.pythonVersion}`);
  found.push(...differences(account, shown(threads)), ...process.stacks.reasons);
  const { figures, isCut, hasProfile } = decoded;
  for (const [reason, count] of figures?.failures ?? []) found.push(`${count} samples failed: ${reason}`);
  if (isCut) found.push("it is cut off");
  if (hasProfile) found.push(...(await profileDifferences(capture, account, options, shown)));
  return found.slice(0, MOST);
}

/** As above, of the profile's samples one by one. */
async function profileDifferences(
  capture: Uint8Array,
  account: Account,
  options: DecodeOptions,
  shown: (threads: readonly ThreadSnapshot[]) => readonly ThreadSnapshot[],
): Promise<string[]> {
  let threads: ThreadSnapshot[] = [];
  let ticks = 0;
  const found: string[] = [];
  const compare = (): void => {
    ticks++;
    found.push(...differences(account, shown(threads)).map((text) => `sample ${ticks}: ${text}`));
    threads = [];
  };
  for await (const sample of decodeCapture(capture, options)) {
    threads.push(snapshotOf(sample));
    if (threads.length === account.threads.length) compare();
  }
  if (threads.length > 0 || ticks === 0) compare();
  return found;
}

/** Of what nothing proves, what is shown. */
function withoutProof(threads: readonly ThreadSnapshot[]): ThreadSnapshot[] {
  return threads.map((thread) => {
    const reasons = thread.reasons.filter((reason) => reason !== "unproven");
    const isMarked = thread.frames[0]?.kind === "invalid" && thread.frames.length > 1;
    return { ...thread, reasons, frames: isMarked ? thread.frames.slice(1) : thread.frames };
  });
}

function snapshotOf({ interpreterId = 0, thread, frames, gc }: Sample): ThreadSnapshot {
  const nativeId = Number.parseInt(thread, 16);
  return { interpreterId, nativeId, gc, reasons: [], frames: frames as (CodeFrame | InvalidFrame)[] };
}
