// Programs that know where they were and for how long (bench/truth/phases), with a fresh seed each run, on every interpreter: the
// profile has nothing else where they were. How much of it is right is a matter of the machine's load, and bench:truth's; what is
// "cut" is a fact (bench/truth/stays.ts). A seed that fails says so, and becomes an entry below.
import { afterEach, describe, expect, it } from "vitest";
import { runPhases } from "../../bench/truth/phase_runs.js";
import { freshSeed, PHASE_WAYS, phaseWay } from "../../bench/truth/phase_table.js";
import { describe as describeStay, parseAccount, type Stay, StayJudge } from "../../bench/truth/stays.js";
import type { Sample } from "../../src/mojo/index.js";
import "../austin.js"; // something is built
import { assertNoLeftovers } from "../leftovers.js";
import { eachPython } from "../pythons.js";

afterEach(assertNoLeftovers);

const PHASES = 100;
const STAY_MILLISECONDS = 15;
/** No phase begins after that, so that all interpreters take less than three minutes, on a machine that is busy, too. */
const SECONDS = 4;
/** At 1 ms the sampler keeps up on a busy machine; at 100 us it sees more. */
const INTERVALS = ["1ms", "100us"] as const;

/** What has been cut or lost once, and comes before the fresh ones: the parts of a phase, as a stay's `how` has them. */
const CUT_ONCE = [
  "timedc,atfork,hold",
  "switches,sub,deeper,jsondefault,collect,throwfrom,c",
  "switches,finallyreturn,thrown,traceback,classes,monitoringline,compile,donecallback,depths,eq,hold",
  "collect,exit,big,argumentsof,classes,finallyreturn,thrown,displayhook,c",
  "switches,sorted,collect,singledispatch,sorts,return,fresh,getattributes,select",
  "inits,asynccomprehension,mixed,recursion,handling",
  "compile,typescoroutine,free",
  "generators,unpack,lambda,kept,property,thrown,fromhistory,method",
  "inits,pycall,raisesc,contains,handling",
  "collect,closefrom,dels,setprofile,calls,importhook,spin",
  "inits,importhook,raisesc,await,dels,qsort,coroutines,comprehension,method",
  "mixed,settracereturn,hold",
  "timed,setprofilereturn,calls",
  "fresh,settraceyield,spin",
  "calls,setprofileyield,free",
  "bodies,settraceunwind,select",
  "twice,new,subs,subinterpreter,freelist",
  "timed,sequence,raisesc,codecs,execs,audit,sorts,crowd,shims,finder,unpickle",
  "twice,codecs,closed,codecs,freelist",
  "half,getattributes,deeper,sqlite,inits,arguments,handling",
];

const seed = freshSeed();

describe.each(eachPython())("Python %s", (_, python) => {
  const index = eachPython().findIndex(([name]) => name === python.name);
  const way = PHASE_WAYS[(seed + index) % PHASE_WAYS.length] as string;
  const interval = INTERVALS[(seed + index) % INTERVALS.length] as string;

  it(`shows where a program was, ${way}, ${interval}, seed ${seed}`, async () => {
    const words = [`seconds=${SECONDS}`, `how=${CUT_ONCE.join("/")}`];
    const run = { seed, phases: PHASES, milliseconds: STAY_MILLISECONDS, interval, words, ...phaseWay(way) };
    const { judged, lost } = await runPhases(python, run);
    const cuts = judged.filter(({ outcome }) => outcome === "cut").map(describeStay);
    expect(cuts, JSON.stringify(run)).toEqual([]);
    expect(lost, `phases that never came to their stay; ${JSON.stringify(run)}`).toEqual([]);
    expect(judged.length).toBeGreaterThan(0);
  });
});

describe("the judge", () => {
  const INTERVAL = 1000;
  const stay: Stay = {
    phase: 7,
    pid: 1,
    interpreter: 0,
    thread: 31,
    stack: ["<module>", "f_7_0", "f_7_1"],
    lines: [4, 5],
    over: ["drop_7_1"],
    waits: false,
    from: 0,
    begin: 10_000,
    end: 30_000,
    to: 31_000,
    histories: { f_7_0: 8_000 },
    how: ["calls", "call", "spin"],
  };
  const next: Stay = {
    ...stay,
    phase: 8,
    stack: ["<module>", "f_8_0", "f_8_1"],
    from: 32_000,
    begin: 40_000,
    end: 60_000,
    to: 61_000,
  };

  /** Samples of a stack, each of so much time; the leaf stands at `line`. */
  function samples(count: number, stack: readonly string[], line = 4, time = INTERVAL): Sample[] {
    const frames = stack.map((scope) => ({
      kind: "code" as const,
      scope,
      filename: "phase_7.py",
      location: { line, lineEnd: 0, column: 0, columnEnd: 0 },
    }));
    const metrics = { timeMicroseconds: time, memoryBytes: undefined };
    return Array.from({ length: count }, () => ({
      pid: 1,
      interpreterId: 0,
      thread: "1f",
      frames,
      metrics,
      idle: false,
      gc: false,
    }));
  }

  function outcomes(...seen: readonly Sample[][]): string[] {
    const judge = new StayJudge([next, stay]);
    for (const sample of seen.flat()) judge.add(sample);
    return judge.judge(INTERVAL).map(({ outcome }) => outcome);
  }

  const caller = stay.stack.slice(0, 2);
  const both = [samples(20, stay.stack), samples(20, next.stack)] as const;
  const mark = (count: number): Sample[] =>
    samples(count, []).map((sample) => ({ ...sample, frames: [{ kind: "invalid" }] }));

  it.each<[string, readonly Sample[][], readonly string[]]>([
    ["what is as it was", [samples(9, caller), ...both], ["right", "right"]],
    ["a caller in its midst", [samples(9, stay.stack), samples(1, caller), ...both], ["cut", "right"]],
    [
      "what may stand above, and what nobody vouches for",
      [
        samples(1, stay.stack),
        samples(1, [...stay.stack, "drop_7_1"]),
        mark(3),
        samples(18, stay.stack),
        samples(20, next.stack),
      ],
      ["right", "right"],
    ],
    ["its caller for all of its time", [samples(30, caller), both[1]], ["cut", "right"]],
    ["something else for all of its time", [both[0], samples(35, ["<module>"])], ["right", "wrong"]],
    [
      "something else for all of its time, and a stay behind",
      [samples(1, stay.stack), samples(35, ["<module>"]), both[1]],
      ["wrong", "cut"],
    ],
    ["a sampler that was away for all of it", [samples(1, caller, 4, 30_000), both[1]], ["late", "right"]],
    [
      "the same, seen again behind it",
      [both[0], samples(1, next.stack, 4, 20_000), samples(5, ["<module>"])],
      ["right", "right"],
    ],
    [
      "one that came late to it",
      [samples(1, stay.stack, 4, 8000), samples(15, stay.stack), both[1]],
      ["late", "right"],
    ],
    [
      "one that was begun before it, and copied late",
      [samples(1, stay.stack), samples(1, stay.stack, 4, 8000), samples(15, stay.stack), both[1]],
      ["late", "right"],
    ],
    [
      "one that was away at its end",
      [samples(15, stay.stack), samples(1, ["<module>"], 4, 8000), both[1]],
      ["late", "right"],
    ],
    ["too much, and no sample late", [samples(25, stay.stack), both[1]], ["wrong", "right"]],
    ["too little, and no sample late", [samples(15, stay.stack), both[1]], ["wrong", "right"]],
    ["more than came late", [samples(1, stay.stack, 4, 4000), samples(21, stay.stack), both[1]], ["wrong", "right"]],
    ["less than was missed", [samples(10, stay.stack), samples(1, ["<module>"], 4, 8000), both[1]], ["wrong", "right"]],
    [
      "nothing of it, and a sample late before what is seen before",
      [samples(1, caller, 4, 25_000), both[0], samples(5, ["<module>"])],
      ["right", "wrong"],
    ],
    [
      "nothing of it, and a sample late behind what is seen behind",
      [samples(9, caller), both[1], samples(1, ["<module>"], 4, 30_000)],
      ["wrong", "right"],
    ],
    ["nothing of it, and marks for all of it", [samples(1, caller), mark(19), both[1]], ["unproven", "right"]],
    ["nothing of it, and marks for half of it", [samples(1, caller), mark(10), both[1]], ["wrong", "right"]],
    [
      "nothing of it, and marks behind what is seen behind",
      [both[1], mark(20), samples(1, ["<module>"])],
      ["wrong", "right"],
    ],
    [
      "nothing of it, and marks before what is seen before",
      [mark(20), both[0], samples(9, ["<module>"])],
      ["right", "wrong"],
    ],
    ["marks for its end", [samples(10, stay.stack), mark(10), both[1]], ["unproven", "right"]],
    ["marks for its begin", [mark(10), samples(10, stay.stack), both[1]], ["unproven", "right"]],
    ["too much of it, and marks", [samples(25, stay.stack), mark(10), both[1]], ["wrong", "right"]],
    ["nothing of it, and no sample as late", [samples(1, caller, 4, 15_000), both[1]], ["wrong", "right"]],
    ["the same stack, before the stay", [samples(20, stay.stack, 2), samples(20, next.stack)], ["wrong", "right"]],
  ])("sees %s", (_, seen, expected) => {
    expect(outcomes(...seen)).toEqual(expected);
  });

  it("takes no call of the same again for what was in its midst", () => {
    const once: Stay = { ...stay, to: 61_000 };
    const again: Stay = { ...once, begin: 40_000, end: 60_000 };
    const last: Stay = { ...next, begin: 70_000, end: 90_000 };
    const judge = new StayJudge([once, again, last]);
    const seen = [samples(20, stay.stack), samples(9, caller), samples(20, stay.stack), samples(9, caller)];
    for (const sample of [...seen, samples(20, last.stack)].flat()) judge.add(sample);
    expect(judge.judge(INTERVAL).map(({ outcome }) => outcome)).not.toContain("cut");
  });

  it("takes histories that ran within each other for no time at which a function can't have been there", () => {
    const judge = new StayJudge([{ ...stay, histories: { f_7_1: 8_000, f_7_2: 8_000 } }]);
    for (const sample of [samples(9, caller), samples(20, stay.stack)].flat()) judge.add(sample);
    expect(judge.judge(INTERVAL).map(({ outcome }) => outcome)).toEqual(["right"]);
  });

  it("reads an account, and what never came to its stay", () => {
    const lost = { phase: 9, lost: "no stay", how: ["call"] };
    const text = [{ root: 1 }, stay, lost].map((row) => `${JSON.stringify(row)}\n`).join("");
    expect(parseAccount(text)).toEqual({ root: 1, stays: [stay], lost: [lost] });
    expect(() => parseAccount(JSON.stringify(stay))).toThrow("without a root");
  });
});
