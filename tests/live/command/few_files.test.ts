// A run that has fewer descriptors than it could use: those that are held to save time are closed where one is needed.
import { afterEach, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

/** As many as Node needs. */
const FILES = 64;

afterEach(assertNoLeftovers);

it("goes on, and finds processes that begin, though its threads' files take all descriptors", async () => {
  const newest = pythons().at(-1) as ReturnType<typeof pythons>[number];
  const path = freshPath();
  const through = ["prlimit", `--nofile=${FILES}:${FILES}`];
  const args = ["-C", "-c", "-i", "1ms", "-o", path, newest.path, targetPath("many_files.py")];
  const { how, stderr } = await runAustin(args, { through });
  expect(how, stderr).toBe(0);
  const { samples, scopes } = await readWholeProfile(path);
  expect(scopes).toContain("child");
  expect(new Set(samples.map(({ pid }) => pid)).size).toBe(3);
});
