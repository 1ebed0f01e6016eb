// npm run fuzz:captures -- [COUNT] [SEED]: decode so many captures that nobody ever wrote, and say how it went. One on which the
// decoder breaks is written to a file, to become a fixture.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { smallCapture } from "../tests/capture/built_capture.js";
import { Hostile } from "../tests/capture/hostile.js";
import { Mutator } from "../tests/capture/mutator.js";

const FORMATS = ["3.9", "3.11", "3.12", "3.14"];
const HANG_MILLISECONDS = 1000;

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const originals = await Promise.all(
  FORMATS.map(async (format) => {
    const capture = smallCapture(format);
    return { file: await capture.file(), log: Buffer.concat(capture.pieces) };
  }),
);
const mutator = new Mutator(originals, seed);
const hostile = new Hostile();
let failures = 0;
const keep = (capture: Uint8Array, why: string): void => {
  const path = join(tmpdir(), `capture-${seed}-${failures++}.bin`);
  writeFileSync(path, capture);
  process.stdout.write(`${why}: ${path}\n`);
};
const started = performance.now();
for (let i = 0; i < count; i++) {
  const capture = mutator.next();
  try {
    await hostile.decode(capture);
  } catch (error) {
    keep(capture, String((error as Error).stack));
  }
  if (hostile.figures.lastMilliseconds > HANG_MILLISECONDS) keep(capture, "it took more than a second");
  if ((i + 1) % 50_000 === 0) report(i + 1);
}
report(count);
process.exitCode = failures === 0 ? 0 : 1;

function report(done: number): void {
  const { decoded, refused, withProfile, slowestMilliseconds, memoryBytes } = hostile.figures;
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${done} in ${seconds} s: ${decoded} decoded (${withProfile} to a profile), ${refused} refused, ${failures} failures; ` +
      `slowest ${Math.round(slowestMilliseconds)} ms; memory ${Math.round(memoryBytes / 1e6)} MB more than before\n`,
  );
}
