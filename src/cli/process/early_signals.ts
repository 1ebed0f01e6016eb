// Signals that end a run and come before there is one: while modules are loaded, which takes a tenth of a second, and more on a busy
// machine. In: nothing; imported by `austin` before all else that takes time. Out: the first of them, to whoever listens by then.
import { ENDING_SIGNALS, type EndingSignal } from "../words/exit_codes.js";

let first: EndingSignal | undefined;
const listeners = ENDING_SIGNALS.map((signal) => {
  const listener = (): void => {
    first ??= signal;
  };
  process.on(signal, listener);
  return [signal, listener] as const;
});

/** The first that came, if any did. From now on they are others' affair: whoever listens does so already. */
export function takeEarlySignal(): EndingSignal | undefined {
  for (const [signal, listener] of listeners) process.off(signal, listener);
  const signal = first;
  first = undefined;
  return signal;
}

/** There will be no run: a signal that came ends us, as it would have. */
export function heedEarlySignal(): void {
  const signal = takeEarlySignal();
  if (signal !== undefined) process.kill(process.pid, signal);
}
