// When V8 compiles what ticks use. In: how often there is one. Out: at some intervals, sooner than it would by itself: it counts what a
// function runs, and at 100 ticks a second that takes minutes, in which each costs half as much again.

/** At shorter intervals all is compiled within seconds anyway; at longer ones compiling costs more than ticks do in minutes. */
const INTERVALS_MICROSECONDS = { least: 5000, most: 50_000 } as const;

/**
 * How much a function runs until V8 looks whether it is worth compiling, by V8's major version (flag-definitions.h): in Node 20 that is bytes of
 * bytecode, later calls. An eleventh of V8's own number. A V8 that doesn't know a flag says so on our standard error.
 */
function flagOf(major: number): { readonly name: string; readonly own: number; readonly sooner: number } {
  if (major < 12) return { name: "--interrupt-budget", own: 67_584, sooner: 6000 };
  return { name: "--invocation-count-for-turbofan", own: 3000, sooner: 270 };
}

const FLAG = flagOf(Number.parseInt(process.versions.v8, 10));
let isSooner = false;

/** Loaded only here: it takes a millisecond. */
const setFlag = (flag: string): void => process.getBuiltinModule("node:v8").setFlagsFromString(flag);

export function compileSooner(intervalMicroseconds: number): void {
  const { least, most } = INTERVALS_MICROSECONDS;
  if (intervalMicroseconds < least || intervalMicroseconds > most) return;
  isSooner = true;
  setFlag(`${FLAG.name}=${FLAG.sooner}`);
}

/** Compile as V8 does by itself: its code caches are bound to all of its flags. */
export function compileAsEver(): void {
  if (isSooner) setFlag(`${FLAG.name}=${FLAG.own}`);
  isSooner = false;
}
