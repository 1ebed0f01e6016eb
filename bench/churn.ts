// A program that for a minute compiles, runs and drops functions, so that their addresses are reused at once: how many
// stacks of its profile show a name, file or line of a function that wasn't running. Prints Markdown; exits with 1 if any.
//   npm run bench:churn -- [--python NAME] [--seconds N] [--sampler PATH of another austin]
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMojo } from "../src/mojo/index.js";
import { type ChurnFrame, churnFault, isChurned } from "../tests/churn.js";
import { austin, choosePython, run, target } from "./runs.js";

const { values } = parseArgs({
  options: { python: { type: "string" }, seconds: { type: "string", default: "60" }, sampler: { type: "string" } },
});
const python = choosePython(values.python);
const folder = await mkdtemp(join(tmpdir(), "churn-"));
const output = join(folder, "profile.mojo");
const [command, ...first] = values.sampler ? [values.sampler] : [process.execPath, austin];

const counts = { all: 0, churned: 0, incomplete: 0, stale: 0, torn: 0 };
const examples = new Map<string, number>();
try {
  const args = [...first, "-o", output, python.path, target("churn.py"), String(values.seconds)];
  const { how, stderr } = await run(command as string, args, (Number(values.seconds) + 60) * 1000);
  if (how !== 0) throw new Error(`the sampler ended with ${how}\n${stderr}`);
  for await (const { frames } of readMojo(createReadStream(output))) {
    counts.all++;
    const stack: ChurnFrame[] = [];
    for (const frame of frames) {
      if (frame.kind === "code") stack.push({ ...frame, line: frame.location.line });
    }
    if (stack.length < frames.length || stack[0]?.scope !== "<module>") {
      counts.incomplete++;
      continue;
    }
    if (isChurned(stack)) counts.churned++;
    const fault = churnFault(stack);
    if (fault === undefined) continue;
    counts[fault.kind]++;
    const text = `${fault.kind}: ${fault.text}`;
    examples.set(text, (examples.get(text) ?? 0) + 1);
  }
} finally {
  await rm(folder, { recursive: true });
}
process.stdout.write(
  [
    `Functions at reused addresses for ${values.seconds} s, Python ${python.name}, ${values.sampler ?? "our austin"}.`,
    "",
    "| samples | inside churned functions | without a whole stack | stale | torn |",
    "|---:|---:|---:|---:|---:|",
    `| ${counts.all} | ${counts.churned} | ${counts.incomplete} | ${counts.stale} | ${counts.torn} |`,
    "",
    ...[...examples]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 10)
      .map(([text, times]) => `- ${times} x ${text}`),
    "",
  ].join("\n"),
);
process.exitCode = counts.stale > 0 ? 1 : 0;
