// Small ELF images, byte by byte, of either word size and byte order. In: symbols and names. Out: the file's bytes.
// One PT_LOAD covers it all, so that linked address = BASE + offset.
import type { ByteSource } from "../../../src/images/byte_source.js";
import { gnuHash, sysvHash } from "../../../src/images/elf_dynamic.js";

export const BASE = 0x10000;

/** An image's bytes as the parsers read them. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { read: (position, length) => bytes.subarray(position, Math.max(position, position + length)) };
}

export interface Symbol {
  readonly name: string;
  /** Linked address; undefined for a symbol that is taken from elsewhere. */
  readonly address?: number;
}

export interface Plan {
  readonly wordSize: 4 | 8;
  readonly littleEndian?: boolean;
  readonly hash?: "gnu" | "sysv" | "none";
  readonly dynamic?: readonly Symbol[];
  /** Symbols of the full table. */
  readonly full?: readonly Symbol[];
  readonly needed?: readonly string[];
  readonly soname?: string;
  /** Bytes of a section ".PyRuntime". */
  readonly section?: Uint8Array;
  readonly withSections?: boolean;
  /** Bytes of a section ".rodata"; with them the image is loaded read-only, else it may be written. */
  readonly constants?: Uint8Array;
  /** Added to the pointers of the dynamic table, as a dynamic linker does in memory. */
  readonly relocated?: number;
}

/** Bytes that grow, written in one byte order. */
class Bytes {
  #bytes = new Uint8Array(0);
  constructor(
    readonly wordSize: 4 | 8,
    readonly little: boolean,
  ) {}
  get length(): number {
    return this.#bytes.length;
  }
  raw(bytes: Uint8Array): this {
    const grown = new Uint8Array(this.length + bytes.length);
    grown.set(this.#bytes);
    grown.set(bytes, this.length);
    this.#bytes = grown;
    return this;
  }
  number(value: number, size: 1 | 2 | 4 | 8): this {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) bytes[this.little ? i : size - 1 - i] = Math.floor(value / 2 ** (8 * i)) % 256;
    return this.raw(bytes);
  }
  half(value: number): this {
    return this.number(value, 2);
  }
  u32(value: number): this {
    return this.number(value, 4);
  }
  word(value: number): this {
    return this.number(value, this.wordSize);
  }
  done(): Uint8Array {
    return this.#bytes;
  }
}

class Strings {
  text = "\0";
  at(name: string): number {
    const known = this.text.indexOf(`\0${name}\0`);
    if (known >= 0) return known + 1;
    this.text += `${name}\0`;
    return this.text.length - name.length - 1;
  }
  get bytes(): Uint8Array {
    return Buffer.from(this.text, "latin1");
  }
}

function symbolTable(plan: Plan, little: boolean, symbols: readonly Symbol[], strings: Strings): Uint8Array {
  const table = new Bytes(plan.wordSize, little);
  for (const { name, address } of [{ name: "" }, ...symbols] as Symbol[]) {
    const section = address === undefined ? 0 : 1;
    const nameAt = name === "" ? 0 : strings.at(name);
    if (plan.wordSize === 8)
      table
        .u32(nameAt)
        .number(0x11, 1)
        .number(0, 1)
        .half(section)
        .word(address ?? 0)
        .word(8);
    else
      table
        .u32(nameAt)
        .u32(address ?? 0)
        .u32(8)
        .number(0x11, 1)
        .number(0, 1)
        .half(section);
  }
  return table.done();
}

/** Imports come first, as linkers order them for the GNU table, then the exports bucket by bucket. */
function inHashOrder(symbols: readonly Symbol[], buckets: number): Symbol[] {
  const imports = symbols.filter(({ address }) => address === undefined);
  const exports = symbols.filter(({ address }) => address !== undefined);
  return [...imports, ...exports.sort((a, b) => (gnuHash(a.name) % buckets) - (gnuHash(b.name) % buckets))];
}

function gnuTable(plan: Plan, little: boolean, symbols: readonly Symbol[], buckets: number): Uint8Array {
  const first = 1 + symbols.filter(({ address }) => address === undefined).length;
  const exports = symbols.slice(first - 1);
  const table = new Bytes(plan.wordSize, little).u32(buckets).u32(first).u32(1).u32(6).word(0);
  const bucketOf = ({ name }: Symbol) => gnuHash(name) % buckets;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const index = exports.findIndex((symbol) => bucketOf(symbol) === bucket);
    table.u32(index < 0 ? 0 : first + index);
  }
  exports.forEach((symbol, i) => {
    const next = exports[i + 1];
    const isLast = next === undefined || bucketOf(next) !== bucketOf(symbol);
    table.u32(((gnuHash(symbol.name) & ~1) | (isLast ? 1 : 0)) >>> 0);
  });
  return table.done();
}

function sysvTable(plan: Plan, little: boolean, symbols: readonly Symbol[], buckets: number): Uint8Array {
  const heads = new Array<number>(buckets).fill(0);
  const chain = new Array<number>(symbols.length + 1).fill(0);
  symbols.forEach(({ name }, i) => {
    const bucket = sysvHash(name) % buckets;
    chain[i + 1] = heads[bucket] as number;
    heads[bucket] = i + 1;
  });
  const table = new Bytes(plan.wordSize, little).u32(buckets).u32(chain.length);
  for (const value of [...heads, ...chain]) table.u32(value);
  return table.done();
}

interface Part {
  readonly name: string;
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly link?: string;
  offset: number;
}

/** Build an image. */
export function buildElf(plan: Plan): Uint8Array {
  const { wordSize, littleEndian: little = true, hash = "gnu" } = plan;
  const is64 = wordSize === 8;
  const buckets = 3;
  const symbols = inHashOrder(plan.dynamic ?? [], buckets);
  const strings = new Strings();
  const fullStrings = new Strings();
  const needed = (plan.needed ?? []).map((name) => strings.at(name));
  const soname = plan.soname === undefined ? undefined : strings.at(plan.soname);
  const parts: Part[] = [];
  const add = (name: string, type: number, bytes: Uint8Array, link?: string) =>
    parts.push({ name, type, bytes, offset: 0, ...(link === undefined ? {} : { link }) });
  add(".dynsym", 11, symbolTable(plan, little, symbols, strings), ".dynstr");
  add(".dynstr", 3, strings.bytes);
  if (hash === "gnu") add(".gnu.hash", 0x6ffffff6, gnuTable(plan, little, symbols, buckets), ".dynsym");
  if (hash === "sysv") add(".hash", 5, sysvTable(plan, little, symbols, buckets), ".dynsym");
  if (plan.full !== undefined) {
    add(".symtab", 2, symbolTable(plan, little, plan.full, fullStrings), ".strtab");
    add(".strtab", 3, fullStrings.bytes);
  }
  if (plan.constants !== undefined) add(".rodata", 1, plan.constants);
  if (plan.section !== undefined) add(".PyRuntime", 1, plan.section);

  const headerBytes = is64 ? 64 : 52;
  const segmentBytes = is64 ? 56 : 32;
  let at = headerBytes + 2 * segmentBytes;
  for (const part of parts) {
    part.offset = at = Math.ceil(at / 8) * 8;
    at += part.bytes.length;
  }
  const offsetOf = (name: string) => parts.find((part) => part.name === name)?.offset ?? 0;
  const pointer = (name: string) => BASE + offsetOf(name) + (plan.relocated ?? 0);
  const dynamic = new Bytes(wordSize, little);
  for (const name of needed) dynamic.word(1).word(name);
  if (soname !== undefined) dynamic.word(14).word(soname);
  dynamic.word(5).word(pointer(".dynstr")).word(6).word(pointer(".dynsym")).word(10).word(strings.bytes.length);
  if (hash === "gnu") dynamic.word(0x6ffffef5).word(pointer(".gnu.hash"));
  if (hash === "sysv") dynamic.word(4).word(pointer(".hash"));
  add(".dynamic", 6, dynamic.word(0).word(0).done());
  const table = parts.at(-1) as Part;
  table.offset = at = Math.ceil(at / 8) * 8;
  at += table.bytes.length;
  const loaded = at;

  const names = new Strings();
  const sections = plan.withSections === false ? [] : parts;
  if (sections.length > 0) {
    for (const name of [...sections.map((part) => part.name), ".shstrtab"]) names.at(name);
    parts.push({ name: ".shstrtab", type: 3, bytes: names.bytes, offset: Math.ceil(at / 8) * 8 });
  }
  const end = parts.at(-1) as Part;
  const sectionsAt = Math.ceil((end.offset + end.bytes.length) / 8) * 8;
  const count = sections.length > 0 ? parts.length + 1 : 0;

  const head = new Bytes(wordSize, little)
    .raw(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, little ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    .half(3)
    .half(is64 ? 62 : 3)
    .u32(1)
    .word(0)
    .word(headerBytes)
    .word(count > 0 ? sectionsAt : 0)
    .u32(0)
    .half(headerBytes)
    .half(segmentBytes)
    .half(2)
    .half(is64 ? 64 : 40)
    .half(count)
    .half(count > 0 ? count - 1 : 0);
  const segment = (type: number, offset: number, size: number) => {
    const flags = plan.constants === undefined ? 6 : 4;
    if (is64)
      head
        .u32(type)
        .u32(flags)
        .word(offset)
        .word(BASE + offset)
        .word(0)
        .word(size)
        .word(size)
        .word(8);
    else
      head
        .u32(type)
        .u32(offset)
        .u32(BASE + offset)
        .u32(0)
        .u32(size)
        .u32(size)
        .u32(flags)
        .u32(8);
  };
  segment(1, 0, loaded);
  segment(2, table.offset, table.bytes.length);

  const file = new Uint8Array(sectionsAt + count * (is64 ? 64 : 40));
  file.set(head.done());
  for (const part of parts) file.set(part.bytes, part.offset);
  if (count > 0) {
    const headers = new Bytes(wordSize, little).raw(new Uint8Array(is64 ? 64 : 40));
    for (const part of parts) {
      const link = parts.findIndex(({ name }) => name === part.link) + 1;
      headers
        .u32(names.at(part.name))
        .u32(part.type)
        .word(2)
        .word(BASE + part.offset)
        .word(part.offset);
      headers.word(part.bytes.length).u32(link).u32(0).word(8).word(0);
    }
    file.set(headers.done(), sectionsAt);
  }
  return file;
}
