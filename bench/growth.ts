// What grows while a run goes on: `austin -C` on a program that starts ten threads, one process and 100 code objects a second. Prints
// the sampler's memory and the sizes of its tables, minute by minute, as Markdown; exits with 1 where the memory is not flat within
// 10 % after the first five minutes, or a third of a shorter run.
//   npm run bench:growth -- [--python NAME] [--minutes N] [--filtered]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { austin, check, choosePython, run } from "./runs.js";
import { memoryBytes } from "./speed/observe.js";
import { benchTarget } from "./speed/setup.js";

const MEBIBYTE = 1024 * 1024;
const FIRST_MINUTES = 5;
const MOST_GROWTH = 1.1;
/** A look every ten seconds: of each minute, the last one. */
const LOOKS_A_MINUTE = 6;

interface Look {
  readonly memory: Readonly<Record<"rss" | "heapUsed" | "external" | "arrayBuffers", number>>;
  readonly tables: Readonly<Record<string, number>>;
}

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    minutes: { type: "string", default: "60" },
    filtered: { type: "boolean", default: false },
  },
});
const python = choosePython(values.python);
const minutes = Number(values.minutes);
const folder = await mkdtemp(join(tmpdir(), "growth-"));
const looks: (Look & { readonly anonymous: number })[] = [];

function row(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}

function tell(look: (typeof looks)[number]): void {
  const { memory, tables, anonymous } = look;
  if (looks.length === LOOKS_A_MINUTE) {
    const names = ["minute", "RSS", "anonymous", "heap", "external", "buffers", ...Object.keys(tables)];
    row(names);
    process.stdout.write(`|${"---:|".repeat(names.length)}\n`);
  }
  const sizes = [memory.rss, anonymous, memory.heapUsed, memory.external, memory.arrayBuffers].map(mebibytes);
  row([looks.length / LOOKS_A_MINUTE, ...sizes, ...Object.values(tables)]);
}

/** The highest memory of some minutes: between two collections of garbage it goes up and down. */
function peak(from: number, to: number): number {
  return Math.max(...looks.slice(from * LOOKS_A_MINUTE, to * LOOKS_A_MINUTE).map(({ memory }) => memory.rss));
}

try {
  process.stdout.write(`Growth over ${minutes} min, Python ${python.name}; memory in MiB.\n\n`);
  const filter = values.filtered ? ["--function", "no_such_function"] : [];
  const args = ["-C", "-i", "1ms", "-o", join(folder, "profile.mojo"), ...filter, python.path];
  const ending = await run(
    process.execPath,
    ["--expose-gc", austin, ...args, benchTarget("growth.py"), String(minutes * 60 + 1)],
    (minutes * 60 + 120) * 1000,
    (child) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        if (!line.startsWith('{"memory"')) return;
        looks.push({ ...(JSON.parse(line) as Look), anonymous: memoryBytes(child.pid as number, "RssAnon") });
        if (looks.length % LOOKS_A_MINUTE === 0) tell(looks.at(-1) as (typeof looks)[number]);
      });
    },
    { ...process.env, NODE_DEBUG: "austin-tables" },
  );
  check("the sampler", ending, values.filtered ? [0, 1] : [0]);
  const first = Math.min(FIRST_MINUTES, Math.ceil(minutes / 3));
  const before = peak(first - 1, first + 1);
  const after = peak(minutes - 2, minutes);
  const isFlat = after <= MOST_GROWTH * before;
  process.stdout.write(
    `\nFrom ${mebibytes(before)} MiB around minute ${first} to ${mebibytes(after)} in the last two: ${isFlat ? "flat" : "it grows"}.\n`,
  );
  process.exitCode = isFlat ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
