// Gives binaries that no linker makes to all that reads names and lines. In: a binary's bytes. Out: how many were understood and refused, the slowest, and the memory that it
// took. What is neither an answer nor a MalformedImage is a bug, and is thrown on.
import { MalformedImage } from "../../src/images/byte_source.js";
import { openDebugFacts, openLines } from "../../src/images/lines/open.js";
import { openBuildId, readFunctions } from "../../src/images/open.js";
import { unpack } from "../../src/symbols/unpack.js";
import { bytesSource } from "../unit/images/elf_builder.js";

/** Addresses that are asked for: all over the code of the originals, and none's. */
const ADDRESSES = [...Array.from({ length: 40 }, (_, i) => 0x1000 + 37 * i), 0x40_1100, 0x40_1180, 0, 2 ** 47, -1];

export class HostileSymbols {
  readonly figures = { used: 0, refused: 0, slowestMilliseconds: 0, lastMilliseconds: 0, memoryBytes: 0 };
  #before: number | undefined;

  /** @throws what is a bug */
  read(bytes: Uint8Array): void {
    const started = processorMilliseconds();
    const file = bytesSource(bytes);
    this.#attempt("functions", () => {
      const functions = readFunctions(file);
      for (const address of ADDRESSES) {
        const found = functions.functionAt(address);
        if (found !== undefined) functions.beginsWithin(found.name, found.address + 1, address);
      }
    });
    this.#attempt("lines", () => {
      const lines = openLines(file, unpack);
      for (const address of ADDRESSES) lines.lineAt(address);
    });
    this.#attempt("a build id", () => openBuildId(file));
    this.#attempt("facts", () => openDebugFacts(file));
    const { figures } = this;
    figures.lastMilliseconds = processorMilliseconds() - started;
    figures.slowestMilliseconds = Math.max(figures.slowestMilliseconds, figures.lastMilliseconds);
    const resident = process.memoryUsage.rss();
    this.#before ??= resident;
    figures.memoryBytes = Math.max(figures.memoryBytes, resident - this.#before);
  }

  #attempt(what: string, action: () => void): void {
    try {
      action();
      this.figures.used++;
    } catch (error) {
      if (!(error instanceof MalformedImage)) throw new Error(`${what} break on it`, { cause: error });
      this.figures.refused++;
    }
  }
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
