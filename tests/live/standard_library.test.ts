// CPython as judge of assembly/locations: every instruction of every code object of each interpreter's standard
// library. In: the messages of tests/targets/code_tables.py. Out: agreement, and how much was compared.
// It knows no table format; the records go as they are to tests/assembly/entries/locations.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { compiledEntry } from "../compiled.js";
import { eachPython, type Python, projectRoot } from "../pythons.js";

/** What is used of the global that TypeScript only knows from its browser library. */
interface WasmApi {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: unknown }>;
}

interface Judge {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly AGREES: { readonly value: number };
  scratch(): number;
  scratchSize(): number;
  compare(): number;
  line(): number;
  lineEnd(): number;
  column(): number;
  columnEnd(): number;
}

interface Summary {
  readonly modules: number;
  readonly cached: number;
  readonly codes: number;
  readonly offsets: number;
  readonly skipped: readonly [file: string, why: string][];
}

interface Verdict {
  readonly summary: Summary;
  readonly compared: number;
  readonly differences: readonly string[];
}

const MESSAGE_HEADER = 8;
const DIFFERENCES_SHOWN = 20;
/** Debian's smallest standard library, without its tests, has more of each. */
const FEWEST = { modules: 400, codes: 10_000, offsets: 1_000_000 };

const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmApi };

let module: object;

beforeAll(async () => {
  const options = ["-O3", "--noAssert", "--initialMemory", "256", "--maximumMemory", "256"];
  module = await WebAssembly.compile(compiledEntry("tests/assembly/entries/locations.ts", options));
});

async function newJudge(): Promise<Judge> {
  const abort = () => {
    throw new Error("the decoder trapped");
  };
  const { exports } = await WebAssembly.instantiate(module, { env: { abort } });
  return exports as Judge;
}

/** Cuts the stream into messages; each is valid until the next is asked for. */
async function* messages(stream: Readable): AsyncGenerator<{ name: string; record: Uint8Array }> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= MESSAGE_HEADER) {
      const nameEnd = at + MESSAGE_HEADER + rest.readUInt32LE(at);
      const recordEnd = nameEnd + rest.readUInt32LE(at + 4);
      if (rest.length < recordEnd) break;
      const name = rest.toString("utf8", at + MESSAGE_HEADER, nameEnd);
      yield { name, record: rest.subarray(nameEnd, recordEnd) };
      at = recordEnd;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw new Error(`the stream ended within a message, ${rest.length} bytes into it`);
}

async function judge(python: Python): Promise<Verdict> {
  const wasm = await newJudge();
  const scratch = new Uint8Array(wasm.memory.buffer, wasm.scratch(), wasm.scratchSize());
  const differences: string[] = [];
  let compared = 0;
  let summary: Summary | undefined;

  const child = spawn(python.path, ["-I", "tests/targets/code_tables.py"], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const ended = once(child, "close");
  try {
    for await (const { name, record } of messages(child.stdout)) {
      if (name === "") {
        summary = JSON.parse(Buffer.from(record).toString("utf8")) as Summary;
        continue;
      }
      scratch.set(record);
      const offset = wasm.compare();
      compared++;
      if (offset !== wasm.AGREES.value && differences.length < DIFFERENCES_SHOWN) {
        const ours = [wasm.line(), wasm.lineEnd(), wasm.column(), wasm.columnEnd()];
        differences.push(`${name} at ${offset}: we say ${ours.join(", ")}`);
      }
    }
  } finally {
    if (summary === undefined) child.kill();
    await ended;
  }
  if (child.exitCode !== 0 || summary === undefined)
    throw new Error(`exit ${child.exitCode} of ${python.path}: ${complaint}`);
  return { summary, compared, differences };
}

describe("every location in the standard library is the one that CPython says", () => {
  test.each(eachPython())("%s", async (name, python) => {
    const { summary, compared, differences } = await judge(python);
    const { modules, cached, codes, offsets, skipped } = summary;
    console.log(
      `${name}: ${modules} modules (${cached} from .pyc), ${codes} code objects, ${offsets} offsets; ` +
        `not compiled: ${skipped.map(([file]) => file).join(" ") || "none"}`,
    );
    expect(differences).toEqual([]);
    expect(compared).toBe(codes);
    expect(modules).toBeGreaterThan(FEWEST.modules);
    expect(codes).toBeGreaterThan(FEWEST.codes);
    expect(offsets).toBeGreaterThan(FEWEST.offsets);
    // Only examples of bad source that tests carry, and links that the distribution left dangling.
    const unexpected = skipped.filter(([file, why]) => !/(^|\/)tests?\//.test(file) && !why.startsWith("FileNotFound"));
    expect(unexpected).toEqual([]);
  });
});
