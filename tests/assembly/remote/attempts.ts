// Attempts as the specs of this folder make them: what they use of the target, and as whose.
import { beginGuards, startAttempt, startOffCpuAttempt } from "../../../assembly/remote/begin_attempt";
import { ONLY_STACKS, requestPrefetch, updatePrefetch } from "../../../assembly/remote/prefetch";
import { beginReads, needEachSample } from "../../../assembly/remote/reads";
import { Requests, request, setOwner } from "../../../assembly/remote/requests";
import { BASE, fill, requestNumber, SIZE } from "../fake_target";

export const END: u64 = BASE + (SIZE as u64);

/** Use what was prefetched, and complete the attempt. */
export function attempt(first: u64, count: u32): void {
  startAttempt();
  fill();
  for (let i: u32 = 0; i < count; i++) needEachSample(first + ((i * 64) as u64), 16, 16);
  fill();
  beginGuards();
  updatePrefetch();
}

/** The same of stacks alone, and `wanted` bytes of each range. */
export function useStacks(count: u32, wanted: u32): void {
  startAttempt(ONLY_STACKS);
  fill();
  for (let i: u32 = 0; i < count; i++) needEachSample(BASE + ((i * 64) as u64), 8, wanted);
  fill();
  updatePrefetch(ONLY_STACKS);
}

/** Begin an attempt at stacks; where there is an owner, at an off-CPU copy of its thread. */
export function begin(offCpuOwner: u32): void {
  if (offCpuOwner == 0) {
    startAttempt(ONLY_STACKS);
    return;
  }
  startOffCpuAttempt(offCpuOwner);
  requestPrefetch(ONLY_STACKS, offCpuOwner);
}

/** Use two ranges of an owner's, at addresses of its own but for owners below 100. */
export function useOwned(owner: u32): void {
  startAttempt(ONLY_STACKS);
  fill();
  readOwned(owner);
  fill();
  updatePrefetch(ONLY_STACKS);
}

export function readOwned(owner: u32): void {
  beginReads(owner);
  const first = BASE + (owner < 100 ? 0 : (owner as u64) * 256);
  needEachSample(first, 8, 16);
  needEachSample(first + 64, 8, 16);
}

/** Ask for `count` ranges of an owner. */
export function ask(owner: u32, count: u32): void {
  setOwner(owner);
  for (let i: u32 = 0; i < count; i++) request(BASE + (Requests.count as u64) * 8, 8);
}

/** Whose range a request is for, where each owner has addresses of its own. */
export function ownerOf(index: u32): u32 {
  return ((requestNumber(index).address - BASE) as u32) / 256;
}
