// `npm run build:native`, the add-on from its sources: in a package that is installed, as in a clone. What comes of it is taken in place of what
// came with the package.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "../austin.js";
import { installPackage } from "../installed.js";
import { titled, unlessThere } from "../needs.js";
import { type Python, projectRoot, pythons } from "../pythons.js";
import { startTarget } from "../target.js";

const hasCompiler = ["g++", "make"].every((name) => spawnSync(name, ["--version"]).status === 0);
const missing = unlessThere(hasCompiler, "a C++ compiler and make: apt-get install g++ make");
const python = pythons().at(-1) as Python;

it.skipIf(missing !== undefined)(titled("the add-on is built from its sources, and used", missing), async () => {
  const folder = installPackage(join(scratch, "from_sources"));
  const PATH = `${join(projectRoot, "node_modules/.bin")}:${process.env.PATH}`;
  const build = spawnSync("npm", ["run", "build:native"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
  expect(build.status, build.stdout + build.stderr).toBe(0);
  expect(build.stdout + build.stderr).not.toMatch(/\bwarning:/);
  const austin = (...args: string[]) => {
    const words = [join(folder, "dist/bin/austin.js"), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    return stdout;
  };
  const built = join(folder, "native/build/Release/remote_memory.node");
  expect(austin("--doctor")).toContain(`built here: ${built}\n`);
  const target = await startTarget<{ pid: number }>(python, "idle_and_busy.py");
  expect(austin("-w", String(target.ready.pid))).toMatch(/ {4}sleeps \(\S+idle_and_busy\.py:\d+/);
  await target.stop();
});
