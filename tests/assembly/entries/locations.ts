// The Wasm that the judge of the location tables drives. In: one record of tests/targets/code_tables.py,
// copied to scratch(). Out: the first instruction whose location differs from CPython's. It knows no stream.

import { TABLE_LNOTAB } from "../../../assembly/layouts/layout";
import { locate } from "../../../assembly/locations/locate";
import { Location } from "../../../assembly/locations/location";

// A record: four u32, the runs, the table.
const KIND: usize = 0;
const LENGTH: usize = 4;
const FIRST_LINE: usize = 8;
const RUNS: usize = 12;
const HEADER: usize = 16;
// A run: i32 count of offsets, then what CPython says for them; -1 is None.
const RUN: usize = 20;

/** Returned by compare if every location agrees. */
export const AGREES: i32 = -1;

/** Where a record goes, and how many bytes may lie there. */
export function scratch(): usize {
  return (__heap_base + 15) & ~15;
}

export function scratchSize(): usize {
  return ((<usize>memory.size()) << 16) - scratch();
}

export function line(): i32 {
  return Location.line;
}

export function lineEnd(): i32 {
  return Location.lineEnd;
}

export function column(): i32 {
  return Location.column;
}

export function columnEnd(): i32 {
  return Location.columnEnd;
}

/** Whether Location is what CPython says; CPython counts columns from 0. */
function agrees(run: usize): bool {
  return (
    Location.line == max(load<i32>(run, 4), 0) &&
    Location.lineEnd == max(load<i32>(run, 8), 0) &&
    Location.column == load<i32>(run, 12) + 1 &&
    Location.columnEnd == load<i32>(run, 16) + 1
  );
}

/** Looks up one offset of the record at scratch(); false as locate says. */
export function lookUp(offset: i32): bool {
  const record = scratch();
  const table = record + HEADER + <usize>load<u32>(record, RUNS) * RUN;
  return locate(load<u32>(record, KIND), table, load<u32>(record, LENGTH), load<i32>(record, FIRST_LINE), offset);
}

/**
 * Looks up every offset of the record at scratch(): the first that disagrees, or AGREES. The offset after the
 * last must be covered by no table but an lnotab, which says nothing about where the bytecode ends.
 */
export function compare(): i32 {
  const record = scratch();
  const runs = record + HEADER;
  const end = runs + <usize>load<u32>(record, RUNS) * RUN;
  let offset: i32 = 0;
  for (let run = runs; run < end; run += RUN) {
    const next = offset + load<i32>(run);
    for (; offset < next; offset++) {
      if (!lookUp(offset) || !agrees(run)) return offset;
    }
  }
  if (load<u32>(record, KIND) != TABLE_LNOTAB && lookUp(offset)) return offset;
  return AGREES;
}
