// What signals mean for a process. In: procfs. Out: whether one is on its way, and what a process does with it.
import { constants } from "node:os";
import { readProcFile } from "./procfs.js";

/** Whether a signal is on its way to process `pid`, or has ended it. The system notes it when it is sent, not when it is heard. */
export function isStruck(pid: number): boolean {
  try {
    const status = readProcFile(pid, "status");
    return /^State:\s*[ZX]/m.test(status) || /^(?:SigPnd|ShdPnd):\s*0*[1-9a-f]/m.test(status);
  } catch {
    return true;
  }
}

/** Whether process `pid` ignores the signal; false where that can't be seen. */
export function ignoresSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readProcFile(pid, "status"))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
