// A seeded mutator of binaries. In: good ones and a seed. Out: binaries that no linker makes: what tells of names and lines is changed, lost, cut off, or said to be elsewhere.
// The same seed makes the same ones.
import { readHeader, readSections, type Section } from "../../src/images/elf_header.js";
import { integers } from "../capture/random.js";
import { bytesSource } from "../unit/images/elf_builder.js";

const TOLD_BY = [
  ".debug_line",
  ".debug_line_str",
  ".debug_info",
  ".debug_abbrev",
  ".debug_str",
  ".symtab",
  ".strtab",
  ".dynsym",
  ".dynstr",
  ".gnu_debuglink",
  ".gnu_debugdata",
  ".note.gnu.build-id",
];
const ABSURD = [0, 1, 2, 3, 4, 5, 8, 0x0b, 0x0e, 0x1f, 0x7f, 0x80, 0xf0, 0xfe, 0xff];
const SECTION_BYTES = 64;

interface Original {
  readonly bytes: Uint8Array;
  /** Stretches that are worth a change. */
  readonly places: readonly (readonly [start: number, length: number])[];
}

export class BinaryMutator {
  readonly #below: (limit: number) => number;
  readonly #originals: readonly Original[];

  constructor(originals: readonly Uint8Array[], seed: number) {
    this.#below = integers(seed);
    this.#originals = originals.map((bytes) => ({ bytes, places: placesOf(bytes) }));
  }

  next(): Uint8Array {
    const { bytes, places } = this.#any(this.#originals);
    const changed = new Uint8Array(bytes);
    for (let left = 1 + this.#below(8); left > 0; left--) {
      const [start, length] = this.#any(places);
      // The head of a table decides on the rest.
      const at = start + this.#below(this.#below(2) === 0 ? Math.min(length, 64) : length);
      this.#change(changed, at, start + length);
    }
    return this.#below(20) === 0 ? changed.subarray(0, this.#below(changed.length)) : changed;
  }

  #change(bytes: Uint8Array, at: number, end: number): void {
    const length = 1 + this.#below(this.#below(6) === 0 ? 300 : 8);
    switch (this.#below(6)) {
      case 0:
        bytes.copyWithin(at, at + length, end);
        return;
      case 1:
        bytes.copyWithin(at + length, at, Math.max(at, end - length));
        return;
      case 2:
        bytes.fill(this.#any(ABSURD), at, Math.min(end, at + length));
        return;
      case 3:
        bytes[at] = (bytes[at] as number) ^ (1 << this.#below(8));
        return;
      case 4:
        bytes[at] = this.#below(256);
        return;
      default:
        bytes[at] = this.#any(ABSURD);
    }
  }

  #any<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }
}

function placesOf(bytes: Uint8Array): (readonly [number, number])[] {
  const source = bytesSource(bytes);
  const header = readHeader(source);
  const sections: readonly Section[] = readSections(source, header);
  const told = sections.flatMap(({ name, offset, size }) =>
    TOLD_BY.includes(name) && size > 0 && offset + size <= bytes.length ? [[offset, size] as const] : [],
  );
  const heads = [[0, 64] as const, [header.sectionTable.offset, sections.length * SECTION_BYTES] as const];
  return [...told, ...told, ...told, ...heads];
}
