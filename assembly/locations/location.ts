// The place in the source that the last lookup found. In: what a table reader decoded. Out: static
// fields, 1-based as in the model. It knows no table format.

export class Location {
  /** First line, from 1. 0 where there is none. */
  static line: i32 = 0;
  /** Last line, from 1. 0 where the table keeps none. */
  static lineEnd: i32 = 0;
  /** First column, from 1, in UTF-8 bytes as CPython counts: co_positions()' col_offset + 1. 0 where there is none. */
  static column: i32 = 0;
  /** The column after the last one: co_positions()' end_col_offset + 1. 0 where there is none. */
  static columnEnd: i32 = 0;

  /** Holds nothing. */
  static clear(): void {
    Location.set(0, 0, 0, 0);
  }

  /** Holds a line alone. */
  static setLine(line: i32): void {
    Location.set(line, 0, 0, 0);
  }

  /** Holds all four; a negative one, which no compiler writes, becomes absent. */
  static set(line: i32, lineEnd: i32, column: i32, columnEnd: i32): void {
    Location.line = max(line, 0);
    Location.lineEnd = max(lineEnd, 0);
    Location.column = max(column, 0);
    Location.columnEnd = max(columnEnd, 0);
  }
}
