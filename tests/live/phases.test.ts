// Programs that know where they were and for how long (bench/truth/phases), with a fresh seed each run, on every interpreter: the
// profile has nothing else where they were. How much of it is right is a matter of the machine's load, and bench:truth's; what is
// "cut" is a fact (bench/truth/stays.ts). A seed that fails says so, and becomes an entry below.
import { afterEach, describe, expect, it } from "vitest";
import { runPhases } from "../../bench/truth/phase_runs.js";
import { freshSeed, PHASE_WAYS, phaseWay } from "../../bench/truth/phase_table.js";
import { describe as describeStay } from "../../bench/truth/stays.js";
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

/** What has been cut once, and comes before the fresh ones: the parts of a phase, as a stay's `how` has them. */
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
