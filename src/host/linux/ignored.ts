// Signals that we were started to ignore, as nohup and shells' background jobs are: Node has set them to their defaults. In:
// what we inherited. Out: a process that ignores them again.
import { constants } from "node:os";
import { inherited } from "./inherited.js";

/**
 * Those that would end or stop us. Not SIGINT and SIGTERM: who starts us in the background ends us by them, and sends them to
 * nobody else then. SIGPIPE is ignored by Node itself.
 */
const HEEDED: readonly NodeJS.Signals[] = [
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGXCPU",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
];

/** Whether a signal was ignored when we started, and is again. */
export function isIgnoredAsBefore(signal: NodeJS.Signals): boolean {
  return HEEDED.includes(signal) && inherited().ignored.includes(constants.signals[signal]);
}

/** Ignore again what was ignored. */
export function ignoreAsBefore(): void {
  for (const signal of HEEDED) if (isIgnoredAsBefore(signal)) process.on(signal, () => {});
}
