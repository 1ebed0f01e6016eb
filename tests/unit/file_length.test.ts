// What the package is made of lies in files that can be read at once. In: the sources. Out: those that are too long.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../pythons.js";

const MOST_LINES = 400;
const FOLDERS = ["assembly", "bin", "native", "packaging", "src", "standalone", "web"];
const ENDS = new Set([".c", ".cc", ".css", ".h", ".mjs", ".ts"]);
/** The layouts' facts, as a C compiler has them: a line a fact. */
const LISTS = new Set(["assembly/layouts/generate/probe.c"]);

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ENDS.has(extname(entry.name)))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name))),
).filter((path) => !LISTS.has(path) && !path.startsWith("native/build/"));

it("sources are files of 400 lines at most", () => {
  expect(files.length).toBeGreaterThan(600);
  const lengths = files.map(
    (path) => [path, readFileSync(join(projectRoot, path), "utf8").split("\n").length - 1] as const,
  );
  expect(lengths.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
});
