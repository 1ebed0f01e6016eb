// A target that replaces its program: another Python goes on in the same profile, anything else ends it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin, startAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

const all = pythons();
const newest = all.at(-1) as Python;

afterEach(assertNoLeftovers);

/** Each interpreter and the one it becomes: a neighbour, so that versions, builds and word sizes change. */
const pairs = all.map(
  (python, index) => [python.name, (all[index + 1] ?? all[0])?.name, python, all[index + 1] ?? all[0]] as const,
);

it.each(pairs)("Python %s becomes Python %s, in one profile", async (_, __, first, second) => {
  const path = freshPath();
  const then = [second?.path as string, targetPath("busy20.py"), "0.4"];
  const { how, stderr } = await runAustin(["-o", path, first.path, targetPath("becomes.py"), ...then]);
  expect(how, stderr).toBe(0);
  const { samples, scopes, allMetadata } = await readWholeProfile(path);
  expect(scopes).toContain("before");
  expect(scopes).toContain("spin");
  expect(new Set(samples.map(({ pid }) => pid)).size).toBe(1);
  const versions = allMetadata.filter(({ key }) => key === "python").map(({ value }) => value);
  const stated = [first.version.join("."), second?.version.join(".")];
  expect(versions).toEqual(stated[0] === stated[1] ? [stated[0]] : stated);
});

it("the same Python at the same addresses starts with new names", async () => {
  const path = freshPath();
  const then = [newest.path, targetPath("busy20.py"), "0.4"];
  const { how, stderr } = await runAustin([
    "-o",
    path,
    "setarch",
    "-R",
    newest.path,
    targetPath("becomes.py"),
    ...then,
  ]);
  expect(how, stderr).toBe(0);
  const { samples } = await readWholeProfile(path);
  const roots = new Set<string>();
  for (const { frames } of samples) {
    for (const frame of frames) {
      if (frame.kind === "code" && frame.scope === "spin") roots.add(frame.filename);
      if (frame.kind === "code" && frame.scope === "before") roots.add(frame.filename);
    }
  }
  expect(roots).toEqual(new Set([targetPath("becomes.py"), targetPath("busy20.py")]));
});

describe.each([
  ["/bin/cat", [], 0, ""],
  ["/bin/bash", ["-c", 'read x <"$0"; echo through; exit 3'], 3, "through\n"],
] as const)("Python becomes %s", (program, words, code, said) => {
  it("and the profile ends there, while the program goes on to its end", async () => {
    const path = freshPath();
    // It goes on until somebody has written to it.
    const fifo = freshPath("fifo");
    execFileSync("mkfifo", [fifo]);
    const then = [program, ...words, fifo];
    const austin = startAustin(["-t", "1s", "-o", path, newest.path, targetPath("becomes.py"), ...then]);
    await austin.tells(/goes on without a Python interpreter that can be sampled/);
    writeFileSync(fifo, "\n");
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
    const { scopes } = await readWholeProfile(path);
    expect(scopes).toContain("before");
    expect(stdout.toString().trimStart()).toBe(said);
  });
});

// Where addresses are not random, an exec of the same binary has all of them where they were.
const PHASES = `
import os, sys, time
number = int(sys.argv[1])
exec(f"""
def in_{number}(end):
    while time.process_time() < end: sum_{number}(300)
def sum_{number}(count):
    total = 0
    for i in range(count): total += i
""")
globals()[f"in_{number}"](time.process_time() + 0.3)
if number > 0:
    command = sys.argv[2:]
    os.execv(command[0], [command[0], "-c", os.environ["PROGRAM"], str(number - 1), *command[1:], command[0]])
`;

it.each([
  ["the same binary", ["-i", "1ms"], [newest]],
  ["the same binary, by native frames", ["-n", "-i", "1ms"], [newest]],
  ["others", ["-i", "1ms"], all.filter(({ wordSize }) => wordSize === 8).slice(-3)],
  ["others, at a hundred microseconds", [], all.filter(({ wordSize }) => wordSize === 8).slice(-3)],
] as const)(
  "each program of a chain at fixed addresses has its own functions, and is met: %s",
  async (_, options, pythons) => {
    const path = freshPath();
    const chain = pythons.map((python) => python.path);
    const command = ["setarch", "-R", chain[0] as string, "-c", PHASES, "4", ...chain];
    const { how, stderr } = await runAustin([...options, "-o", path, ...command], { env: { PROGRAM: PHASES } });
    expect(how, stderr).toBe(0);
    const { samples } = await readWholeProfile(path);
    const numbersOf = (scopes: readonly string[], name: string) =>
      scopes.flatMap((scope) => new RegExp(`^${name}_(\\d)$`).exec(scope)?.[1] ?? []);
    const seen = new Set<string>();
    for (const { frames } of samples) {
      const scopes = frames.flatMap((frame) => (frame.kind === "code" ? frame.scope : []));
      const [number] = numbersOf(scopes, "in");
      if (number === undefined) continue;
      for (const called of numbersOf(scopes, "sum")) expect(called, scopes.join(" ")).toBe(number);
      seen.add(number);
    }
    expect([...seen].sort()).toEqual(["0", "1", "2", "3", "4"]);
  },
);
