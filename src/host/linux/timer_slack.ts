// How late the kernel may wake this process's main thread. In: nanoseconds. Out: whether it was accepted.
import { writeFileSync } from "node:fs";

/**
 * Allow the kernel to wake the main thread at most `nanoseconds` (at least 1) after a deadline; the default of 50 us
 * is half of our shortest interval. Best effort: kernels before 4.6 lack the file.
 */
export function setTimerSlack(nanoseconds: number): boolean {
  try {
    writeFileSync("/proc/self/timerslack_ns", String(nanoseconds));
    return true;
  } catch {
    return false;
  }
}
