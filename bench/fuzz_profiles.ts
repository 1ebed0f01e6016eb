// npm run fuzz:profiles -- [COUNT] [SEED]: give so many profiles that nobody ever wrote to all that reads profiles, and say how it
// went. One on which a reader breaks is written to a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostileReading } from "../tests/reading/hostile.js";
import { ProfileMutator } from "../tests/reading/mutator.js";
import { originals } from "../tests/reading/originals.js";
import { fuzz } from "./fuzzing.js";

const seed = Number(process.argv[3] ?? 1);
const folder = mkdtempSync(join(tmpdir(), "hostile-"));
const mutator = new ProfileMutator(await originals(), seed);
const reading = new HostileReading(join(folder, "profile"));
const { figures } = reading;
await fuzz({
  kind: "profile",
  count: Number(process.argv[2] ?? 20_000),
  seed,
  next: () => mutator.next(),
  read: (profile) => reading.read(profile),
  explain: ({ message, cause }) => `${message}: ${(cause as Error).stack}`,
  figures,
  outcome: () => `${figures.used} readings used (${figures.salvaged} up to a damage), ${figures.refused} refused`,
  hangSeconds: 5,
  report: 500,
});
rmSync(folder, { recursive: true });
