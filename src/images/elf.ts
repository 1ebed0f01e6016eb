// An ELF image, from its file or as it lies in memory. In: a byte source. Out: symbols, sections, imports and bytes
// by linked address. Knows no process and no Python.
import type { ByteSource } from "./byte_source.js";
import { ElfDynamic } from "./elf_dynamic.js";
import {
  type ElfHeader,
  PT_DYNAMIC,
  PT_INTERP,
  PT_LOAD,
  readHeader,
  readSections,
  type Section,
  type Segment,
  SHT_DYNSYM,
} from "./elf_header.js";
import { findStaticSymbol } from "./elf_static_symbols.js";
import { SYMBOL_BYTES } from "./elf_symbol.js";
import type { FoundSymbol, Image, ImagePlace, OwnPointer } from "./image.js";

/** The section that `strip` removes. */
const FULL_SYMBOLS = ".symtab";
const MAX_DYNAMIC_BYTES = 1 << 16;

const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, "i386"],
  [8, "mips"],
  [20, "ppc"],
  [21, "ppc64"],
  [22, "s390"],
  [40, "arm"],
  [62, "x86-64"],
  [183, "aarch64"],
  [243, "riscv"],
  [258, "loongarch"],
]);

export class ElfImage implements Image {
  readonly #source: ByteSource;
  readonly #place: ImagePlace;
  readonly #header: ElfHeader;
  #sections: Section[] | undefined;
  #dynamic: ElfDynamic | undefined;

  /** @throws MalformedImage when it's no ELF image */
  constructor(source: ByteSource, place: ImagePlace = { kind: "file" }) {
    this.#source = source;
    this.#place = place;
    this.#header = readHeader(source);
  }

  get wordSize(): 4 | 8 {
    return this.#header.wordSize;
  }

  /** Every system with ELF has a long as wide as a pointer. */
  get longSize(): 4 | 8 {
    return this.wordSize;
  }

  get littleEndian(): boolean {
    return this.#header.littleEndian;
  }

  /** Name of the processor it's built for. */
  get machine(): string {
    return MACHINES.get(this.#header.machine) ?? `machine ${this.#header.machine}`;
  }

  /**
   * Whether it brings all its code along: it names no dynamic linker and needs no library.
   *
   * @throws MalformedImage
   */
  get isStatic(): boolean {
    const isLinked = this.#header.segments.some(({ type }) => type === PT_INTERP);
    return !isLinked && (this.dynamic?.needed.length ?? 0) === 0;
  }

  /** Whether it can only be loaded where it was linked. */
  get isFixed(): boolean {
    return this.#header.isFixed;
  }

  /**
   * A pointer to itself that most dynamic linkers adjust to where they have loaded it.
   *
   * @throws MalformedImage
   */
  get ownPointer(): OwnPointer | undefined {
    const pointer = this.dynamic?.stringsPointer;
    const segment = this.#header.segments.find(({ type }) => type === PT_DYNAMIC);
    return pointer && segment && { address: segment.address + pointer.at, linked: pointer.linked };
  }

  /** What is loaded of it, in the order of the headers. */
  get loads(): Segment[] {
    return this.#header.segments.filter(({ type }) => type === PT_LOAD);
  }

  /**
   * Section headers; none for an image in memory, where they are not loaded.
   *
   * @throws MalformedImage
   */
  get sections(): readonly Section[] {
    if (this.#place.kind === "memory") return [];
    this.#sections ??= readSections(this.#source, this.#header);
    return this.#sections;
  }

  /** @throws MalformedImage */
  get soname(): string | undefined {
    return this.dynamic?.soname;
  }

  /** @throws MalformedImage */
  get needed(): readonly string[] {
    return this.dynamic?.needed ?? [];
  }

  /** @throws MalformedImage */
  imports(): ReadonlySet<string> | undefined {
    return this.dynamic?.imports();
  }

  /** @throws MalformedImage */
  get hasFullSymbols(): boolean {
    return this.section(FULL_SYMBOLS) !== undefined;
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /**
   * The dynamic segment, undefined for an image without one.
   *
   * @throws MalformedImage
   */
  get dynamic(): ElfDynamic | undefined {
    if (this.#dynamic !== undefined) return this.#dynamic;
    const segment = this.#header.segments.find(({ type }) => type === PT_DYNAMIC);
    if (segment === undefined) return undefined;
    const length = Math.min(segment.memorySize, MAX_DYNAMIC_BYTES);
    const symbols = this.sections.find(({ type }) => type === SHT_DYNSYM);
    this.#dynamic = new ElfDynamic(
      { read: (address, size) => this.read(address, size) },
      this.#header,
      this.read(segment.address, length),
      (pointer) => this.#toLinked(pointer),
      symbols === undefined || symbols.size === 0
        ? undefined
        : Math.floor(symbols.size / SYMBOL_BYTES[this.#header.wordSize]),
    );
    return this.#dynamic;
  }

  /**
   * The symbol the image defines under `name`, from the dynamic table.
   *
   * @throws MalformedImage
   */
  symbol(name: string): FoundSymbol | undefined {
    const symbol = this.dynamic?.symbol(name);
    return symbol && { address: symbol.address, size: symbol.size, table: "dynamic" };
  }

  /**
   * The symbol the image defines under `name`, from the full table that `strip` removes: reads megabytes.
   *
   * @throws MalformedImage
   */
  fullSymbol(name: string): FoundSymbol | undefined {
    const symbol = findStaticSymbol(this.#source, this.#header, this.sections, name);
    return symbol && { address: symbol.address, size: symbol.size, table: "full" };
  }

  /** Up to `length` bytes at a linked address; those of a file lack what isn't in it, such as .bss. */
  read(address: number, length: number): Uint8Array {
    if (this.#place.kind === "memory") return this.#source.read(address - this.#base, length);
    const load = this.loads.find(
      (segment) => address >= segment.address && address - segment.address < segment.fileSize,
    );
    if (load === undefined) return new Uint8Array();
    const behind = address - load.address;
    return this.#source.read(load.offset + behind, Math.min(length, load.fileSize - behind));
  }

  /** Linked address of the image's first byte. */
  get #base(): number {
    const first = this.loads[0];
    return first === undefined ? 0 : first.address - first.offset;
  }

  /** Some dynamic linkers replace the addresses in the dynamic table by those of the process, some don't. */
  #toLinked(pointer: number): number {
    if (this.#place.kind === "file") return pointer;
    const bias = Number(this.#place.start) - this.#base;
    const end = Math.max(...this.loads.map(({ address, memorySize }) => address + memorySize));
    return pointer >= bias + this.#base && pointer < bias + end ? pointer - bias : pointer;
  }
}
