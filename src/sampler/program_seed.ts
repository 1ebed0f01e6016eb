// Whether a process runs the program that it ran: by random bytes which the system gives each program that it begins (AT_RANDOM), since an exec may have all its addresses where the
// one before had them. In: a connection. Out: yes or no; where the system tells nothing, other signs have to.
import { host } from "../host/index.js";
import type { LiveMemory } from "../memory/live.js";
import type { Connection } from "./connect.js";

const SEED_BYTES = 16;

export class ProgramSeed {
  readonly #memory: LiveMemory;
  readonly #address: bigint | undefined;
  readonly #seed: Uint8Array | undefined;

  /** Of what the process runs now. */
  constructor({ interpreter: { pid, wordSize }, memory }: Connection) {
    this.#memory = memory;
    this.#address = host.seedAddress(pid, wordSize);
    this.#seed = this.#read();
  }

  /** Whether it runs another program. One that can't be read is another matter. */
  get isOther(): boolean {
    if (this.#seed === undefined) return false;
    const seed = this.#read();
    return seed !== undefined && Buffer.compare(seed, this.#seed) !== 0;
  }

  #read(): Uint8Array | undefined {
    if (this.#address === undefined) return undefined;
    try {
      const bytes = this.#memory.read(this.#address, SEED_BYTES);
      return bytes.length === SEED_BYTES ? bytes : undefined;
    } catch {
      // The next copy of its memory tells why.
      return undefined;
    }
  }
}
