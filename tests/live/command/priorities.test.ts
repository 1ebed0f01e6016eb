// Who gives way to whom: what compiles beside the sampler does to all, and what is launched runs as it would without us.
import { getPriority } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python } from "../../pythons.js";

afterEach(assertNoLeftovers);

/** Of itself, and of each thread of its parent: whether it is the main one, its name, its nice value. */
const TELL = `
import json, os, sys
parent = os.getppid()
def fields(task):
    with open("/proc/%d/task/%s/stat" % (parent, task)) as stat:
        name, rest = stat.read().split("(", 1)[1].rsplit(")", 1)
    return [task == str(parent), name, int(rest.split()[16])]
threads = [fields(task) for task in os.listdir("/proc/%d/task" % parent)]
json.dump({"own": os.getpriority(os.PRIO_PROCESS, 0), "threads": threads}, sys.stderr)
`;

interface Told {
  readonly own: number;
  readonly threads: readonly (readonly [isMain: boolean, name: string, nice: number])[];
}

async function tell(python: Python, interval: string): Promise<Told> {
  const { how, stderr } = await runAustin(["-i", interval, "-o", freshPath(), python.path, "-c", TELL]);
  expect(how, stderr).toBe(0);
  return JSON.parse(/\{.*\}/.exec(stderr)?.[0] ?? "null") as Told;
}

describe.each(eachPython().slice(0, 1))("on Python %s", (_, python) => {
  it("the compilers of the sampler give way, and nothing else does", async () => {
    const told = await tell(python, "100us");
    const ours = getPriority();
    expect(told.own).toBe(ours);
    expect(told.threads.filter(([isMain]) => isMain).map(([, , nice]) => nice)).toEqual([ours]);
    expect(told.threads.some(([isMain, , nice]) => !isMain && nice === 19)).toBe(true);
    expect(told.threads.find(([, name]) => name === "parked reader")?.[2]).toBe(ours);
  });

  it("nor do they where the sampler leaves no time between", async () => {
    const { threads } = await tell(python, "10us");
    expect(new Set(threads.map(([, , nice]) => nice))).toEqual(new Set([getPriority()]));
  });
});
