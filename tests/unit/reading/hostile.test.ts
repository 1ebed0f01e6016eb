// Profiles that nobody ever wrote, mutated from good ones by a seed: whatever comes, each reader gives a result or an error of a kind
// that commands word, soon. More of them, by hand: npm run fuzz:profiles.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HostileReading } from "../../reading/hostile.js";
import { ProfileMutator } from "../../reading/mutator.js";
import { originals } from "../../reading/originals.js";

const SEED = 20_261_129;
const COUNT = 400;
/** Of the processor. */
const HANG_MILLISECONDS = 5000;
const MEMORY_BYTES = 300e6;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("profiles that nobody wrote are read or refused", async () => {
  const good = await originals();
  const reading = new HostileReading(join(folder, "profile"));
  const ways = await reading.ways();
  for (const profile of good) await reading.read(profile, ways);
  expect(reading.figures.salvaged).toBe(0);
  const mutator = new ProfileMutator(good, SEED);
  for (let i = 0; i < COUNT; i++) {
    await reading.read(mutator.next()).catch((error: unknown) => {
      throw new Error(`mutation ${i} of seed ${SEED}`, { cause: error });
    });
  }
  const { used, refused, salvaged, slowestMilliseconds, memoryBytes } = reading.figures;
  expect(used).toBeGreaterThan(refused);
  expect(refused).toBeGreaterThan(COUNT / 4);
  expect(salvaged).toBeGreaterThan(COUNT / 4);
  expect(slowestMilliseconds).toBeLessThan(HANG_MILLISECONDS);
  expect(memoryBytes).toBeLessThan(MEMORY_BYTES);
}, 600_000);
