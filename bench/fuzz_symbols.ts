// npm run fuzz:symbols -- [COUNT] [SEED]: give so many binaries that no linker makes to all that reads names and lines, and say how it went. One on which a reader breaks is
// written to a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostileSymbols } from "../tests/symbols/hostile.js";
import { BinaryMutator } from "../tests/symbols/mutator.js";
import { originalBinaries } from "../tests/symbols/originals.js";
import { fuzz } from "./fuzzing.js";

const seed = Number(process.argv[3] ?? 1);
const folder = mkdtempSync(join(tmpdir(), "hostile-symbols-"));
const mutator = new BinaryMutator(originalBinaries(folder), seed);
const reading = new HostileSymbols();
const { figures } = reading;
await fuzz({
  kind: "binary",
  count: Number(process.argv[2] ?? 100_000),
  seed,
  next: () => mutator.next(),
  read: async (binary) => reading.read(binary),
  explain: ({ message, cause }) => `${message}: ${(cause as Error).stack}`,
  figures,
  outcome: () => `${figures.used} readings used, ${figures.refused} refused`,
  hangSeconds: 5,
  report: 5000,
});
rmSync(folder, { recursive: true });
