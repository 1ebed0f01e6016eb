// How long `austin -w` takes from its start to its first output, beside a Node that does nothing else, in turn. Prints
// Markdown.
//   npm run bench:where -- [--python NAME] [--rounds N]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { killLeftovers } from "../tests/leftovers.js";
import { austin, choosePython, median, target } from "./runs.js";

const { values } = parseArgs({
  options: { python: { type: "string" }, rounds: { type: "string", default: "20" } },
});
const python = choosePython(values.python);

/** Milliseconds from the start of Node to its first output. */
async function time(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), exited]);
  const milliseconds = performance.now() - start;
  const [code] = await exited;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}`);
  return milliseconds;
}

const watched = spawn(python.path, [target("busy20.py")], { stdio: ["pipe", "pipe", "inherit"] });
try {
  await once(watched.stdout, "data");
  const empty: number[] = [];
  const where: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    empty.push(await time(["-e", "console.log(0)"]));
    where.push(await time([austin, "-w", String(watched.pid)]));
  }
  const over = where.map((milliseconds, round) => milliseconds - (empty[round] as number));
  const row = (name: string, times: readonly number[]): string =>
    `| ${name} | ${Math.min(...times).toFixed(0)} | ${median(times).toFixed(0)} | ${Math.max(...times).toFixed(0)} |`;
  process.stdout.write(
    [
      `${values.rounds} rounds, Python ${python.name}, Node ${process.versions.node}; milliseconds.`,
      "",
      "| | least | median | most |",
      "|---|---:|---:|---:|",
      row("Node alone", empty),
      row("austin -w", where),
      row("difference within a round", over),
      "",
    ].join("\n"),
  );
} finally {
  killLeftovers();
}
