// npm run fuzz:profiles -- [COUNT] [SEED]: give so many profiles that nobody ever wrote to all that reads profiles, and say how it
// went. One on which a reader breaks is written to a file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostileReading } from "../tests/reading/hostile.js";
import { ProfileMutator } from "../tests/reading/mutator.js";
import { originals } from "../tests/reading/originals.js";

const HANG_MILLISECONDS = 5000;
const REPORT = 500;

const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? 1);
const folder = mkdtempSync(join(tmpdir(), "hostile-"));
const mutator = new ProfileMutator(await originals(), seed);
const reading = new HostileReading(join(folder, "profile"));
let failures = 0;
const keep = (profile: Uint8Array, why: string): void => {
  const path = join(tmpdir(), `profile-${seed}-${failures++}.bin`);
  writeFileSync(path, profile);
  process.stdout.write(`${why}: ${path}\n`);
};
const started = performance.now();
for (let i = 0; i < count; i++) {
  const profile = mutator.next();
  try {
    await reading.read(profile);
  } catch (error) {
    const { message, cause } = error as Error;
    keep(profile, `${message}: ${(cause as Error).stack}`);
  }
  if (reading.figures.lastMilliseconds > HANG_MILLISECONDS) keep(profile, "it took more than five seconds");
  if ((i + 1) % REPORT === 0) report(i + 1);
}
if (count % REPORT !== 0) report(count);
rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;

function report(done: number): void {
  const { used, refused, salvaged, slowestMilliseconds, memoryBytes } = reading.figures;
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${done} in ${seconds} s: ${used} readings used (${salvaged} up to a damage), ${refused} refused, ${failures} failures; ` +
      `slowest ${Math.round(slowestMilliseconds)} ms; memory ${Math.round(memoryBytes / 1e6)} MB more than before\n`,
  );
}
