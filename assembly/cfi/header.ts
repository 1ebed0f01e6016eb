// .eh_frame_hdr (Linux Standard Base 5.0): a sorted table of functions. In: its first bytes, and then one row after the other, as few as a search needs: a large
// table is never read whole. Out: the address of the entry (FDE) in .eh_frame of the function at a pc. It knows nothing of what stands there.
import { Cursor, OMITTED, readFrom, readNumber, readPointer } from "./cursor";

const VERSION: u64 = 1;
/** DW_EH_PE_datarel | DW_EH_PE_sdata4, the one form that linkers write: only entries of one size can be searched. */
const TABLE_ENCODING: u32 = 0x3b;
/** Bytes of a row. */
export const ROW_BYTES: u32 = 8;

export class TableSearch {
  /** The address of the row that is wanted; 0 = none is any more. */
  static asked: u64 = 0;
  /** The address of the entry of the last function that begins at or before the pc; 0 = there is none. Whether it reaches so far, the entry says. */
  static found: u64 = 0;
  static pc: u64 = 0;
  /** Of the table's first byte, which rows are relative to. */
  static address: u64 = 0;
  static rows: u64 = 0;
  static low: u64 = 0;
  static high: u64 = 0;
}

/** Begin to search the table of `size` bytes at `address`, of which the first are here. */
export function beginSearch(header: usize, length: u32, address: u64, size: u64, pc: u64): void {
  TableSearch.asked = 0;
  TableSearch.found = 0;
  TableSearch.pc = pc;
  TableSearch.address = address;
  readFrom(header, length, address);
  if (readNumber(1) != VERSION) return;
  const frameEncoding = readNumber(1) as u32;
  const countEncoding = readNumber(1) as u32;
  const tableEncoding = readNumber(1) as u32;
  if (tableEncoding != TABLE_ENCODING || countEncoding == OMITTED) return;
  readPointer(frameEncoding, address);
  const told = readPointer(countEncoding, address);
  const head = (Cursor.at - header) as u64;
  if (Cursor.isBroken || size < head) return;
  TableSearch.rows = address + head;
  TableSearch.low = 0;
  TableSearch.high = min(told, (size - head) / (ROW_BYTES as u64));
  askOn();
}

/** The row that was asked for. */
export function answerRow(row: usize, length: u32): void {
  if (length < ROW_BYTES) {
    TableSearch.asked = 0;
    TableSearch.found = 0;
    return;
  }
  const start = TableSearch.address + (load<i32>(row) as i64 as u64);
  const middle = (TableSearch.low + TableSearch.high) >> 1;
  if (start <= TableSearch.pc) {
    TableSearch.found = TableSearch.address + (load<i32>(row, 4) as i64 as u64);
    TableSearch.low = middle + 1;
  } else TableSearch.high = middle;
  askOn();
}

function askOn(): void {
  const low = TableSearch.low;
  const high = TableSearch.high;
  TableSearch.asked = low < high ? TableSearch.rows + ((low + high) >> 1) * (ROW_BYTES as u64) : 0;
}
