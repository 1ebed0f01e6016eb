// The parked targets, as a table: each theme is one program, started the same way on every interpreter. Plain data.
import type { Python } from "./pythons.js";
import type { TargetOptions } from "./started.js";

export interface Theme {
  readonly title: string;
  readonly script: string;
  readonly options?: TargetOptions;
  /** The interpreters that it makes sense on; default all. */
  readonly on?: (python: Python) => boolean;
  /** How many ready lines it gives; each further one after a line on stdin. */
  readonly stages: number;
}

export const themes: readonly Theme[] = [
  { title: "calls", script: "calls.py", stages: 1 },
  {
    title: "calls without columns",
    script: "calls.py",
    stages: 1,
    options: { pythonArguments: ["-X", "no_debug_ranges"] },
    on: ({ version }) => version[1] >= 11,
  },
  { title: "generators and coroutines", script: "suspended.py", stages: 1 },
  { title: "callbacks from C", script: "callbacks.py", stages: 1 },
  { title: "blocked threads", script: "threads.py", stages: 1 },
  { title: "names and long tables", script: "names.py", stages: 1 },
  { title: "deep stacks", script: "deep.py", stages: 1 },
  { title: "late sub-interpreters", script: "subinterpreters.py", stages: 2 },
];
