// Where what is known of a process's code comes from: the process itself, or a capture. Types, and which addresses are in a range.

/** A range of addresses that is code, or a part of the same file; a host's Mapping is one. */
export interface CodeMapping {
  readonly start: bigint;
  /** The first address behind the range. */
  readonly end: bigint;
  readonly executable: boolean;
  /** Byte offset in the file of the range's first byte. */
  readonly offset: number;
  readonly device: string;
  /** 0 when the range maps no file. */
  readonly inode: number;
  readonly path: string;
}

/** Where a module has its unwind table. */
export interface ModuleTable {
  /** What to add to a linked address to get the process's. */
  readonly bias: bigint;
  /** .eh_frame_hdr, in the process; undefined where it has none. */
  readonly table: { readonly address: bigint; readonly size: number } | undefined;
}

/** A binary in an address space, as far as unwinding goes. */
export interface Module extends ModuleTable {
  /** As the process has it; "" for code that belongs to no file. */
  readonly path: string;
  readonly mappings: readonly CodeMapping[];
}

/** Addresses, from the first to before the last. */
export type CodeRange = Pick<CodeMapping, "start" | "end">;

/** Whether an address is in one of these. @param address a number where it is one of a program's */
export function isIn(ranges: readonly CodeRange[], address: bigint | number): boolean {
  return ranges.some(({ start, end }) => address >= start && address < end);
}

export interface CodeSource {
  /** Up to `length` bytes of the process's memory. */
  read(address: bigint, length: number): Uint8Array;
  /** The table of the module whose first bytes are mapped so; undefined where these are none of a module's. */
  tableOf(head: CodeMapping): ModuleTable | undefined;
}
