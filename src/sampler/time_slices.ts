// How soon we get a processor. In: how often we want one. Out: nothing but a kernel that wakes us when we asked for it. What
// is started afterwards inherits it, so a command is started before.
import { host } from "../host/index.js";
import { shortenSlices } from "../memory/scheduling.js";

/** The shortest turn that Linux gives. */
const TURN_NANOSECONDS = 100_000;

/** From now on waits end when they are asked to, and others who run then give way sooner. */
export function askForShortSlices(intervalMicroseconds: number): void {
  // A sleep ends when it is asked to, not up to 50 us later.
  host.setTimerSlack(1);
  // Who hardly ever waits would only be interrupted more often.
  if (intervalMicroseconds >= TURN_NANOSECONDS / 1000) shortenSlices(TURN_NANOSECONDS);
}
