// Where the call that copies memory is missing: in some sandboxes, whose filter says so, and under emulators. The memory is read as a file.
import { execFileSync } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;
const through = [python.path, targetPath("without_copies.py"), "missing"];

afterEach(assertNoLeftovers);

it("stacks are shown", async () => {
  const target = await startTarget<{ pid: number }>(python, "idle_and_busy.py");
  const { how, stdout, stderr } = await runAustin(["-w", String(target.ready.pid)], { through });
  expect(how, stderr).toBe(0);
  expect(stdout.toString()).toMatch(/ {4}works \(\S+idle_and_busy\.py:\d+/);
  expect(stdout.toString()).toMatch(/ {4}sleeps \(\S+idle_and_busy\.py:\d+/);
  await target.stop();
});

it("a run is sampled, through an exec that leaves other memory behind", async () => {
  const path = freshPath();
  const words = [python.path, targetPath("becomes.py"), python.path, targetPath("busy20.py"), "0.5"];
  const { how, stderr } = await runAustin(["-t", "60s", "-i", "1ms", "-o", path, ...words], { through });
  expect(how, stderr).toBe(0);
  const { scopes } = await readWholeProfile(path);
  expect(scopes).toContain("before");
  expect(scopes).toContain("spin");
});

it("a read ends where nothing is, a process that is gone is told, and a process costs one descriptor until it is closed", () => {
  const script = [...through, process.execPath, targetPath("memory_file.mjs")];
  const [program, ...args] = script as [string, ...string[]];
  expect(JSON.parse(execFileSync(program, args, { encoding: "utf8" }))).toEqual({
    first: { whole: 1, word: "81985529216486895" },
    nowhere: [0, 0],
    cut: 4096,
    limited: 20_000,
    open: [0, 1, 1, 0, 1],
    gone: "TargetLost",
  });
});

it("the doctor says so", async () => {
  const { how, stdout, stderr } = await runAustin(["--doctor", "--json"], { through });
  expect(how, stderr).toBe(0);
  const { checks } = JSON.parse(stdout.toString()) as { checks: readonly { name: string }[] };
  expect(checks.find(({ name }) => name === "process_vm_readv")).toEqual({
    about: "austin",
    name: "process_vm_readv",
    verdict: "note",
    fact: "can't be used; mem in procfs in its place works on austin itself",
  });
});
