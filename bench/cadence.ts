// Samples per second of the command at its default interval, from launch and from attach, on a target 20 frames deep,
// against a bare deadline loop run beside the same target in the same session. Prints Markdown.
//   npm run bench:cadence -- [--python NAME] [--rounds N] [--seconds N]
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { austin, bareLoop, beside, check, choosePython, measure, median, rotated, run, target } from "./runs.js";

const INTERVAL_MICROSECONDS = 100; // the command's default
const SPARE_SECONDS = 5; // the target outlives what is measured beside it

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
  },
});
const python = choosePython(values.python);
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const timeout = (seconds + 60) * 1000;
const folder = await mkdtemp(join(tmpdir(), "cadence-"));
const output = join(folder, "profile.mojo");

/** Run `measured` while a busy target runs beside it. */
function besideBusy<T>(measured: (pid: number) => Promise<T>): Promise<T> {
  return beside(python, target("busy20.py"), [String(seconds + SPARE_SECONDS)], ({ pid }) => measured(pid));
}

async function profiled(what: string, args: readonly string[], expected: readonly number[]): Promise<number> {
  check(what, await run(process.execPath, [austin, "-o", output, ...args], timeout), expected);
  const { samples, seconds: measured } = await measure(output);
  return samples / measured;
}

const contestants: Readonly<Record<string, () => Promise<number>>> = {
  "bare loop": () => besideBusy(() => bareLoop(INTERVAL_MICROSECONDS, seconds)),
  launch: () => profiled("the launch", [python.path, target("busy20.py"), String(seconds)], [0]),
  attach: () => besideBusy((pid) => profiled("the attach", ["-x", String(seconds), "-p", String(pid)], [0, 254])),
};

try {
  const names = Object.keys(contestants);
  const rates = new Map<string, number[]>(names.map((name) => [name, []]));
  process.stdout.write(
    [
      `Samples per second at ${INTERVAL_MICROSECONDS} us, 20 frames deep, ${seconds} s a run.`,
      `Python ${python.name}, Node ${process.versions.node}, Linux ${release()}, ${cpus().length} x ${cpus()[0]?.model}.`,
      "",
      `| round | ${names.join(" | ")} | launch / bare | attach / bare |`,
      `|---|${"---:|".repeat(names.length + 2)}`,
      "",
    ].join("\n"),
  );
  const row = (title: string, figures: readonly number[]): void => {
    const [bare = Number.NaN, ...ours] = figures;
    const cells = [
      ...figures.map((rate) => rate.toFixed(0)),
      ...ours.map((rate) => `${((100 * rate) / bare).toFixed(1)} %`),
    ];
    process.stdout.write(`| ${title} | ${cells.join(" | ")} |\n`);
  };
  for (let round = 0; round < rounds; round++) {
    const figures = new Map<string, number>();
    for (const name of rotated(names, round)) {
      const rate = (await (contestants[name] as () => Promise<number>)()) || 0;
      figures.set(name, rate);
      rates.get(name)?.push(rate);
    }
    row(
      String(round + 1),
      names.map((name) => figures.get(name) ?? 0),
    );
  }
  row(
    "median",
    names.map((name) => median(rates.get(name) ?? [])),
  );
} finally {
  await rm(folder, { recursive: true });
}
