// Names and places of what ran, as the whole way from the target to the file has them: qualified names, lines, columns.
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, isRelease, type Python } from "../../pythons.js";
import { targetPath } from "../../target.js";

const source = readFileSync(targetPath("places.py"), "utf8");

afterEach(assertNoLeftovers);

/** Line and column of an offset in the source, both from 1. */
function at(offset: number): [line: number, column: number] {
  const before = source.slice(0, offset).split("\n");
  return [before.length, (before.at(-1) as string).length + 1];
}

/** The place of `expression` behind `context`, which is in the source once: line, last line, column, column behind it. */
function placeOf(context: string, expression: string): number[] {
  expect(source.split(context + expression), context).toHaveLength(2);
  const start = source.indexOf(context + expression) + context.length;
  const [line, column] = at(start);
  const [lineEnd, columnEnd] = at(start + expression.length);
  return [line, lineEnd, column, columnEnd];
}

/** Function, and the place of the call that it waited for, of each function that calls. */
const CALLS: readonly [qualifiedName: string, place: number[]][] = [
  ["<module>", placeOf("\n\n\n", "share(float(sys.argv[1]))")],
  ["share.<locals>.<listcomp>", placeOf("return [\n        ", "runner.run(\n            seconds / 2\n        )")],
  ["Reader.run", placeOf("def run(self, seconds):\n        ", "spin(time.perf_counter() + seconds)")],
  ["Writer.run", placeOf("return ", "local()")],
  ["Writer.run.<locals>.local", placeOf("return ", "self.Part().run(seconds)")],
  ["Writer.Part.run", placeOf("return 1 + ", "spin(time.perf_counter() + seconds)")],
];

/** What of a call an interpreter keeps: before 3.11 neither qualified names nor columns; from 3.12 on no `<listcomp>`. */
function kept([name, place]: readonly [string, number[]], { version: [, minor] }: Python): string {
  if (minor < 11) return [name.split(".").at(-1), place[0], 0, 0, 0].join();
  return [minor < 12 ? name : name.replace(".<locals>.<listcomp>", ""), ...place].join();
}

it.each(eachPython(isRelease))("are those of the source on Python %s", async (_, python) => {
  const path = freshPath();
  const { how, stderr } = await runAustin(["-o", path, python.path, targetPath("places.py"), "0.6"]);
  expect(how, stderr).toBe(0);
  const found = new Set<string>();
  for (const { frames } of (await readWholeProfile(path)).samples) {
    for (const frame of frames.slice(0, -1)) {
      if (frame.kind !== "code" || !frame.filename.endsWith("/places.py")) continue;
      const { line, lineEnd, column, columnEnd } = frame.location;
      // The leaf may be anywhere; what stands below it, and is no leaf of another sample's, waits in its call.
      if (frame.scope !== "spin") found.add([frame.scope, line, lineEnd, column, columnEnd].join());
    }
  }
  expect([...found].sort()).toEqual(expect.arrayContaining(CALLS.map((call) => kept(call, python)).sort()));
});
