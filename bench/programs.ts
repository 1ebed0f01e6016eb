// Real programs under the sampler, each launched anew for each look: at 100 us, at 1 ms, and twice by off-CPU copies alone, which are the
// reference, and between them the noise. Prints Markdown, a row a program and interval as soon as it is there; exits with 1 where a
// call was seen that the source doesn't have, or a run failed.
//   npm run bench:programs -- [--python NAMES] [--only NAMES, divided by ";"] [--seconds N] [--intervals 100us,1ms] [--out FILE for JSON]
//                             [--alone, without a reference]
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Python, pythons } from "../tests/pythons.js";
import { look } from "./programs/look.js";
import { type Environment, environmentOf } from "./programs/packages.js";
import { NAMES, programOf } from "./programs/programs.js";
import type { Sight } from "./programs/sight.js";
import { checkSource } from "./programs/source_check.js";
import { HEADER, LEGEND, row } from "./programs/table.js";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "3.12,3.13" },
    only: { type: "string", default: NAMES.join(";") },
    seconds: { type: "string", default: "15" },
    intervals: { type: "string", default: "100us,1ms" },
    alone: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const seconds = Number(values.seconds);

/** The newest of pyenv's interpreters of each version. */
function choosePythons(): Python[] {
  const all = pythons().filter(({ origin }) => origin === "pyenv");
  return values.python.split(",").map((version) => {
    const found = all.filter(({ name }) => name === version || name.startsWith(`${version}.`)).at(-1);
    if (found === undefined)
      throw new Error(`no Python ${version}; there are ${all.map(({ name }) => name).join(", ")}`);
    return found;
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function seen(name: string, at: Environment, options: readonly string[]): Promise<Sight> {
  const folder = await mkdtemp(join(tmpdir(), "programs-"));
  try {
    return await look(programOf(name, at, folder, await freePort()), at, options, seconds, `${folder}.mojo`);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}.mojo`, { force: true });
  }
}

const REFERENCE = ["--still", "always", "-i", "1ms"];
const results: Record<string, unknown>[] = [];
const load = loadavg()[0]?.toFixed(1);
process.stdout.write(
  `${seconds} s each. Node ${process.versions.node}, Linux ${release()}, ${cpus().length} x ${cpus()[0]?.model}, load ${load}.\n${LEGEND}${HEADER}`,
);
for (const python of choosePythons()) {
  const at = await environmentOf(python);
  for (const name of values.only.split(";")) {
    try {
      const references = values.alone ? [] : [await seen(name, at, REFERENCE), await seen(name, at, REFERENCE)];
      for (const interval of values.intervals.split(",")) {
        const sight = await seen(name, at, ["-i", interval]);
        const verdict = await checkSource(at.python, sight.calls);
        process.stdout.write(row(python.name, name, interval, sight, verdict, references));
        for (const example of verdict.examples) process.stderr.write(`${example}\n`);
        if (verdict.impossible + verdict.contradictions > 0) process.exitCode = 1;
        const hottest = [...sight.own].sort(([, one], [, other]) => other - one).slice(0, 20);
        const metadata = Object.fromEntries(sight.metadata);
        results.push({ python: python.name, program: name, interval, verdict, metadata, hottest });
      }
    } catch (error) {
      process.exitCode = 1;
      process.stdout.write(`| ${python.name} | ${name} | failed: ${(error as Error).message.split("\n", 1)} |\n`);
      process.stderr.write(`${(error as Error).message}\n`);
    }
  }
}
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(results, undefined, 2)}\n`);
