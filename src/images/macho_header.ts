// The head of a Mach-O image: its header and its load commands. In: a byte source. Out: plain records. Images of 64 bits and little-endian
// alone: macOS has run no others since 10.15. Formats: mach-o/loader.h. Numbers beyond 2^53 make an image malformed.
import { type ByteSource, MalformedImage, viewOf } from "./byte_source.js";

export const MACHO_MAGIC_64 = 0xfeedfacf;
const MACHO_MAGICS_32 = [0xfeedface, 0xcefaedfe];
const MACHO_MAGIC_64_SWAPPED = 0xcffaedfe;

export const MH_EXECUTE = 2;
const MH_PIE = 0x200000;

const HEADER_BYTES = 32;
/** dyld itself takes no more commands than lie in a few pages. */
const MAX_COMMANDS_BYTES = 1 << 20;
const SEGMENT_BYTES = 72;
const SECTION_BYTES = 80;

const LC_SYMTAB = 0x2;
const LC_DYSYMTAB = 0xb;
const LC_LOAD_DYLIB = 0xc;
const LC_ID_DYLIB = 0xd;
const LC_LOAD_DYLINKER = 0xe;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const LC_REEXPORT_DYLIB = 0x8000001f;
const LC_DYLD_INFO = 0x22;
const LC_DYLD_INFO_ONLY = 0x80000022;
const LC_DYLD_EXPORTS_TRIE = 0x80000033;

const VM_PROT_READ = 1;
const VM_PROT_WRITE = 2;
const VM_PROT_EXECUTE = 4;

/** A part of the file. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

export interface MachOSegment {
  readonly name: string;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface MachOSection {
  readonly segment: string;
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

export interface SymbolTable {
  readonly offset: number;
  readonly count: number;
  readonly strings: FileRange;
}

export interface MachOHeader {
  /** cputype. */
  readonly processor: number;
  readonly isProgram: boolean;
  /** Whether it can be loaded anywhere: all but programs without MH_PIE. */
  readonly isMovable: boolean;
  readonly segments: readonly MachOSegment[];
  readonly sections: readonly MachOSection[];
  /** The name under which others ask for it (LC_ID_DYLIB). */
  readonly id: string | undefined;
  /** Names of the libraries without which it is not loaded. */
  readonly libraries: readonly string[];
  readonly hasLinker: boolean;
  readonly exports: FileRange | undefined;
  readonly symbols: SymbolTable | undefined;
  /** Numbers of the symbols that it takes from others. */
  readonly undefinedSymbols: { readonly first: number; readonly count: number } | undefined;
  readonly signature: FileRange | undefined;
}

/** Whether bytes begin as a Mach-O image does, of whatever word size and byte order. */
export function isMachO(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = viewOf(head).getUint32(0, true);
  return magic === MACHO_MAGIC_64 || magic === MACHO_MAGIC_64_SWAPPED || MACHO_MAGICS_32.includes(magic);
}

function readWhole(source: ByteSource, position: number, length: number): Uint8Array {
  const bytes = source.read(position, length);
  if (bytes.length < length) throw new MalformedImage(`${length} bytes at ${position} are cut short`);
  return bytes;
}

/** @throws MalformedImage */
export function readMachOHeader(source: ByteSource): MachOHeader {
  const head = viewOf(readWhole(source, 0, HEADER_BYTES));
  const magic = head.getUint32(0, true);
  if (magic !== MACHO_MAGIC_64) {
    const isOther = magic === MACHO_MAGIC_64_SWAPPED || MACHO_MAGICS_32.includes(magic);
    throw new MalformedImage(isOther ? "a Mach-O image of 32 bits or big-endian" : "not a Mach-O image");
  }
  const [processor, , kind, count, bytes, flags] = [4, 8, 12, 16, 20, 24].map((at) => head.getUint32(at, true));
  if ((bytes as number) > MAX_COMMANDS_BYTES) throw new MalformedImage(`${bytes} bytes of load commands`);
  const commands = new Commands(readWhole(source, HEADER_BYTES, bytes as number));
  commands.readAll(count as number);
  const isProgram = kind === MH_EXECUTE;
  return {
    processor: processor as number,
    isProgram,
    isMovable: !isProgram || ((flags as number) & MH_PIE) !== 0,
    ...commands.found,
  };
}

type Found = Omit<MachOHeader, "processor" | "isProgram" | "isMovable">;

class Commands {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #segments: MachOSegment[] = [];
  readonly #sections: MachOSection[] = [];
  readonly #libraries: string[] = [];
  #rest: Omit<Found, "segments" | "sections" | "libraries"> = {
    id: undefined,
    hasLinker: false,
    exports: undefined,
    symbols: undefined,
    undefinedSymbols: undefined,
    signature: undefined,
  };

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  get found(): Found {
    return { ...this.#rest, segments: this.#segments, sections: this.#sections, libraries: this.#libraries };
  }

  readAll(count: number): void {
    for (let i = 0, at = 0; i < count; i++) {
      if (at + 8 > this.#bytes.length) throw new MalformedImage("load commands are cut short");
      const size = this.#word(at + 4);
      if (size < 8 || size % 4 !== 0 || at + size > this.#bytes.length) {
        throw new MalformedImage(`a load command of ${size} bytes`);
      }
      this.#take(this.#word(at), at, size);
      at += size;
    }
  }

  #take(kind: number, at: number, size: number): void {
    // The least that is read of each below; what is shorter says nothing.
    if (kind === LC_SEGMENT_64) {
      this.#takeSegment(at, size);
    } else if (kind === LC_SYMTAB && size >= 24) {
      const strings = { offset: this.#word(at + 16), size: this.#word(at + 20) };
      this.#rest = { ...this.#rest, symbols: { offset: this.#word(at + 8), count: this.#word(at + 12), strings } };
    } else if (kind === LC_DYSYMTAB && size >= 80) {
      this.#rest = { ...this.#rest, undefinedSymbols: { first: this.#word(at + 24), count: this.#word(at + 28) } };
    } else if ((kind === LC_LOAD_DYLIB || kind === LC_REEXPORT_DYLIB) && size >= 24) {
      this.#libraries.push(this.#text(at, size, this.#word(at + 8)));
    } else if (kind === LC_ID_DYLIB && size >= 24) {
      this.#rest = { ...this.#rest, id: this.#text(at, size, this.#word(at + 8)) };
    } else if (kind === LC_LOAD_DYLINKER) {
      this.#rest = { ...this.#rest, hasLinker: true };
    } else if ((kind === LC_DYLD_INFO || kind === LC_DYLD_INFO_ONLY) && size >= 48) {
      // Where there are both, the trie of its own is what dyld takes.
      this.#rest = { ...this.#rest, exports: this.#rest.exports ?? this.#range(at + 40) };
    } else if (kind === LC_DYLD_EXPORTS_TRIE && size >= 16) {
      this.#rest = { ...this.#rest, exports: this.#range(at + 8) };
    } else if (kind === LC_CODE_SIGNATURE && size >= 16) {
      this.#rest = { ...this.#rest, signature: this.#range(at + 8) };
    }
  }

  #takeSegment(at: number, size: number): void {
    if (size < SEGMENT_BYTES) throw new MalformedImage("a segment that is cut short");
    const protection = this.#word(at + 60);
    const name = this.#name(at + 8);
    this.#segments.push({
      name,
      readable: (protection & VM_PROT_READ) !== 0,
      writable: (protection & VM_PROT_WRITE) !== 0,
      executable: (protection & VM_PROT_EXECUTE) !== 0,
      address: this.#long(at + 24),
      memorySize: this.#long(at + 32),
      offset: this.#long(at + 40),
      fileSize: this.#long(at + 48),
    });
    const count = this.#word(at + 64);
    if (count * SECTION_BYTES > size - SEGMENT_BYTES) throw new MalformedImage(`${count} sections in a segment`);
    for (let i = 0, section = at + SEGMENT_BYTES; i < count; i++, section += SECTION_BYTES) {
      this.#sections.push({
        segment: name,
        name: this.#name(section),
        address: this.#long(section + 32),
        size: this.#long(section + 40),
      });
    }
  }

  #range(at: number): FileRange | undefined {
    const [offset, size] = [this.#word(at), this.#word(at + 4)];
    return size === 0 ? undefined : { offset, size };
  }

  #word(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #long(at: number): number {
    const high = this.#word(at + 4);
    if (high >= 0x200000) throw new MalformedImage("a number is beyond 2^53");
    return high * 0x1_0000_0000 + this.#word(at);
  }

  /** Sixteen bytes, less what is behind a NUL. */
  #name(at: number): string {
    return textIn(this.#bytes.subarray(at, at + 16));
  }

  /** A path, which lies in the command that begins at `at`. */
  #text(at: number, size: number, offset: number): string {
    return offset >= size ? "" : textIn(this.#bytes.subarray(at + offset, at + size), "utf8");
  }
}

function textIn(bytes: Uint8Array, encoding: "latin1" | "utf8" = "latin1"): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end < 0 ? bytes.length : end).toString(encoding);
}
