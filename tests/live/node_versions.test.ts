// The built commands by each major version of Node that is supported: from nothing, and from the code cache that the start before has made.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { austinPath, freshPath, readWholeProfile } from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { titled, unlessThere } from "../needs.js";
import { type Python, projectRoot, pythons } from "../pythons.js";
import { readerPath } from "../readers.js";
import { startTarget } from "../target.js";

const place = join(projectRoot, ".cache/nodes");
const nodes = existsSync(place) ? readdirSync(place).filter((name) => /^\d+\.\d+\.\d+$/.test(name)) : [];
const MAJORS = ["20", "22", "24", "26"];
const missing = unlessThere(
  MAJORS.every((major) => nodes.some((name) => name.startsWith(`${major}.`))),
  "a Node of each version: bash .ci/nodes.sh .cache/nodes",
);
const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

describe.skipIf(missing !== undefined).each(missing === undefined ? nodes : MAJORS)("Node %s", (version) => {
  it(titled("prints its version, samples a run and shows a process", missing), async () => {
    const home = freshPath("home");
    mkdirSync(home);
    const run = (path: string, ...args: string[]) => {
      const env = { PATH: process.env.PATH, HOME: home, AUSTIN_NO_LOGGING: "1" };
      const { status, stdout, stderr } = spawnSync(join(place, version, "node"), [path, ...args], {
        env,
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      return { stdout, stderr };
    };
    const target = await startTarget(python, "busy20.py");
    for (const start of ["from nothing", "from a cache"]) {
      const { stdout, stderr } = run(austinPath, "-V");
      expect(stdout, start).toMatch(/^austin 4\.0\.0\naustin-ts /);
      expect(stderr, start).toBe("");
      const profile = freshPath();
      // At this interval V8 is asked to compile sooner, by a flag that has another name from version to version.
      const said = run(austinPath, "-i", "10ms", "-o", profile, python.path, "-c", "sum(range(3 * 10**6))").stderr;
      expect(said).toMatch(/^Python version: /);
      expect((await readWholeProfile(profile)).scopes).toContain("<module>");
      expect(run(austinPath, "-w", String(target.pid)).stdout).toContain("<module>");
      expect(run(readerPath("austin-view"), "--top", profile).stdout).toContain("<module>");
    }
    await target.stop();
  });
});
