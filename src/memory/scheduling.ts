// What is asked of the scheduler, for ourselves.
import { addOn } from "./add_on.js";

/**
 * Ask the scheduler for short time slices, for this thread and those that it starts: where another thread has the processor when
 * a wait is over, who asks for short ones gets them sooner, and no more of the processor in all. Programs that are started from now on
 * inherit it.
 * @param nanoseconds 100,000 or more
 * @returns whether it was accepted; kernels before 6.12 accept and ignore it
 */
export function shortenSlices(nanoseconds: number): boolean {
  return addOn().shortenSlices(nanoseconds);
}
