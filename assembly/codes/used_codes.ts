// The code objects that samples used since the last checkpoint: the next one compares them. In: frames that are shown, or on
// which it depends what is shown. Out: a list of entries, each once. It reads nothing.
import { MAX_CODES } from "../abi/limits";
import { codeAt } from "../objects/codes";
import { useBytecode } from "../objects/local_bytecode";
import { Attempt } from "../threads/attempt";
import { cachedAt, frameOf } from "../threads/cached_thread";
import { bytecodeIndexOf, RawFrame } from "../threads/raw_frame";

const USED: usize = heap.alloc(MAX_CODES * 4);

export class UsedCodes {
  static count: u32 = 0;
  /** Number of the checkpoint to come: each entry has the one before which it was used last. */
  static batch: u32 = 1;
}

/** The entry that was used as number `index`. */
export function usedCode(index: u32): u32 {
  return load<u32>(USED + index * 4);
}

/** Forget which code objects were used. */
export function forgetUsed(): void {
  UsedCodes.count = 0;
  UsedCodes.batch++;
}

/** A frame is shown by its code object: the next checkpoint compares it. */
export function markUsed(frame: RawFrame): void {
  const index = bytecodeIndexOf(frame);
  if (index != 0) useBytecode(frame.entry, index, UsedCodes.batch);
  markCodeUsed(frame.entry);
}

/** What is shown depends on the code object. */
export function markCodeUsed(entry: u32): void {
  const code = codeAt(entry);
  if (code.usedIn == UsedCodes.batch) return;
  code.usedIn = UsedCodes.batch;
  store<u32>(USED + UsedCodes.count++ * 4, entry);
}

/** The checkpoint is over: what is on the stacks now is used from here on. */
export function beginBatch(): void {
  forgetUsed();
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    const thread = cachedAt(i);
    for (let f: u32 = 0; f < thread.resolved; f++) markUsed(frameOf(thread, f));
  }
}
