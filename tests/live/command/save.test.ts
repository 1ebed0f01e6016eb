// --save: the profile in other formats once the run is over, and the MOJO file never lost.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openProfile } from "../../../src/input/index.js";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath, readWholeProfile, runAustin, scratch } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

const BUSY = `
import time
def work():
    until = time.perf_counter() + 1
    while time.perf_counter() < until: sum(range(1000))
work()
print("done")
`;
const busy = [python.path, "-c", BUSY];

async function read(path: string): Promise<Sample[]> {
  const profile = await openProfile(path);
  const samples: Sample[] = [];
  for await (const sample of profile) samples.push(sample);
  await profile.close();
  return samples;
}

/** What lies in the scratch folder and begins with the file's name. */
function beside(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)) && name !== basename(path));
}

const time = (samples: readonly Sample[]) => samples.reduce((sum, one) => sum + (one.metrics.timeMicroseconds ?? 0), 0);

describe("--save", () => {
  it("converts what -o has, which stays", async () => {
    const mojo = freshPath();
    const [first, second] = [freshPath("first.austin"), freshPath("second.austin")];
    const { how, stdout, stderr } = await runAustin(["-o", mojo, "--save", first, "--save", second, ...busy]);
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toBe("done\n");
    const { samples } = await readWholeProfile(mojo);
    const saved = await read(first);
    expect(saved).toHaveLength(samples.length);
    expect(time(saved)).toBe(time(samples));
    expect(readFileSync(second)).toEqual(readFileSync(first));
    expect(stderr).toContain(`Saved '${first}'`);
    expect(stderr).toContain(`Saved '${second}'`);
  });

  it("needs no -o, and leaves nothing else", async () => {
    const path = freshPath("alone.austin");
    const { how, stdout, stderr } = await runAustin(["--save", path, ...busy]);
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toBe("done\n");
    expect((await read(path)).length).toBeGreaterThan(0);
    expect(beside(path)).toEqual([]);
  });

  it("that fails leaves the MOJO file, and says where", async () => {
    // It could be written when the run began.
    const path = freshPath("folder.austin");
    const command = [python.path, "-c", `import os\nos.mkdir(${JSON.stringify(path)})\n${BUSY}`];
    const { how, stderr } = await runAustin(["--save", path, ...command]);
    expect(how).toBe(5);
    const [mojo = ""] = beside(path);
    expect(stderr).toContain(`The profile is in '${join(scratch, mojo)}'`);
    expect((await readWholeProfile(join(scratch, mojo))).samples.length).toBeGreaterThan(0);
  });

  it.each<[string, string[], number, RegExp]>([
    ["a name that tells no format", ["--save", "x.bin"], 64, /'x\.bin' of --save tells no format/],
    ["an output that isn't a file", ["-o", "/dev/null", "--save", "x.austin"], 64, /'\/dev\/null' must be a file/],
    ["a folder that isn't there", ["--save", "/nowhere/x.austin"], 5, /Nothing was started/],
  ])("with %s starts nothing", async (_, options, code, message) => {
    const touched = freshPath("touched");
    const { how, stderr } = await runAustin([...options, python.path, "-c", `open(${JSON.stringify(touched)}, "w")`]);
    expect(how).toBe(code);
    expect(stderr).toMatch(message);
    expect(existsSync(touched)).toBe(false);
  });

  it("of a run without samples leaves what was there", async () => {
    const path = freshPath("nothing.austin");
    writeFileSync(path, "as it was");
    const { how } = await runAustin(["--save", path, "/bin/true"]);
    expect(how).toBe(1);
    expect(readFileSync(path, "utf8")).toBe("as it was");
    expect(beside(path)).toEqual([]);
  });
});
