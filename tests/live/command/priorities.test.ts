// Who gives way to whom: what compiles beside the sampler does to all, and what is launched runs as it would without us.
import { getPriority } from "node:os";
import { afterEach, expect, it } from "vitest";
import { freshPath, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython } from "../../pythons.js";

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

it.each(eachPython().slice(0, 1))(
  "the compilers of the sampler give way, and nothing else does (%s)",
  async (_, python) => {
    const { how, stderr } = await runAustin(["-o", freshPath(), python.path, "-c", TELL]);
    expect(how, stderr).toBe(0);
    const told = JSON.parse(/\{.*\}/.exec(stderr)?.[0] ?? "null") as Told;
    const ours = getPriority();
    expect(told.own).toBe(ours);
    expect(told.threads.filter(([isMain]) => isMain).map(([, , nice]) => nice)).toEqual([ours]);
    const names = told.threads.filter(([isMain, , nice]) => !isMain && nice === 19).map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    const reader = told.threads.find(([, name]) => name === "parked reader");
    expect(reader?.[2]).toBe(ours);
  },
);
