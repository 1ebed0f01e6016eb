// CPythons that never were: memory built of CPython's own structs (tests/structs), of builds that nobody has at hand, the
// free-threaded ones, and for comparison of those with the GIL. In: the headers of 3.13 to 3.15, wherever the machine has
// them. The stacks must come out whole, with the positions that a real CPython of that version gives.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Decoder } from "../../src/decoder/index.js";
import { arePresent, COMPILER_PACKAGES, canCompileBothWordSizes, headersOf } from "../headers.js";
import { type Python, projectRoot, pythons } from "../pythons.js";
import { BuiltMemory } from "./built_memory.js";
import { layoutOf } from "./layouts.js";
import { Samples } from "./samples.js";

interface Built {
  readonly start: number;
  readonly runtime: number;
  readonly stacks: readonly { readonly interpreter: number; readonly frames: readonly string[] }[];
}

const FIRST_PID = 4711;
/** Where the debug offsets have PY_VERSION_HEX. */
const VERSION_HEX = 8;
const folder = mkdtempSync(join(tmpdir(), "structs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = pythons().filter(({ debug, wordSize, version }) => !debug && wordSize === 8 && version[1] >= 13);
const present = all.map(headersOf).filter(arePresent);
const compiles = canCompileBothWordSizes("-static");
const isDemanded = process.env.AUSTIN_TS_REQUIRE_ALL === "1";
const skipped = compiles
  ? all.filter((python) => !arePresent(headersOf(python))).map(({ name }) => `${name}: it has no headers here`)
  : [`all: cc doesn't compile for both word sizes here (${COMPILER_PACKAGES})`];
for (const line of skipped) process.stdout.write(`Structs not built, ${line}\n`);

function build({ path }: Python, include: string, wordSize: number, kind: string) {
  const file = join(folder, "memory");
  const script = join(projectRoot, "tests/structs/build.py");
  const out = execFileSync("python3", [script, file, path, include, String(wordSize), kind], { encoding: "utf8" });
  const built = JSON.parse(out) as Built;
  const memory = new BuiltMemory();
  memory.write(built.start, readFileSync(file));
  return { built, memory };
}

it.runIf(isDemanded)("structs of every version with debug offsets can be built here", () => {
  expect(compiles).toBe(true);
  expect(new Set(present.map(({ python }) => python.version[1]))).toEqual(new Set([13, 14, 15]));
});

const cases = present.flatMap(({ python, include }) =>
  ([8, 4] as const).flatMap((wordSize) =>
    ["free-threaded", "regular"].map((kind) => ({
      title: `${python.name}, ${kind}, of ${wordSize * 8} bits`,
      python,
      include,
      wordSize,
      kind,
    })),
  ),
);

describe.runIf(compiles).each(cases)("the structs of $title", ({ python, include, wordSize, kind }) => {
  let built: Built;
  let memory: BuiltMemory;
  beforeAll(() => {
    ({ built, memory } = build(python, include, wordSize, kind));
  });

  const attach = (decoder = new Decoder()) => {
    const outcome = decoder.attach(
      {
        runtimeAddress: BigInt(built.runtime),
        wordSize,
        version: { major: 3, minor: python.version[1], micro: python.version[2] },
        hasDebugOffsets: true,
        ownPid: FIRST_PID,
      },
      memory,
    );
    expect(outcome).toEqual({ kind: "attached", known: true });
    return new Samples(decoder, memory);
  };

  it("show every stack whole, root first, with CPython's own positions", () => {
    const sample = attach().take();
    expect(sample).toMatchObject({ outcome: "sampled", reasons: [], interpreters: 2 });
    const shown = built.stacks.map(({ interpreter, frames }, i) => ({
      nativeId: FIRST_PID + i,
      interpreterId: interpreter,
      gc: interpreter === 1,
      stack: frames,
      reasons: [],
    }));
    // The newest thread of the newest interpreter comes first.
    const order = [...shown].sort((a, b) => b.interpreterId - a.interpreterId || b.nativeId - a.nativeId);
    expect(sample.threads).toEqual(order);
  });

  it.runIf(kind === "free-threaded")("begin with the debug offsets that built targets have", () => {
    const format = `3.${python.version[1]}t${wordSize === 4 ? " of 32 bits" : ""}`;
    const { debugOffsets } = layoutOf(format);
    const bytes = Buffer.from(memory.read(built.runtime, debugOffsets.length));
    const [own, stored] = [bytes, Buffer.from(debugOffsets)].map((one) => one.readUInt32LE(VERSION_HEX));
    // Sizes of structs differ between patch releases.
    if (own === stored) expect(bytes).toEqual(Buffer.from(debugOffsets));
    else expect(bytes.subarray(0, VERSION_HEX)).toEqual(Buffer.from(debugOffsets.subarray(0, VERSION_HEX)));
  });

  it("are copied at once from the second sample on", () => {
    const samples = attach();
    samples.take();
    memory.forgetFills();
    expect(samples.take().attempts).toBe(1);
    expect(memory.fills.length).toBe(1);
  });
});
