// What symbols of a large module cost: a program loads one while it is sampled with native frames, and stays in it. How many ticks are missed in the seconds before and behind,
// and the longest time between two samples. Prints Markdown.
//   npm run bench:native-symbols -- [--python NAME] [--functions N] [--megabytes N] [--interval TIME] [--rounds N] [--sampler PATH]
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readMojo } from "../src/mojo/index.js";
import { killLeftovers } from "../tests/leftovers.js";
import { austin, choosePython, median } from "./runs.js";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    functions: { type: "string", default: "100000" },
    megabytes: { type: "string", default: "100" },
    interval: { type: "string", default: "10ms" },
    rounds: { type: "string", default: "5" },
    sampler: { type: "string", default: austin },
  },
});
const python = choosePython(values.python);
const folder = mkdtempSync(join(tmpdir(), "bench-symbols-"));
const module = join(folder, "large.so");
const script = join(fileURLToPath(new URL("../..", import.meta.url)), "tests/targets/late_module.py");

/** Functions that count down, and so many bytes that are never looked at. */
function build(): void {
  const functions = Array.from({ length: Number(values.functions) }, (_, i) =>
    [
      `.globl f${i}`,
      `.type f${i},@function`,
      `f${i}: .cfi_startproc`,
      "1: dec %rdi",
      "jnz 1b",
      "ret",
      ".cfi_endproc",
      `.size f${i}, .-f${i}`,
    ].join("\n"),
  );
  const rest = [".section .rodata", `.skip ${Number(values.megabytes) << 20}, 1`];
  const stack = '.section .note.GNU-stack,"",@progbits\n';
  writeFileSync(join(folder, "large.s"), [".text", ...functions, ...rest, stack].join("\n"));
  execFileSync("gcc", ["-shared", "-o", module, join(folder, "large.s")]);
}

interface Outcome {
  readonly missed: number;
  readonly ticks: number;
  readonly gap: number;
  readonly named: number;
}

async function measure(): Promise<Outcome> {
  const child = spawn(python.path, [script, module, "2"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const output = join(folder, `${child.pid}`);
  const words = [values.sampler, "-n", "-i", values.interval, "-x", "5", "-o", output, "-p", `${child.pid}`];
  const sampler = spawn(process.execPath, words, { stdio: "ignore" });
  await once(sampler, "close");
  child.stdin.end();
  const profile = readMojo(readFileSync(output));
  let named = 0;
  for await (const { frames } of profile) {
    if (frames.some((frame) => frame.kind === "code" && frame.scope === "f77")) named++;
  }
  const [missed = 0, ticks = 0] = (profile.metadata.get("missed") ?? "").split("/").map(Number);
  return { missed, ticks, gap: Number(profile.metadata.get("gap")), named };
}

try {
  build();
  const outcomes: Outcome[] = [];
  for (let round = 0; round < Number(values.rounds); round++) outcomes.push(await measure());
  const column = (key: keyof Outcome): string => outcomes.map((one) => one[key]).join(", ");
  process.stdout.write(
    [
      `${values.functions} functions, ${values.megabytes} MB, every ${values.interval}, Python ${python.name}, ${values.rounds} rounds of 5 s; the median of the longest gaps ${median(outcomes.map(({ gap }) => gap)) / 1000} ms.`,
      "",
      "| missed ticks | of | longest gap, us | samples in the module |",
      "|---|---|---|---|",
      `| ${column("missed")} | ${column("ticks")} | ${column("gap")} | ${column("named")} |`,
      "",
    ].join("\n"),
  );
} finally {
  killLeftovers();
  rmSync(folder, { recursive: true });
}
