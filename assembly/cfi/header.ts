// .eh_frame_hdr (Linux Standard Base 5.0): a sorted table of functions. In: its bytes, the address that they have in the target, and a pc. Out: the address of the
// function's entry (FDE) in .eh_frame. It knows nothing of what stands there.
import { Cursor, OMITTED, readFrom, readNumber, readPointer } from "./cursor";

const VERSION: u64 = 1;
/** DW_EH_PE_datarel | DW_EH_PE_sdata4, the one form that linkers write: only entries of one size can be searched. */
const TABLE_ENCODING: u32 = 0x3b;
const ROW_BYTES: u32 = 8;

/** The address of the entry of the last function that begins at or before `pc`; 0 = there is none. Whether it reaches so far, the entry says. */
export function findEntry(header: usize, length: u32, address: u64, pc: u64): u64 {
  readFrom(header, length, address);
  if (readNumber(1) != VERSION) return 0;
  const frameEncoding = readNumber(1) as u32;
  const countEncoding = readNumber(1) as u32;
  const tableEncoding = readNumber(1) as u32;
  if (tableEncoding != TABLE_ENCODING || countEncoding == OMITTED) return 0;
  readPointer(frameEncoding, address);
  const told = readPointer(countEncoding, address);
  if (Cursor.isBroken) return 0;
  const table = Cursor.at;
  const most = ((Cursor.end - table) / ROW_BYTES) as u64;
  let low: u64 = 0;
  let high = min(told, most);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startAt(table, middle, address) <= pc) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return 0;
  return address + (load<i32>(table + ((low - 1) as usize) * ROW_BYTES, 4) as i64 as u64);
}

function startAt(table: usize, index: u64, address: u64): u64 {
  return address + (load<i32>(table + (index as usize) * ROW_BYTES) as i64 as u64);
}
