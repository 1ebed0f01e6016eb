// Launches of a short script in a row: each must exit with 0, leave a complete profile with samples, and no process.
// Prints Markdown; exits with 1 if any didn't.
//   npm run bench:launches -- [--python NAME] [--count N]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killLeftovers, leftovers } from "../tests/leftovers.js";
import { austin, choosePython, measure, median, run, target } from "./runs.js";

const HANG_MILLISECONDS = 20_000; // the script works for 0.3 s

const { values } = parseArgs({
  options: { python: { type: "string" }, count: { type: "string", default: "200" } },
});
const python = choosePython(values.python);
const count = Number(values.count);
const folder = await mkdtemp(join(tmpdir(), "launches-"));
const output = join(folder, "profile.mojo");

const faults: string[] = [];
const samples: number[] = [];
const milliseconds: number[] = [];
try {
  for (let launch = 1; launch <= count; launch++) {
    await rm(output, { force: true });
    const start = performance.now();
    const { how, stderr } = await run(
      process.execPath,
      [austin, "-o", output, python.path, target("short.py")],
      HANG_MILLISECONDS,
    );
    milliseconds.push(performance.now() - start);
    const fault = (text: string): void => {
      faults.push(`launch ${launch}: ${text}`);
    };
    if (how !== 0) fault(`ended with ${how}: ${stderr.trim().slice(-500)}`);
    const measured = await measure(output).catch((error: Error) => {
      fault(`profile: ${error.message}`);
      return { samples: 0, seconds: 0 };
    });
    samples.push(measured.samples);
    if (measured.samples === 0) fault("no samples");
    if (measured.seconds === 0) fault("no duration: the profile is not complete");
    const left = leftovers();
    if (left.length > 0) fault(`left ${left.map(({ pid, command }) => `${pid} ${command}`).join(", ")}`);
    killLeftovers();
  }
} finally {
  await rm(folder, { recursive: true });
}
process.stdout.write(
  [
    `${count} launches of a script of 0.3 s, Python ${python.name}, Node ${process.versions.node}.`,
    "",
    "| | fewest | median | most |",
    "|---|---:|---:|---:|",
    `| samples | ${Math.min(...samples)} | ${median(samples)} | ${Math.max(...samples)} |`,
    `| milliseconds | ${Math.min(...milliseconds).toFixed(0)} | ${median(milliseconds).toFixed(0)} | ${Math.max(...milliseconds).toFixed(0)} |`,
    "",
    `${faults.length} faults`,
    ...faults.slice(0, 50).map((text) => `- ${text}`),
    "",
  ].join("\n"),
);
process.exitCode = faults.length > 0 ? 1 : 0;
