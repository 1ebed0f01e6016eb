// A binary, of whatever format: symbols, sections, what is loaded of it, and its bytes. Addresses are as linked. What reads it throws
// MalformedImage where its bytes break the rules of their format.

/** A range of an image that is loaded. */
export interface Load {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /** Byte offset in the file. */
  readonly offset: number;
  readonly address: number;
  /** Bytes of it that the file has; the others are 0. */
  readonly fileSize: number;
  readonly memorySize: number;
}

/** A part of an image that has a name. */
export interface NamedSection {
  readonly name: string;
  readonly address: number;
  /** Bytes. */
  readonly size: number;
}

/** A symbol's place, as linked, and the table that named it. */
export interface FoundSymbol {
  readonly address: number;
  /** Bytes; 0 where the format doesn't tell. */
  readonly size: number;
  readonly table: "dynamic" | "full";
}

/** A pointer of an image to itself: where it lies and where it leads, both as linked. */
export interface OwnPointer {
  readonly address: number;
  readonly linked: number;
}

export interface Image {
  readonly wordSize: 4 | 8;
  /** Bytes in C's long. */
  readonly longSize: 4 | 8;
  readonly littleEndian: boolean;
  /** Name of the processor it's built for. */
  readonly machine: string;
  /** Whether it brings all its code along. */
  readonly isStatic: boolean;
  /** Whether it can only be loaded where it was linked. */
  readonly isFixed: boolean;
  /** A pointer to itself that most dynamic linkers adjust to where they have loaded it. */
  readonly ownPointer: OwnPointer | undefined;
  /** Name under which other images ask for it. */
  readonly soname: string | undefined;
  /** Names of the images that it asks for. */
  readonly needed: readonly string[];
  /** What is loaded of it, in its own order. */
  readonly loads: readonly Load[];
  /** The section called so; none where they are not told, as by ELF in memory. */
  section(name: string): NamedSection | undefined;
  /** The symbol that it gives to others under `name`. */
  symbol(name: string): FoundSymbol | undefined;
  /** Whether it has the table of all its symbols, which may be removed. */
  readonly hasFullSymbols: boolean;
  /** The symbol under `name` in the table of all: reads megabytes. */
  fullSymbol(name: string): FoundSymbol | undefined;
  /** Functions by which a program of this format may put another in its place, beside exec's. */
  readonly replacing?: readonly string[];
  /** Names it takes from others; undefined when they can't be listed. */
  imports(): ReadonlySet<string> | undefined;
  /** Up to `length` bytes at a linked address; those of a file lack what isn't in it, such as .bss. */
  read(address: number, length: number): Uint8Array;
}

/** Where an image that is loaded has its unwind table. Addresses as linked. */
export interface UnwindTable {
  /** Of the image's first byte. */
  readonly linkedStart: number;
  readonly address: number;
  /** Bytes; 0 where it has none. */
  readonly size: number;
}

/** The functions of an image, by what they cover. */
export interface FunctionNames {
  /** Whether the table of all functions is there, which may be removed. */
  readonly hasFullTable: boolean;
  /** The build id, as hexadecimal digits; undefined where the file has none. */
  readonly buildId: string | undefined;
  /** Read some more of them, for some 0.1 ms: those that aren't read have no names. @returns whether all are read */
  readOn(): boolean;
  /** Functions whose names, as the table has them, are like this. */
  named(pattern: RegExp): readonly { readonly address: number; readonly size: number }[];
  /**
   * The name of the function that covers a linked address, as the table has it; undefined where none does.
   * @param start of the function as other tables have it: a symbol without a size that begins there covers it, too
   */
  nameAt(address: number, start: number | undefined): string | undefined;
  /** The function that covers a linked address, under the name that `nameAt` gives. */
  functionAt(address: number, start?: number): FoundFunction | undefined;
  /** Whether a function of this name begins at one of these linked addresses; undefined where the image has none of this name, or that isn't sure. */
  beginsWithin(name: string, first: number, last: number): boolean | undefined;
}

export interface FoundFunction {
  readonly name: string;
  /** Where it begins, as linked. */
  readonly address: number;
}

/** A place in a source file. */
export interface SourceLine {
  /** As the compiler had it: absolute where that is known. */
  readonly file: string;
  /** From 1 on; 0 where the compiler says that it is none's. */
  readonly line: number;
}

/** The line numbers of an image. */
export interface LineTable {
  readonly isEmpty: boolean;
  /** The line that the instruction at a linked address is of; undefined where nothing is told of it. */
  lineAt(address: number): SourceLine | undefined;
}

/** What an image says of what is told about it elsewhere. */
export interface DebugFacts {
  /** Hexadecimal digits; undefined where the file has none. */
  readonly buildId: string | undefined;
  /** The file, without a folder, that has the debug information, and its CRC-32. */
  readonly link: { readonly name: string; readonly crc: number } | undefined;
  /** An image of its own (xz) that has nothing but symbols: Fedora's MiniDebugInfo. */
  readonly packedSymbols: Uint8Array | undefined;
  /** Whether the file has debug entries itself: what tells of inlined functions. */
  readonly hasEntries: boolean;
  /** Linked address of what is mapped at its lowest address; undefined where nothing is. */
  readonly linkedStart: number | undefined;
  /** Whether it can only be loaded where it was linked. */
  readonly isFixed: boolean;
}

/** How an image's bytes are to be read: as offsets in a file, or as bytes behind its start in memory. */
export type ImagePlace = { readonly kind: "file" } | { readonly kind: "memory"; readonly start: bigint };

/** A range of a file that is mapped in a process. */
export interface MappedRange {
  readonly start: bigint;
  readonly end: bigint;
  /** Byte offset in the file of the first byte. */
  readonly offset: number;
}

/**
 * What to add to a linked address to get that of the process, from the ranges the image's file is mapped in.
 *
 * @param loads what is loaded of the image
 * @returns undefined when nothing of it is mapped where its headers say
 */
export function loadBias(loads: readonly Load[], ranges: readonly MappedRange[]): bigint | undefined {
  for (const load of loads) {
    if (load.fileSize === 0) continue;
    const range = ranges.find(
      ({ start, end, offset }) => load.offset >= offset && BigInt(load.offset - offset) < end - start,
    );
    if (range !== undefined) return range.start + BigInt(load.offset - range.offset - load.address);
  }
  return undefined;
}
