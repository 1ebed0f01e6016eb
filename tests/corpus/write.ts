// npm run corpus [-- [--theme TITLE] ARCHITECTURE...]: makes the corpus anew, or one theme of it, from every interpreter that
// is here. Captures of another run are equivalent, not equal: addresses, times and thread ids differ.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { foreignPythons, type Python, pythons } from "../pythons.js";
import { themes } from "../themes.js";
import { ARCHITECTURES, corpusFolder } from "./corpus.js";
import { architectureOf, buildOf, makeCaptures } from "./make.js";
import { NeutralPlace } from "./neutral.js";

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
try {
  for (const architecture of ARCHITECTURES) {
    if (wanted.length > 0 && !wanted.includes(architecture)) continue;
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
