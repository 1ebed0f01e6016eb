// When V8 compiles what ticks use: it counts what a function runs, and optimises it on threads of its own. In: how often there is a tick. Out: at
// short intervals that is later than by itself, at long ones sooner.
// - Up to 0.5 ms: all is hot within a tenth of a second, and optimising it takes the processors 0.1 to 0.15 s, in a run's first 0.3 s. On two processors, of
//   which the target has one, that is a sixth of a short script's ticks missed, and the target waits as well. So a run's first half
//   second goes by without (`src/sampler/warm_up.ts` has had all compiled once, if not optimised); then it is made up for.
// - 5 to 50 ms: with 100 ticks a second it would take minutes, in which each costs half as much again.
// - Between, all is compiled within seconds; at longer ones compiling costs more than ticks do in minutes.
// It can't be seen in steady figures, which leave the start out, and a run of seconds has the same share of its ticks either way.

const LATER_MOST_MICROSECONDS = 500;
const SOONER_MICROSECONDS = { least: 5000, most: 50_000 } as const;
/** From the call on: a warm-up, the interpreter's start and a short script. */
const LATER_MILLISECONDS = 500;

/** One of V8's flags, and V8's own number for it. */
interface Flag {
  readonly name: string;
  readonly own: number;
}

/**
 * How much a function runs until V8 looks whether it is worth optimising, by V8's major version (flag-definitions.h): in Node 20 that is bytes of
 * bytecode, later calls. Sooner is an eleventh of V8's own number, later nine times it: no more, since what was begun with it is counted to
 * its end. The decoder's functions are counted apart. A V8 that doesn't know a flag says so on our standard error.
 */
function flagsOf(major: number) {
  const wasm = "--wasm-tiering-budget";
  if (major < 12) {
    return {
      ofScripts: { name: "--interrupt-budget", own: 67_584, sooner: 6000, later: 600_000 },
      ofWasm: { name: wasm, own: 1_800_000, later: 8_000_000 },
    };
  }
  return {
    ofScripts: { name: "--invocation-count-for-turbofan", own: 3000, sooner: 270, later: 27_000 },
    ofWasm: { name: wasm, own: 13_000_000, later: 58_000_000 },
  };
}

const { ofScripts, ofWasm } = flagsOf(Number.parseInt(process.versions.v8, 10));
/** Flags that have a number of ours. */
let changed: Flag[] = [];

/** Loaded only here: it takes a millisecond. */
const setFlag = ({ name }: Flag, number: number): void =>
  process.getBuiltinModule("node:v8").setFlagsFromString(`${name}=${number}`);

function change(flag: Flag, number: number): void {
  changed.push(flag);
  setFlag(flag, number);
}

/** To be called before a warm-up. @param intervalMicroseconds between ticks */
export function compileLater(intervalMicroseconds: number): void {
  if (intervalMicroseconds > LATER_MOST_MICROSECONDS) return;
  change(ofScripts, ofScripts.later);
  change(ofWasm, ofWasm.later);
  setTimeout(compileAsEver, LATER_MILLISECONDS).unref();
}

/** To be called behind it: a warm-up ticks as often as can be, and would have all optimised. @param intervalMicroseconds between ticks */
export function compileSooner(intervalMicroseconds: number): void {
  const { least, most } = SOONER_MICROSECONDS;
  if (intervalMicroseconds >= least && intervalMicroseconds <= most) change(ofScripts, ofScripts.sooner);
}

/** Compile as V8 does by itself: its code caches are bound to all of its flags. */
export function compileAsEver(): void {
  for (const flag of changed) setFlag(flag, flag.own);
  changed = [];
}
