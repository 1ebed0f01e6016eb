// From argv to what shall be done.
import { describe, expect, it } from "vitest";
import { type ParsedCommandLine, parseCommandLine, type RunOptions } from "../../../src/cli/austin/command_line.js";
import type { FilterWords } from "../../../src/filters/words.js";

const TRY_HELP = "Try `austin --help' or `austin --usage' for more information.";
const parse = (line: string): ParsedCommandLine => parseCommandLine(line === "" ? [] : line.split(" "));

const DEFAULTS: Omit<RunOptions, "target"> = {
  intervalMicroseconds: 100,
  exposureMicroseconds: 0,
  flushMilliseconds: 1000,
  timeoutMilliseconds: 3000,
  mode: "wall",
  pipe: false,
  gc: false,
  children: false,
  native: false,
  kernel: false,
  still: "auto",
  idleSwitches: [],
  save: [],
};
const command = (name: string, ...args: string[]) => ({ kind: "command" as const, command: name, args });
const filtersFor = (words: FilterWords): FilterWords => ({
  ...{ processes: [], threads: [], mainThread: false, modules: [], functions: [], collapse: [] },
  ...words,
});
const attach = (pid: number) => ({ kind: "attach" as const, pid });

describe("runs", () => {
  const cases: [line: string, options: Partial<RunOptions> & Pick<RunOptions, "target">][] = [
    ["python", { target: command("python") }],
    ["python s.py -i 5 -o x", { target: command("python", "s.py", "-i", "5", "-o", "x") }],
    ["-p 42", { target: attach(42) }],
    ["-p 1 -p 42", { target: attach(42) }],
    ["-cp 42", { target: attach(42), mode: "cpu" }],
    ["-cPp 42", { target: attach(42), mode: "cpu", pipe: true }],
    ["-Cp 42", { target: attach(42), children: true }],
    ["-c -c python", { target: command("python"), mode: "cpu" }],
    ["-ci 1ms python", { target: command("python"), mode: "cpu", intervalMicroseconds: 1000 }],
    ["-m python", { target: command("python"), mode: "memory" }],
    ["-f python", { target: command("python"), mode: "full" }],
    ["-gp 42", { target: attach(42), gc: true }],
    ["-cg python", { target: command("python"), mode: "cpu", gc: true }],
    ["-cm python", { target: command("python"), mode: "memory", idleSwitches: [{ option: "-c", beside: "-m" }] }],
    ["-fm python", { target: command("python"), mode: "full", idleSwitches: [{ option: "-m", beside: "-f" }] }],
    [
      "-m -f -c python",
      {
        target: command("python"),
        mode: "full",
        idleSwitches: [
          { option: "-c", beside: "-f" },
          { option: "-m", beside: "-f" },
        ],
      },
    ],
    ["-nk python", { target: command("python"), native: true, kernel: true }],
    [
      "-nkc python",
      {
        target: command("python"),
        ...{ native: true, kernel: true, mode: "cpu", idleSwitches: [{ option: "-k", beside: "-c" }] },
      },
    ],
    ["-nkf python", { target: command("python"), native: true, kernel: true, mode: "full" }],
    ["-i 5 -i 1s python", { target: command("python"), intervalMicroseconds: 1_000_000 }],
    ["-i 0 python", { target: command("python"), intervalMicroseconds: 0 }],
    ["-x 0.5 python", { target: command("python"), exposureMicroseconds: 500_000 }],
    ["-x 0 python", { target: command("python"), exposureMicroseconds: 0 }],
    ["-t 10ms python", { target: command("python"), timeoutMilliseconds: 10 }],
    ["--m python", { target: command("python"), mode: "memory" }],
    [
      "--mod json --main python",
      { target: command("python"), filters: filtersFor({ modules: ["json"], mainThread: true }) },
    ],
    ["-f --state idle python", { target: command("python"), mode: "full", filters: filtersFor({ state: "idle" }) }],
    [
      "-c --state running python",
      { target: command("python"), mode: "cpu", filters: filtersFor({ state: "running" }) },
    ],
    ["--window 1..2 python", { target: command("python"), filters: filtersFor({ window: { from: 1e6, to: 2e6 } }) }],
    ["-o 007 python", { target: command("python"), output: "007" }],
    ["-o a -o b python", { target: command("python"), output: "b" }],
    ["-o - python", { target: command("python"), output: "/dev/stdout" }],
    ["-o f -- python s.py", { target: command("python", "s.py"), output: "f" }],
    ["-- -p 1", { target: command("-p", "1") }],
    ["--still never python", { target: command("python"), still: "never" }],
    ["--still=auto -i 50us python", { target: command("python"), intervalMicroseconds: 50 }],
    ["--still always python", { target: command("python"), still: "always", intervalMicroseconds: 1000 }],
    ["--still always -i 1ms python", { target: command("python"), still: "always", intervalMicroseconds: 1000 }],
    ["-i 5ms --still always python", { target: command("python"), still: "always", intervalMicroseconds: 5000 }],
    ["--still always --still never python", { target: command("python"), still: "never" }],
    [
      "--still always python -i 1",
      { target: command("python", "-i", "1"), still: "always", intervalMicroseconds: 1000 },
    ],
  ];
  it.each(cases)("%s", (line, options) => {
    expect(parse(line)).toEqual({ kind: "run", options: { ...DEFAULTS, ...options } });
  });
});

describe("texts", () => {
  const cases: [line: string, start: string][] = [
    ["", "Usage: austin [-CnkcfgmPhV]"],
    ["--usage", "Usage: austin [-CnkcfgmPhV]"],
    ["--help", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["-?", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["-h", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["-ch", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["--help --foo", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["-i abc --help", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["-P --help", "Usage: austin [OPTION...] command [ARG...]\n"],
    ["-V", "austin 4.0.0\naustin-ts "],
    ["--version python", "austin 4.0.0\naustin-ts "],
  ];
  it.each(cases)("'%s'", (line, start) => {
    const result = parse(line);
    expect(result).toMatchObject({ kind: "print" });
    expect(result.kind === "print" && result.text.slice(0, start.length)).toBe(start);
    expect(result.kind === "print" && result.text).toMatch(/[^\n]\n$/);
  });
});

describe("-w", () => {
  const where = {
    pid: 42,
    children: false,
    json: false,
    native: false,
    kernel: false,
    pipe: false,
    timeoutMilliseconds: 3000,
    still: true,
  };

  it.each([
    ["-w 42", {}],
    ["--where=42 -i 0 -x 3 -c", {}],
    ["-p 7 -w 42", {}],
    ["-w 7 -p 42", {}],
    ["-Cw 42", { children: true }],
    ["-w 7 -w 42 --json", { json: true }],
    ["-Pw 42", { pipe: true }],
    ["-w 42 -o FILE -t 5s", { output: "FILE", timeoutMilliseconds: 5000 }],
    ["-nw 42", { native: true }],
    ["-w 42 --native", { native: true }],
    ["-nkw 42", { native: true, kernel: true }],
    ["-w 42 --still never", { still: false }],
    ["-w 42 --still always -i 1ms", {}],
  ])("'%s'", (line, options) => {
    expect(parse(line)).toEqual({ kind: "where", options: { ...where, ...options } });
  });
});

describe("--doctor", () => {
  const doctor = { pid: undefined, json: false, timeoutMilliseconds: 3000 };

  it.each([
    ["--doctor", {}],
    ["--doctor 42", { pid: 42 }],
    ["--doctor -p 42", { pid: 42 }],
    ["--doctor --json -t 5s 42", { pid: 42, json: true, timeoutMilliseconds: 5000 }],
  ])("'%s'", (line, options) => {
    expect(parse(line)).toEqual({ kind: "doctor", options: { ...doctor, ...options } });
  });
});

describe("errors", () => {
  const cases: [line: string, first: string][] = [
    ["-i abc python", "the sampling interval must be a positive integer"],
    ["-i -1 python", "the sampling interval must be a positive integer"],
    ["-i 99999999999999999999 python", "the sampling interval must be a positive integer"],
    ["-i 1 -i x python", "the sampling interval must be a positive integer"],
    ["-t 10us python", "timeout must be a positive integer"],
    ["-x -1 python", "the exposure must be a positive integer"],
    ["-p 0", "invalid PID"],
    ["-p abc", "invalid PID"],
    ["-p 42 python", "the -p option is incompatible with the command argument"],
    ["-w 42 python", "the -p option is incompatible with the command argument"],
    ["-p 42 -w 0", "invalid PID"],
    ["--json -p 42", "the --json option goes with -w and --doctor"],
    ["-n --doctor", "the --native option goes with a profile or -w"],
    ["-k python", "the --kernel option goes with native frames, in a profile or with -w"],
    ["-kw 42", "the --kernel option goes with native frames, in a profile or with -w"],
    ["--json python", "the --json option goes with -w and --doctor"],
    ["--doctor abc", "invalid PID"],
    ["--doctor 42 --json", "the --doctor option takes one process at most"],
    ["--doctor -p 42 43", "the --doctor option takes one process at most"],
    ["--still sometimes python", "--still is auto, never or always"],
    ["--still Always python", "--still is auto, never or always"],
    ["-i 100us --still always python", "--still always needs an interval of 1ms at least"],
    ["--still always -i 999 python", "--still always needs an interval of 1ms at least"],
    ["--interval=0 --still=always -p 42", "--still always needs an interval of 1ms at least"],
    [
      "--module [z-a] python",
      "'[z-a]' is no value for --module: it takes a pattern of *, ? and [...], such as 'json.*'",
    ],
    [
      "--module a --module !a python",
      "'!a' is no value for --module: it takes no pattern that is asked for without !, too",
    ],
    ["--window 2..1 python", expect.stringContaining("'2..1' is no value for --window")],
    ["--state idle python", "--state needs to know which threads wait, which mode wall does not record"],
    ["-m --state running python", "--state needs to know which threads wait, which mode memory does not record"],
    ["-c --state idle python", "--state idle asks for threads that -c leaves out"],
    ["-m --window 1.. python", "--window needs times, which -m does not record"],
    ["-x 2 --window 2.. python", "--window begins when the exposure is over"],
    ["-w 42 --module json", "the --module option goes with a profile"],
    ["--main-thread --doctor", "the --main-thread option goes with a profile"],
    ["--foo --help", "unrecognized option '--foo'"],
    ["-i", "option requires an argument -- 'i'"],
  ];
  it.each(cases)("%s", (line, first) => {
    const result = parse(line);
    expect(result).toMatchObject({ kind: "error", exitCode: 64 });
    const lines = result.kind === "error" ? result.message.split("\n") : [];
    expect(lines[0]?.replace("austin: ", "")).toEqual(first);
    expect(lines.at(-1)).toBe(TRY_HELP);
  });

  it.each(["-c", "-c -i 5", "--", "-o f --"])("%s names no target", (line) => {
    const result = parse(line);
    expect(result).toMatchObject({ kind: "error", exitCode: 6 });
    expect(result.kind === "error" && result.message).toContain(
      "neither a command to start nor a process to attach to",
    );
  });

  it("names the value it rejects", () => {
    const result = parse("-i 1xs python");
    expect(result.kind === "error" && result.message).toContain("'1xs'");
  });
});
