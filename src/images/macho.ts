// A Mach-O image, from its file or as it lies in memory, where all of it is mapped, its tables too. In: a byte source. Out: symbols, sections,
// imports and bytes by linked address. Knows no process and no Python.
import type { ByteSource } from "./byte_source.js";
import type { FoundSymbol, Image, ImagePlace, NamedSection, OwnPointer } from "./image.js";
import { findExport } from "./macho_exports.js";
import { type FileRange, type MachOHeader, type MachOSegment, readMachOHeader } from "./macho_header.js";
import { findDefined, linkerName, NLIST_BYTES, undefinedNames } from "./macho_symbols.js";

const PROCESSORS: ReadonlyMap<number, string> = new Map([
  [0x01000007, "x86-64"],
  [0x0100000c, "aarch64"],
]);

/** Where the image's first byte lies. */
const TEXT = "__TEXT";
/** Nothing is mapped there. */
const PAGE_ZERO = "__PAGEZERO";
const MAX_TABLE_BYTES = 64 << 20;

/** What macOS itself has is in one file of them all, and the files that these names mean are none. */
export const OF_SYSTEM = /^\/(?:usr\/lib|System)\//;

/** With its attributes posix_spawn, too, puts another program in the place of the one that calls it (POSIX_SPAWN_SETEXEC). */
const REPLACING = ["posix_spawn", "posix_spawnp"] as const;

export class MachOImage implements Image {
  readonly wordSize = 8;
  readonly longSize = 8;
  readonly littleEndian = true;
  readonly ownPointer: OwnPointer | undefined = undefined;
  readonly replacing: readonly string[] = REPLACING;
  readonly #source: ByteSource;
  readonly #place: ImagePlace;
  readonly #header: MachOHeader;
  #exports: Uint8Array | undefined;
  #strings: Uint8Array | undefined;

  /** @throws MalformedImage when it's no Mach-O image of 64 bits */
  constructor(source: ByteSource, place: ImagePlace = { kind: "file" }) {
    this.#source = source;
    this.#place = place;
    this.#header = readMachOHeader(source);
  }

  get machine(): string {
    const { processor } = this.#header;
    return PROCESSORS.get(processor) ?? `processor ${processor}`;
  }

  get isStatic(): boolean {
    return this.#header.isProgram && !this.#header.hasLinker;
  }

  get isFixed(): boolean {
    return !this.#header.isMovable;
  }

  /** The last part of its own name, by which it is known whatever stands before it (@rpath). */
  get soname(): string | undefined {
    return this.#header.id?.slice(this.#header.id.lastIndexOf("/") + 1);
  }

  /** Without the system's own, which are not looked into, and those that may be missing. */
  get needed(): readonly string[] {
    return this.#header.libraries.filter((name) => !OF_SYSTEM.test(name));
  }

  get loads(): MachOSegment[] {
    return this.#header.segments.filter(({ name }) => name !== PAGE_ZERO);
  }

  /** Names of sections as ELF has them: where C code is written for both, as CPython's, the point is ELF's. */
  section(name: string): NamedSection | undefined {
    const wanted = name.replace(/^\./, "");
    return this.#header.sections.find((section) => section.name === wanted);
  }

  symbol(name: string): FoundSymbol | undefined {
    this.#exports ??= this.#table(this.#header.exports);
    const offset = findExport(this.#exports, linkerName(name));
    return offset === undefined ? undefined : { address: this.#base + offset, size: 0, table: "dynamic" };
  }

  get hasFullSymbols(): boolean {
    return (this.#header.symbols?.count ?? 0) > 0;
  }

  fullSymbol(name: string): FoundSymbol | undefined {
    const { symbols } = this.#header;
    if (symbols === undefined) return undefined;
    const all = this.#table({ offset: symbols.offset, size: symbols.count * NLIST_BYTES });
    const address = findDefined(all, this.#names(symbols.strings), linkerName(name));
    return address === undefined ? undefined : { address, size: 0, table: "full" };
  }

  imports(): ReadonlySet<string> | undefined {
    const { symbols, undefinedSymbols } = this.#header;
    if (symbols === undefined || undefinedSymbols === undefined) return undefined;
    const { first, count } = undefinedSymbols;
    const taken = this.#table({ offset: symbols.offset + first * NLIST_BYTES, size: count * NLIST_BYTES });
    return undefinedNames(taken, this.#names(symbols.strings));
  }

  read(address: number, length: number): Uint8Array {
    if (this.#place.kind === "memory") return this.#source.read(address - this.#base, length);
    const segment = this.loads.find((one) => address >= one.address && address - one.address < one.fileSize);
    if (segment === undefined) return new Uint8Array();
    const behind = address - segment.address;
    return this.#source.read(segment.offset + behind, Math.min(length, segment.fileSize - behind));
  }

  /** Linked address of the image's first byte. */
  get #base(): number {
    return this.#header.segments.find(({ name }) => name === TEXT)?.address ?? 0;
  }

  #names(range: FileRange): Uint8Array {
    this.#strings ??= this.#table(range);
    return this.#strings;
  }

  /** A part of the file, which is in a segment of its own in memory. */
  #table(range: FileRange | undefined): Uint8Array {
    if (range === undefined) return new Uint8Array();
    const { offset } = range;
    const size = Math.min(range.size, MAX_TABLE_BYTES);
    if (this.#place.kind === "file") return this.#source.read(offset, size);
    const segment = this.loads.find((one) => offset >= one.offset && offset - one.offset < one.fileSize);
    return segment === undefined ? new Uint8Array() : this.read(segment.address + (offset - segment.offset), size);
  }
}
