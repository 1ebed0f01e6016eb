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
