// Witnesses read all at once: files that end as told, that end otherwise, that are empty, and descriptors of none.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MOST_ENDING_BYTES, Witnesses } from "../../src/memory/witnesses.js";

it.skipIf(process.platform !== "linux" || process.arch !== "x64")("are the same where a file ends as it did", () => {
  const folder = mkdtempSync(join(tmpdir(), "witnesses-"));
  const long = "9".repeat(MOST_ENDING_BYTES);
  const cases: [text: string, ending: string, isSame: boolean][] = [
    ["12 34 5\n", "12 34 5\n", true],
    ["13 34 5\n", " 5\n", true],
    ["12 34 15\n", " 5\n", false],
    ["12 34 6\n", " 5\n", false],
    ["5\n", "12 34 5\n", false],
    ["", "5\n", false],
    [`1${long}`, long, true],
    ["x".repeat(256), "x", false],
  ];
  const witnesses = new Witnesses();
  const descriptors = cases.map(([text], i) => {
    const path = join(folder, `${i}`);
    writeFileSync(path, text);
    return openSync(path, "r");
  });
  // More than there is room for at first, and none that is forgotten when there is more.
  const many = Array.from({ length: 20 }, () => cases).flat();
  many.forEach(([, ending], i) => {
    witnesses.set(i, descriptors[i % cases.length] as number, ending);
  });
  witnesses.set(many.length, -1, "5\n");
  witnesses.compare(many.length + 1);
  expect(many.map((_, i) => witnesses.isSame(i))).toEqual(many.map(([, , isSame]) => isSame));
  expect(witnesses.isSame(many.length)).toBe(false);
  for (const descriptor of descriptors) closeSync(descriptor);
  rmSync(folder, { recursive: true });
});
