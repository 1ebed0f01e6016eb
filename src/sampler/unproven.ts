// What becomes of stacks that nothing proves, on a system that keeps no thread off its processor for a copy. In: what a decoder can be asked for. Out:
// what to ask for besides, whatever else is wanted.
import type { Wants } from "../decoder/decoder.js";
import { host } from "../host/index.js";

/** They are shown, marked as unproven: elsewhere an off-CPU copy proves them, or the next sample does. */
export function unprovenWants({ showUnproven }: Wants): number {
  return host.keepsThreadsOff ? 0 : showUnproven;
}
