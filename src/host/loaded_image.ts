// Binaries as they lie in the address space of a process, and their files. Plain data, and what is kept open to be read.

/** One mapped range. */
export interface Mapping {
  readonly start: bigint;
  /** The first address behind the range. */
  readonly end: bigint;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly shared: boolean;
  /** Byte offset in the file of the range's first byte. */
  readonly offset: number;
  /** "major:minor" of the file's device, hexadecimal as the kernel writes it. */
  readonly device: string;
  /** 0 when the range maps no file. */
  readonly inode: number;
  /** "" for anonymous memory, "[heap]" and its like for the kernel's names. */
  readonly path: string;
  /** The file was unlinked after it was mapped. */
  readonly deleted: boolean;
}

/**
 * One reading of what a process has mapped. A program may have tens of thousands of ranges that are no file's (JIT compilers, guard
 * pages), which cost the more the more there are: who has no time for all of them reads on later. Close it after use.
 */
export interface MappedFiles {
  /** Of what was read so far: the ranges of files, and what lies next behind one (.bss); lowest address first. */
  readonly mappings: readonly Mapping[];
  /**
   * Read some 1,000 ranges, and go on until all is read, or for so many `milliseconds`. A process that execs has no more from then on.
   * @returns whether all is read
   * @throws ProcessGone, ProcessDenied
   */
  readOn(milliseconds: number): boolean;
  close(): void;
}

/** One binary as it lies in an address space. */
export interface LoadedImage {
  readonly path: string;
  readonly deleted: boolean;
  readonly device: string;
  readonly inode: number;
  /** Its mapped file ranges, lowest address first. */
  readonly mappings: readonly Mapping[];
  /** The ranges a program may write: those of the file, and the anonymous one behind the last (.bss). */
  readonly writable: readonly Mapping[];
}

/** A regular file, read by offset. Close it after use. */
export interface OpenFile {
  readonly path: string;
  /** As a `Mapping` has them. */
  readonly device: string;
  readonly inode: number;
  readonly size: number;
  /** Names the file and what is in it: another text once it was written, or replaced by one that got its number. */
  readonly contents: string;
  /** Up to `length` bytes at `position`; fewer at the end of the file or when it can't be read. */
  read(position: number, length: number): Uint8Array;
  close(): void;
}
