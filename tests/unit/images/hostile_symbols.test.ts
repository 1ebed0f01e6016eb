// Binaries that no linker makes: names and lines of them are told or not, and nothing breaks, hangs or takes all memory. `npm run fuzz:symbols` does the same with many more.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { titled, unlessThere } from "../../needs.js";
import { HostileSymbols } from "../../symbols/hostile.js";
import { compilerMissing } from "../../symbols/judges.js";
import { BinaryMutator } from "../../symbols/mutator.js";
import { originalBinaries } from "../../symbols/originals.js";
import { hasPrograms } from "../../symbols/shapes.js";

const COUNT = 1500;
const MOST_MEMORY = 400e6;
const missing = compilerMissing ?? unlessThere(hasPrograms("objcopy", "strip", "xz"), "binutils and xz");

it.skipIf(missing !== undefined)(titled("binaries that no linker makes break nothing", missing), () => {
  const folder = mkdtempSync(join(tmpdir(), "hostile-symbols-"));
  const originals = originalBinaries(folder);
  rmSync(folder, { recursive: true });
  const reading = new HostileSymbols();
  for (const original of originals) reading.read(original);
  expect(reading.figures.refused).toBe(0);
  const mutator = new BinaryMutator(originals, 22);
  for (let i = 0; i < COUNT; i++) reading.read(mutator.next());
  const { used, refused, memoryBytes } = reading.figures;
  expect(used).toBeGreaterThan(COUNT);
  expect(refused).toBeGreaterThan(COUNT / 20);
  expect(memoryBytes).toBeLessThan(MOST_MEMORY);
});
