// npm run fuzz:captures -- [COUNT] [SEED] [FILE...]: decode so many captures that nobody ever wrote, and say how it went. They are made of built
// ones, or of captures that are given. One on which the decoder breaks is written to a file, to become a fixture.
import { openAsBlob, readFileSync } from "node:fs";
import { Blocks } from "../src/capture/container.js";
import { smallCapture } from "../tests/capture/built_capture.js";
import { Hostile } from "../tests/capture/hostile.js";
import { Mutator, type Original } from "../tests/capture/mutator.js";
import { smallNativeCapture } from "../tests/capture/native_capture.js";
import { fuzz } from "./fuzzing.js";

const FORMATS = ["3.9", "3.11", "3.12", "3.14"];

const seed = Number(process.argv[3] ?? 1);
const files = process.argv.slice(4);
const originals = await Promise.all(
  files.length > 0 ? files.map(given) : FORMATS.flatMap((format) => [built(format), native(format)]),
);

async function built(format: string): Promise<Original> {
  const capture = smallCapture(format);
  return { file: await capture.file(), log: Buffer.concat(capture.pieces) };
}

async function native(format: string): Promise<Original> {
  const capture = smallNativeCapture(format);
  return { file: await capture.file(), log: Buffer.concat(capture.pieces) };
}

async function given(path: string): Promise<Original> {
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of new Blocks(await openAsBlob(path))) pieces.push(bytes.slice());
  return { file: readFileSync(path), log: Buffer.concat(pieces) };
}

const mutator = new Mutator(originals, seed);
const hostile = new Hostile();
const { figures } = hostile;
await fuzz({
  kind: "capture",
  count: Number(process.argv[2] ?? 100_000),
  seed,
  next: () => mutator.next(),
  read: (capture) => hostile.decode(capture),
  explain: ({ stack }) => String(stack),
  figures,
  outcome: () => `${figures.decoded} decoded (${figures.withProfile} to a profile), ${figures.refused} refused`,
  hangSeconds: 1,
  report: 50_000,
});
