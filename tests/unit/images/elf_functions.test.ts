// Functions of an ELF file, which are read piece by piece: none is known before it is read, all are in the end, by no larger piece than is said; and by the linker's own list.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/images/byte_source.js";
import { openFunctions } from "../../../src/images/open.js";
import { titled, unlessThere } from "../../needs.js";

const COUNT = 5000;
const MOST_PIECE = 1 << 18;
const lack = unlessThere(
  spawnSync("gcc", ["--version"]).status === 0 && spawnSync("nm", ["--version"]).status === 0,
  "gcc and nm",
);
const folder = mkdtempSync(join(tmpdir(), "functions-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(lack !== undefined)(titled("functions of a file with many", lack), () => {
  it("are known once they are read, as nm has them", () => {
    const source = Array.from({ length: COUNT }, (_, i) => `int a_function_number_${i}(int n) { return n + ${i}; }`);
    writeFileSync(join(folder, "many.c"), source.join("\n"));
    execFileSync("gcc", ["-O1", "-shared", "-fPIC", "-o", join(folder, "many.so"), join(folder, "many.c")]);
    const bytes = readFileSync(join(folder, "many.so"));
    let piece = 0;
    const file: ByteSource = {
      read: (position, length) => {
        piece = Math.max(piece, length);
        return bytes.subarray(position, position + Math.max(0, length));
      },
    };
    const functions = openFunctions(file);
    const lines = execFileSync("nm", ["--defined-only", "-S", join(folder, "many.so")], { encoding: "utf8" }).split(
      "\n",
    );
    const theirs = lines.flatMap((line) => {
      const [start = "", size = "", kind, name = ""] = line.split(" ");
      return kind === "T" ? [{ start: Number.parseInt(start, 16), size: Number.parseInt(size, 16), name }] : [];
    });
    expect(theirs.length).toBeGreaterThanOrEqual(COUNT);
    const [first] = theirs as [(typeof theirs)[number]];
    expect(functions.nameAt(first.start, undefined)).toBeUndefined();
    piece = 0;
    let pieces = 1;
    while (!functions.readOn()) pieces++;
    expect(pieces).toBeGreaterThan(5);
    expect(piece).toBeLessThanOrEqual(MOST_PIECE);
    const wrong = theirs.filter(
      ({ start, size, name }) =>
        functions.nameAt(start, undefined) !== name || functions.nameAt(start + size - 1, undefined) !== name,
    );
    expect(wrong).toEqual([]);
    // Never its neighbour's.
    const last = theirs.reduce((one, other) => (other.start > one.start ? other : one));
    expect(functions.nameAt(last.start + last.size, undefined)).toBeUndefined();
    expect(functions.named(/^a_function_number_17$/)).toEqual([
      { address: theirs.find(({ name }) => name === "a_function_number_17")?.start, size: expect.any(Number) },
      { address: theirs.find(({ name }) => name === "a_function_number_17")?.start, size: expect.any(Number) },
    ]);
  });
});
