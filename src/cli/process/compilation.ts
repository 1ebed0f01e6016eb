// When V8 compiles what ticks use. In: how often there is one. Out: at some intervals, sooner than it would by itself: it counts what a
// function runs, and at 100 ticks a second that takes minutes, in which each costs half as much again.
import { setFlagsFromString } from "node:v8";

/** At shorter intervals all is compiled within seconds anyway; at longer ones compiling costs more than ticks do in minutes. */
const INTERVALS_MICROSECONDS = { least: 5000, most: 50_000 } as const;
/** Bytes of bytecode that a function runs until V8 looks whether it is worth compiling: 66 to 132 KiB by itself (flag-definitions.h). */
const BUDGET_BYTES = 6000;

export function compileSooner(intervalMicroseconds: number): void {
  const { least, most } = INTERVALS_MICROSECONDS;
  // Later V8s, as of Node 22, have no such flag, and say so on standard error.
  if (!process.versions.v8.startsWith("11.")) return;
  if (intervalMicroseconds >= least && intervalMicroseconds <= most)
    setFlagsFromString(`--interrupt-budget=${BUDGET_BYTES}`);
}
