// npm run corpus [-- [--theme TITLE] ARCHITECTURE...]: makes the corpus anew, or one theme of it, from every interpreter that
// is here. Captures of another run are equivalent, not equal: addresses, times and thread ids differ.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { foreignPythons, type Python, pythons } from "../pythons.js";
import { themes } from "../themes.js";
import { windowsPythons } from "../windows.js";
import { ARCHITECTURES, corpusFolder } from "./corpus.js";
import { architectureOf, buildOf, makeCaptures } from "./make.js";
import { NeutralPlace } from "./neutral.js";
import { makeWindowsCaptures } from "./windows.js";

/** One interpreter for each build: the newest patch release, so not the older of two of a minor version. */
function chosen(): Map<string, Python> {
  const builds = new Map<string, Python>();
  for (const python of [...pythons(), ...foreignPythons()]) {
    if (python.origin !== "system") builds.set(join(architectureOf(python), buildOf(python)), python);
  }
  return builds;
}

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { theme: { type: "string" } } });
const chosenThemes = themes.filter(({ title }) => values.theme === undefined || title === values.theme);
if (chosenThemes.length === 0) {
  process.stderr.write(`${values.theme}: one of ${themes.map(({ title }) => title).join(", ")} is wanted\n`);
  process.exit(64);
}
const unknown = wanted.filter((name) => !ARCHITECTURES.some((architecture) => architecture === name));
if (unknown.length > 0) {
  process.stderr.write(`${unknown.join(", ")}: one of ${ARCHITECTURES.join(", ")} is wanted\n`);
  process.exit(64);
}

const place = new NeutralPlace();

/** The newest patch release of each minor version for Windows, which programs of Windows capture. */
async function writeWindows(): Promise<void> {
  const newest = new Map(windowsPythons().map((python) => [python.version.slice(0, 2).join("."), python]));
  for (const [build, python] of newest) {
    const folder = join(corpusFolder, "windows", build);
    rmSync(folder, { recursive: true, force: true });
    await makeWindowsCaptures(python, join(place.folder, `python-${build}`), folder);
    process.stdout.write(`windows ${build}: Python ${python.name}\n`);
  }
}

try {
  for (const architecture of ARCHITECTURES) {
    if (wanted.length > 0 && !wanted.includes(architecture)) continue;
    if (architecture === "windows") {
      await writeWindows();
      continue;
    }
    for (const [build, python] of chosen()) {
      if (architectureOf(python) !== architecture) continue;
      const folder = join(corpusFolder, build);
      // Those of interpreters that are not here stay.
      if (values.theme === undefined) rmSync(folder, { recursive: true, force: true });
      await makeCaptures(place, python, folder, chosenThemes);
      const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      process.stdout.write(`${build}: Python ${python.name}, ${Math.round(bytes / 1000)} kB\n`);
    }
  }
} finally {
  place.remove();
}
