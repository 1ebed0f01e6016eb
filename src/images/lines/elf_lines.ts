// The line numbers of an ELF file (.debug_line). In: the file, and what unpacks its sections. Out: the source file and the line that an address is of. The first question
// has all line programs run once, which tells what code each sequence of theirs is of, and no row is kept; whichever sequence has an address is run again.

import { type ByteSource, MalformedImage, type SizedBytes } from "../byte_source.js";
import { readHeader, readSections, type Section } from "../elf_header.js";
import type { LineTable, SourceLine } from "../image.js";
import { ByteCursor } from "./byte_cursor.js";
import { unitFolders } from "./compile_units.js";
import { sectionBytes, sectionNamed } from "./elf_section_bytes.js";
import { type LineHeader, readLineHeader } from "./line_header.js";
import { LineRows, runLineProgram } from "./line_program.js";
import { LineSequences } from "./line_sequences.js";
import { SharedTexts } from "./shared_texts.js";
import { sourcePath } from "./source_path.js";
import type { Unpack } from "./unpacking.js";

/** No unit of a real file has so many bytes of line numbers. */
const MOST_UNIT_BYTES = 64 << 20;
/** Rows that are kept, of all sequences together, and of one. */
const MOST_KEPT_ROWS = 1 << 20;
const MOST_ROWS = 1 << 22;
const MOST_KEPT_UNITS = 32;

interface Unit {
  readonly bytes: Uint8Array;
  readonly header: LineHeader;
  /** Paths of its files, as they are asked for. */
  readonly paths: Map<number, string | undefined>;
}

export class ElfLines implements LineTable {
  readonly #open: (name: string) => SizedBytes | undefined;
  readonly #littleEndian: boolean;
  readonly #sections: readonly Section[];
  readonly #lines: SizedBytes | undefined;
  readonly #texts: SharedTexts;
  #sequences: LineSequences | undefined;
  #folders: ReadonlyMap<number, string> | undefined;
  readonly #units = new Map<number, Unit | undefined>();
  readonly #rows = new Map<number, LineRows>();
  #keptRows = 0;

  /** @throws MalformedImage */
  constructor(file: ByteSource, unpack: Unpack) {
    const header = readHeader(file);
    this.#littleEndian = header.littleEndian;
    this.#sections = readSections(file, header);
    this.#open = (name) => {
      const section = sectionNamed(this.#sections, name);
      return section && sectionBytes(file, header, section, unpack);
    };
    this.#lines = this.#open(".debug_line");
    this.#texts = new SharedTexts((name) => this.#open(name));
  }

  get isEmpty(): boolean {
    return this.#lines === undefined;
  }

  lineAt(address: number): SourceLine | undefined {
    this.#sequences ??= this.#findSequences();
    for (const sequence of this.#sequences.at(address)) {
      const unitAt = this.#sequences.unitOf(sequence);
      const unit = this.#unit(unitAt);
      if (unit === undefined) continue;
      const rows = this.#rowsOf(sequence, unit, this.#sequences.startOf(sequence));
      const row = rowAt(rows, address);
      if (row < 0) continue;
      const file = this.#path(unit, unitAt, rows.files[row] as number);
      if (file !== undefined) return { file, line: rows.lines[row] as number };
    }
    return undefined;
  }

  /** What code each sequence is of. */
  #findSequences(): LineSequences {
    const code = this.#sections.filter(({ isCode, address }) => isCode && address > 0);
    const sequences = new LineSequences(code.map(({ address, size }) => [address, address + size]));
    const size = this.#lines?.size ?? 0;
    for (let at = 0; at < size; ) {
      const length = this.#unitBytes(at);
      if (length === undefined) break;
      const unit = this.#read(at, length);
      if (unit !== undefined) {
        runLineProgram(unit.bytes, this.#littleEndian, unit.header, unit.header.program, (low, high, start) =>
          sequences.add(low, high, at, start),
        );
      }
      at += length;
    }
    sequences.sort();
    return sequences;
  }

  /** How long the unit is that begins there; undefined where there is none. */
  #unitBytes(at: number): number | undefined {
    try {
      const cursor = new ByteCursor((this.#lines as SizedBytes).read(at, 12), this.#littleEndian);
      const { length } = cursor.unitLength();
      return length === 0 ? undefined : cursor.at + length;
    } catch (error) {
      if (error instanceof MalformedImage) return undefined;
      throw error;
    }
  }

  #unit(at: number): Unit | undefined {
    if (this.#units.has(at)) return this.#units.get(at);
    const unit = this.#read(at, this.#unitBytes(at) ?? 0);
    if (this.#units.size >= MOST_KEPT_UNITS) this.#units.clear();
    this.#units.set(at, unit);
    return unit;
  }

  /** Undefined for a unit that is not understood. */
  #read(at: number, length: number): Unit | undefined {
    if (length > MOST_UNIT_BYTES) return undefined;
    try {
      const bytes = (this.#lines as SizedBytes).read(at, length);
      return {
        bytes,
        header: readLineHeader(new ByteCursor(bytes, this.#littleEndian), this.#texts),
        paths: new Map(),
      };
    } catch (error) {
      if (error instanceof MalformedImage) return undefined;
      throw error;
    }
  }

  #rowsOf(sequence: number, { bytes, header }: Unit, start: number): LineRows {
    const known = this.#rows.get(sequence);
    if (known !== undefined) return known;
    const rows = new LineRows(MOST_ROWS);
    runLineProgram(bytes, this.#littleEndian, header, start, () => false, rows);
    if (this.#keptRows + rows.length > MOST_KEPT_ROWS) {
      this.#rows.clear();
      this.#keptRows = 0;
    }
    this.#rows.set(sequence, rows);
    this.#keptRows += rows.length;
    return rows;
  }

  #path(unit: Unit, unitAt: number, file: number): string | undefined {
    const { header, paths } = unit;
    if (paths.has(file)) return paths.get(file);
    const entry = header.files[file - header.firstFile];
    const path = entry && sourcePath(entry, header, () => this.#folderOf(unitAt));
    paths.set(file, path);
    return path;
  }

  #folderOf(unitAt: number): string | undefined {
    this.#folders ??= this.#readFolders();
    return this.#folders.get(unitAt);
  }

  #readFolders(): ReadonlyMap<number, string> {
    const info = this.#open(".debug_info");
    const abbreviations = this.#open(".debug_abbrev");
    if (info === undefined || abbreviations === undefined) return new Map();
    return unitFolders({ info, abbreviations, littleEndian: this.#littleEndian, texts: this.#texts });
  }
}

/** The row that covers an address: the last one that begins at it or before, where another one follows; -1: none. */
function rowAt({ addresses, length }: LineRows, address: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((addresses[middle] as number) <= address) low = middle + 1;
    else high = middle;
  }
  return low > 0 && low < length ? low - 1 : -1;
}
