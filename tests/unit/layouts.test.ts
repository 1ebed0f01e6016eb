// The committed layout tables against CPython's headers, wherever the machine has them; and Layout.reset against
// its own defaults. Headers of the very release that a table names must give its bytes; those of any other patch
// release, or of a debug build, must give the same table.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arePresent, COMPILER_PACKAGES, canCompileBothWordSizes, headersOf } from "../headers.js";
import { requiresAll, titled } from "../needs.js";
import { projectRoot, pythons } from "../pythons.js";

const layouts = join(projectRoot, "assembly/layouts");
const tables = readdirSync(layouts).filter((file) => /^cpython_3_\d+\.ts$/.test(file));

/** What must be equal between patch releases: all but the release named, and sizes that tell 3.13's builds apart. */
function tableIn(text: string): string {
  return text.replace(/^\/\/ Input: .*$/m, "").replaceAll(/^ {2}Build\.\w+ = .*$/gm, "");
}

const folder = mkdtempSync(join(tmpdir(), "layouts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = pythons()
  .filter(({ wordSize }) => wordSize === 8)
  .map(headersOf);
const present = all.filter(arePresent);
const compiles = canCompileBothWordSizes();

const skipped = compiles
  ? all.filter((headers) => !present.includes(headers)).map(({ python }) => `${python.name}: it has no headers here`)
  : [`all: cc doesn't compile for both word sizes here (${COMPILER_PACKAGES})`];
for (const line of skipped) process.stdout.write(`Layouts not regenerated, ${line}\n`);

describe("the layout tables", () => {
  it("are there for every version", () => {
    const minors = tables.map((file) => Number(/_(\d+)\.ts$/.exec(file)?.[1])).sort((a, b) => a - b);
    expect(minors).toEqual([9, 10, 11, 12, 13, 14, 15]);
  });

  if (requiresAll)
    it("can be regenerated here", () => {
      expect(compiles).toBe(true);
      const minors = new Set(present.map(({ python }) => python.version[1]));
      expect([...minors].sort((a, b) => a - b)).toEqual([9, 10, 11, 12, 13, 14, 15]);
    });
});

const compilerMissing = compiles ? undefined : `a compiler for both word sizes: ${COMPILER_PACKAGES}`;
describe.skipIf(!compiles).each(present.map((headers) => [headers.python.name, headers] as const))(
  titled("the headers of %s", compilerMissing),
  (_, { python, include }) => {
    const [, minor, patch] = python.version;
    const file = `cpython_3_${minor}.ts`;
    let regenerated: string;
    beforeAll(() => {
      const out = mkdtempSync(join(folder, "out-"));
      execFileSync(python.path, [join(layouts, "generate/generate.py"), out, include]);
      regenerated = readFileSync(join(out, file), "utf8");
    });

    it("give the committed table", () => {
      const committed = readFileSync(join(layouts, file), "utf8");
      const isSame = !python.debug && committed.includes(`// Input: the headers of CPython 3.${minor}.${patch}.\n`);
      if (isSame) expect(regenerated).toBe(committed);
      else expect(tableIn(regenerated)).toBe(tableIn(committed));
    });
  },
);

describe("Layout.reset", () => {
  it("puts every field back to its default", () => {
    const text = readFileSync(join(layouts, "layout.ts"), "utf8");
    const defaults = [...text.matchAll(/^ {2}static (\w+): (?:u32|bool) = (.+?);/gm)].map(
      ([, name, value]) => `${name} = ${value}`,
    );
    const put = [...text.matchAll(/^ {4}Layout\.(\w+) = (.+?);/gm)].map(([, name, value]) => `${name} = ${value}`);
    expect(defaults.length).toBeGreaterThan(60);
    expect(put).toEqual(defaults);
  });
});
