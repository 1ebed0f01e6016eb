// Memory built of CPython's own structs (tests/structs), of builds that nobody has at hand, the free-threaded ones, and for
// comparison of those with the GIL. The stacks must come out whole, with the positions that a real CPython of that version
// gives.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Decoder } from "../../src/decoder/index.js";
import { requiresAll, titled } from "../needs.js";
import { buildMemory, FIRST_PID, missingStructs, type StructsMemory, structsBuilds } from "../structs.js";
import { BuiltMemory } from "./built_memory.js";
import { layoutOf } from "./layouts.js";
import { Samples } from "./samples.js";

/** Where the debug offsets have PY_VERSION_HEX. */
const VERSION_HEX = 8;

const folder = mkdtempSync(join(tmpdir(), "structs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const line of missingStructs) process.stdout.write(`Structs not built, ${line}\n`);

const structsMissing =
  structsBuilds.length > 0
    ? undefined
    : `structs to read: ${missingStructs.join("; ") || "those of CPython 3.13 and newer"}`;
if (structsMissing !== undefined) it.skip(titled("the structs of all versions", structsMissing), () => {});
if (requiresAll)
  it("structs of every version can be built here", () => {
    expect(new Set(structsBuilds.map(({ python }) => python.version[1]))).toEqual(new Set([13, 14, 15]));
  });

describe.each(structsBuilds)("the structs of $title", (build) => {
  const { python, wordSize, kind } = build;
  const memory = new BuiltMemory();
  let built: StructsMemory;
  beforeAll(() => {
    built = buildMemory(build, join(folder, "memory"));
    memory.write(built.start, built.bytes);
  });

  const attach = (): Samples => {
    const decoder = new Decoder();
    const [major, minor, micro] = python.version;
    const facts = { wordSize, version: { major, minor, micro }, hasDebugOffsets: true, ownPid: FIRST_PID };
    const outcome = decoder.attach({ runtimeAddress: BigInt(built.runtime), ...facts }, memory);
    expect(outcome).toEqual({ kind: "attached", known: true });
    return new Samples(decoder, memory);
  };

  it("show every stack whole, root first, with CPython's own positions", () => {
    const sample = attach().take();
    expect(sample).toMatchObject({ outcome: "sampled", reasons: [], interpreters: 2 });
    const shown = built.said.map(({ interpreter, frames }, i) => ({
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

  if (kind === "free-threaded") {
    it("begin with the debug offsets that built targets have", () => {
      const format = `3.${python.version[1]}t${wordSize === 4 ? " of 32 bits" : ""}`;
      const stored = Buffer.from(layoutOf(format).debugOffsets);
      const bytes = Buffer.from(memory.read(built.runtime, stored.length));
      // Sizes of structs differ between patch releases.
      const isSame = bytes.readUInt32LE(VERSION_HEX) === stored.readUInt32LE(VERSION_HEX);
      if (isSame) expect(bytes).toEqual(stored);
      else expect(bytes.subarray(0, VERSION_HEX)).toEqual(stored.subarray(0, VERSION_HEX));
    });
  }

  it("are copied at once from the second sample on", () => {
    const samples = attach();
    samples.take();
    memory.forgetFills();
    expect(samples.take().attempts).toBe(1);
    // Guards of code objects come behind the walk.
    expect(memory.fills.length).toBe(2);
  });
});
