// A place in a source file. Plain data; knows nothing of how it was found or will be written.

/**
 * Lines and columns count from 1; 0 means that the field is absent (CPython 3.9 and 3.10 record lines only,
 * and some instructions have no location at all). `columnEnd` is exclusive, as in CPython.
 */
export interface Location {
  readonly line: number;
  readonly lineEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

export const NOWHERE: Location = { line: 0, lineEnd: 0, column: 0, columnEnd: 0 };
