// Stacks of a deep recursion: each is one that the program can have, with no frame twice, none left out, none too many.
import { afterEach, expect, it } from "vitest";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, isRelease } from "../../pythons.js";
import { targetPath } from "../../target.js";

/** Of `recursion.py`: the lines of the recursive call, of the call that starts it, and of what may be a leaf. */
const DESCENDS = 12;
const STARTS = 17;
const DEEPEST = 13; // frames of sum_up_to, for 12 to 0

afterEach(assertNoLeftovers);

/** Function and line of each frame in the target's own file, root first; undefined where the script isn't running. */
function stackOf({ frames }: Sample): string[] | undefined {
  const [root] = frames;
  if (root?.kind !== "code" || !root.filename.endsWith("/recursion.py")) return undefined;
  return frames.map((frame) => (frame.kind === "code" ? `${frame.scope}:${frame.location.line}` : frame.kind));
}

/** What is wrong with a stack that has reached the recursion; undefined when it is one the program can have. */
function fault(stack: readonly string[]): string | undefined {
  const [root, repeat, ...sums] = stack;
  if (root !== "<module>:20" || repeat !== `repeat:${STARTS}`) return `it begins ${root}, ${repeat}`;
  if (sums.length > DEEPEST) return `${sums.length} frames of sum_up_to`;
  const callers = sums.slice(0, -1).filter((frame) => frame !== `sum_up_to:${DESCENDS}`);
  if (callers.length > 0) return `callers ${callers.join(" ")}`;
  return /^sum_up_to:(9|10|11|12)$/.test(sums.at(-1) ?? "") ? undefined : `leaf ${sums.at(-1)}`;
}

it.each(eachPython(isRelease))("are possible ones on Python %s", async (_, python) => {
  const path = freshPath();
  const { how, stderr } = await runAustin(["-i", "200us", "-o", path, python.path, targetPath("recursion.py"), "0.6"]);
  expect(how, stderr).toBe(0);
  const stacks = (await readWholeProfile(path)).samples.map(stackOf).filter((stack) => (stack?.length ?? 0) > 2);
  expect(stacks.flatMap((stack) => fault(stack as string[]) ?? [])).toEqual([]);
  // Time is spent at every depth alike; which of them a sample meets is chance.
  expect(new Set(stacks.map((stack) => stack?.length)).size).toBeGreaterThan(DEEPEST / 2);
});
