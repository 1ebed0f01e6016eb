// Command lines through Austin 4.0 and through ours, side by side. Prints Markdown; exits with 1 if there is a difference
// that `tests/comparison/differences.ts` doesn't explain.
//   npm run compare:austin -- [--only TEXT]
import { parseArgs } from "node:util";
import { type Comparison, compare } from "../tests/comparison/comparison.js";
import { DIFFERENCES, unexplained } from "../tests/comparison/differences.js";
import { nameOf, ROWS } from "../tests/comparison/rows.js";

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function tell({ name, theirs, ours, differing, again }: Comparison): string {
  const known = DIFFERENCES[name];
  const rest = unexplained(name, differing);
  const explained = known === undefined ? "" : `${known.section}: ${known.why}`;
  const verdict = rest.length > 0 ? `**unexpected: ${rest.join(", ")}**` : differing.length > 0 ? explained : "same";
  const both = (["code", "stdout", "message", "metadata"] as const).map((field) =>
    differing.includes(field) ? `4.0: ${theirs[field]}<br>ours: ${ours[field]}` : ours[field],
  );
  const cells = [`\`${name}\``, ...both, verdict + (again > 0 ? ` (4.0 failed to start ${again} times)` : "")];
  if (rest.length > 0) process.exitCode = 1;
  return `| ${cells.map(cell).join(" | ")} |\n`;
}

process.stdout.write("| command line | exit code | standard output | first message | metadata | verdict |\n");
process.stdout.write("|---|---|---|---|---|---|\n");
for (const row of ROWS.filter((each) => nameOf(each).includes(values.only))) {
  process.stdout.write(tell(await compare(row)));
}
