// npm run fuzz:captures -- [COUNT] [SEED]: decode so many captures that nobody ever wrote, and say how it went. One on which the
// decoder breaks is written to a file, to become a fixture.
import { smallCapture } from "../tests/capture/built_capture.js";
import { Hostile } from "../tests/capture/hostile.js";
import { Mutator } from "../tests/capture/mutator.js";
import { fuzz } from "./fuzzing.js";

const FORMATS = ["3.9", "3.11", "3.12", "3.14"];

const seed = Number(process.argv[3] ?? 1);
const originals = await Promise.all(
  FORMATS.map(async (format) => {
    const capture = smallCapture(format);
    return { file: await capture.file(), log: Buffer.concat(capture.pieces) };
  }),
);
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
