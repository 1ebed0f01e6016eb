// The one clock of everything that is timed while a process is sampled: the add-on's, by which copies are made when they are due. What Node
// tells (performance.now, process.hrtime) has another zero in other runtimes.
import { addOn } from "./add_on.js";

const cell = new Float64Array(1);
let read: (() => void) | undefined;

/** The time in microseconds. It leaves nothing to be collected. @throws AddOnMissing */
export function now(): number {
  read ??= addOn().clock(cell);
  read();
  return cell[0] as number;
}
