// A PE image (Windows' .exe, .dll, .pyd), from its file or as it lies in memory. In: a byte source. Out: exported symbols, sections, imports
// and bytes by address. Addresses count from where the image begins, wherever it is loaded. Knows no process and no Python.
import { type ByteSource, MalformedImage, viewOf } from "./byte_source.js";
import type { FoundSymbol, Image, ImagePlace, Load, NamedSection } from "./image.js";
import { type Directory, exactly } from "./pe_directory.js";
import { PeExports } from "./pe_exports.js";
import { isApiSet, PeImports } from "./pe_imports.js";

const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x14c, "i386"],
  [0x1c4, "arm"],
  [0x8664, "x86-64"],
  [0xaa64, "aarch64"],
]);

const DOS_HEADER_BYTES = 64;
/** "PE\0\0" and IMAGE_FILE_HEADER. */
const FILE_HEADER_BYTES = 24;
const SECTION_BYTES = 40;
/** IMAGE_OPTIONAL_HEADER.Magic */
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
const MOST_SECTIONS = 96; // what Windows loads at most
const MOST_OPTIONAL_HEADER_BYTES = 1024;

// IMAGE_SECTION_HEADER.Characteristics
const EXECUTABLE = 0x2000_0000;
const READABLE = 0x4000_0000;
const WRITABLE = 0x8000_0000;

/** Data directories, by number (IMAGE_DIRECTORY_ENTRY_*). */
const EXPORTS = 0;
const IMPORTS = 1;

/** Whether a file that begins so is one: "MZ", its DOS header's magic. */
export function isPe(head: Uint8Array): boolean {
  return head[0] === 0x4d && head[1] === 0x5a;
}

interface Section extends Load {
  readonly name: string;
}

export class PeImage implements Image {
  readonly littleEndian = true;
  readonly isStatic = false;
  /** All but a few programs may be loaded anywhere, and where they are loaded is what their addresses count from. */
  readonly isFixed = false;
  readonly ownPointer = undefined;
  readonly soname = undefined;
  readonly hasFullSymbols = false;
  readonly wordSize: 4 | 8;
  readonly longSize = 4;
  readonly machine: string;
  readonly loads: readonly Load[];
  readonly #source: ByteSource;
  readonly #isInMemory: boolean;
  readonly #sections: readonly Section[];
  readonly #exports: PeExports;
  readonly #imports: PeImports;

  /** @throws MalformedImage when it's no PE image */
  constructor(source: ByteSource, place: ImagePlace = { kind: "file" }) {
    this.#source = source;
    this.#isInMemory = place.kind === "memory";
    const dos = viewOf(exactly(source, 0, DOS_HEADER_BYTES));
    if (dos.getUint16(0, true) !== 0x5a4d) throw new MalformedImage("no MZ at the start");
    const start = dos.getUint32(60, true);
    const file = viewOf(exactly(source, start, FILE_HEADER_BYTES));
    if (file.getUint32(0, true) !== 0x4550) throw new MalformedImage("no PE header");
    const machine = file.getUint16(4, true);
    this.machine = MACHINES.get(machine) ?? `machine ${machine}`;
    const sections = file.getUint16(6, true);
    const optionalBytes = file.getUint16(20, true);
    if (sections > MOST_SECTIONS || optionalBytes > MOST_OPTIONAL_HEADER_BYTES || optionalBytes < 96)
      throw new MalformedImage("headers of impossible sizes");
    const optional = viewOf(exactly(source, start + FILE_HEADER_BYTES, optionalBytes));
    const magic = optional.getUint16(0, true);
    if (magic !== PE32 && magic !== PE32_PLUS) throw new MalformedImage(`an optional header of kind ${magic}`);
    this.wordSize = magic === PE32_PLUS ? 8 : 4;
    const headerBytes = optional.getUint32(60, true);
    this.#sections = readSections(exactly(source, start + FILE_HEADER_BYTES + optionalBytes, sections * SECTION_BYTES));
    const head = { offset: 0, address: 0, fileSize: headerBytes, memorySize: headerBytes };
    this.loads = [{ readable: true, writable: false, executable: false, ...head }, ...this.#sections];
    const directories = this.wordSize === 8 ? 108 : 92;
    const directory = (number: number): Directory => {
      const at = directories + 4 + 8 * number;
      const isThere = directories + 4 <= optionalBytes && number < optional.getUint32(directories, true);
      if (!isThere || at + 8 > optionalBytes) return { address: 0, size: 0 };
      return { address: optional.getUint32(at, true), size: optional.getUint32(at + 4, true) };
    };
    this.#exports = new PeExports(this, directory(EXPORTS));
    this.#imports = new PeImports(this, directory(IMPORTS));
  }

  /** @throws MalformedImage */
  get needed(): readonly string[] {
    return this.#imports.libraries.filter((name) => !isApiSet(name));
  }

  section(name: string): NamedSection | undefined {
    const section = this.#sections.find((one) => one.name === name);
    return section && { name, address: section.address, size: section.memorySize };
  }

  /** @throws MalformedImage */
  symbol(name: string): FoundSymbol | undefined {
    const address = this.#exports.find(name);
    return address === undefined ? undefined : { address, size: 0, table: "dynamic" };
  }

  fullSymbol(): undefined {}

  /** @throws MalformedImage */
  imports(): ReadonlySet<string> {
    return this.#imports.names();
  }

  read(address: number, length: number): Uint8Array {
    if (length <= 0 || address < 0) return new Uint8Array();
    if (this.#isInMemory) return this.#source.read(address, length);
    const load = this.loads.find((one) => address >= one.address && address < one.address + one.fileSize);
    if (load === undefined) return new Uint8Array();
    const from = address - load.address;
    return this.#source.read(load.offset + from, Math.min(length, load.fileSize - from));
  }
}

function readSections(bytes: Uint8Array): Section[] {
  const view = viewOf(bytes);
  const sections: Section[] = [];
  for (let at = 0; at < bytes.length; at += SECTION_BYTES) {
    const name = Buffer.from(bytes.subarray(at, at + 8))
      .toString("latin1")
      .replace(/\0.*$/s, "");
    const [memorySize, address, rawSize, offset] = [8, 12, 16, 20].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
      number,
    ];
    const flags = view.getUint32(at + 36, true);
    sections.push({
      name,
      readable: (flags & READABLE) !== 0,
      writable: (flags & WRITABLE) !== 0,
      executable: (flags & EXECUTABLE) !== 0,
      offset,
      address,
      // The file's part is rounded up to its alignment.
      fileSize: memorySize === 0 ? rawSize : Math.min(rawSize, memorySize),
      memorySize: memorySize === 0 ? rawSize : memorySize,
    });
  }
  return sections;
}
