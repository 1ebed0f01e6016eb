// Signals that end who watches. In: what is to be done then. Out: it is done once, and the process ends as the signal would have it. A sampler in a
// session of its own hears of none of them.
import { ENDING_SIGNALS, type EndingSignal, SIGNAL_EXIT_CODES } from "../words/exit_codes.js";

/** Those that no exit code is kept for: they end the run as SIGTERM does, and the process by themselves. SIGUSR1 is Node's. */
const OTHERS: readonly NodeJS.Signals[] = ["SIGQUIT", "SIGABRT", "SIGALRM", "SIGUSR2", "SIGXCPU"];

/** @param told of the first signal, as one that ends runs; a second one ends us at once */
export function onEndingSignal(told: (signal: EndingSignal) => void): void {
  let isFirst = true;
  const end = (signal: EndingSignal): void => {
    if (!isFirst) process.exit(SIGNAL_EXIT_CODES[signal]);
    isFirst = false;
    told(signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, () => end(signal));
  for (const signal of OTHERS) {
    process.on(signal, () => {
      // Behind all that is to be done: whoever waits for us sees what has ended us.
      process.once("exit", () => {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      });
      end("SIGTERM");
    });
  }
}
