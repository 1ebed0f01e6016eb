// One entry of an ELF symbol table. In: its bytes. Out: a plain record.
import { type ElfFormat, wordAt } from "./elf_header.js";

/** A symbol; its address as linked, its size in bytes. */
export interface ElfSymbol {
  /** Byte offset of the name in the table's strings. */
  readonly nameAt: number;
  /** False for a symbol that the image takes from elsewhere. */
  readonly defined: boolean;
  readonly address: number;
  readonly size: number;
}

/** Bytes of an entry by word size. */
export const SYMBOL_BYTES = { 4: 16, 8: 24 } as const;

/** The entry at `at` in `view`. */
export function symbolAt(view: DataView, at: number, format: ElfFormat): ElfSymbol {
  const is64 = format.wordSize === 8;
  return {
    nameAt: view.getUint32(at, format.littleEndian),
    defined: view.getUint16(at + (is64 ? 6 : 14), format.littleEndian) !== 0,
    address: wordAt(view, at + (is64 ? 8 : 4), format),
    size: wordAt(view, at + (is64 ? 16 : 8), format),
  };
}
