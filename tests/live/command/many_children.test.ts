// Hundreds of short-lived processes of several versions, some below shells, in one profile.
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

afterEach(assertNoLeftovers);

const CHILDREN = 300;
/** Share of the processes that lived long enough that must have samples. */
const SEEN = 0.95;
/** What is long enough, in seconds. */
const LIFE = 0.1;
/** Room for all that the command needs besides the decoders of processes that run at a time, and for those. */
const MOST_MEMORY_MIB = 400;

it(`nearly all of ${CHILDREN} children that lived for a moment are seen`, async () => {
  const versions = pythons().filter(({ debug, wordSize }) => !debug && wordSize === 8);
  const three = [versions[0], versions[Math.floor(versions.length / 2)], versions.at(-1)] as Python[];
  // Where there are so many.
  const minors = (some: readonly Python[]) => new Set(some.map(({ version }) => version[1])).size;
  expect(minors(three)).toBe(Math.min(3, minors(versions)));
  const path = freshPath();
  const lives = freshPath("lives");
  const memory = freshPath("memory");
  const command = [three[2]?.path as string, targetPath("crowd.py"), String(CHILDREN), lives];
  const { how, stderr } = await runAustin(
    ["-C", "-i", "5ms", "-o", path, ...command, ...three.map((python) => python.path)],
    { through: [three[2]?.path as string, targetPath("peak.py"), memory] },
  );
  expect(how, stderr).toBe(0);
  const { samples, metadata } = await readWholeProfile(path);
  const seen = new Set(samples.map(({ pid }) => pid));
  const long = readFileSync(lives, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number) as [number, number])
    .filter(([, seconds]) => seconds > LIFE);
  expect(long.length).toBeGreaterThan(CHILDREN / 2);
  expect(long.filter(([pid]) => seen.has(pid)).length / long.length).toBeGreaterThanOrEqual(SEEN);
  expect(metadata.get("multiprocess")).toBe("on");
  expect(Number(readFileSync(memory, "utf8")) / 1024).toBeLessThan(MOST_MEMORY_MIB);
}, 900_000);
