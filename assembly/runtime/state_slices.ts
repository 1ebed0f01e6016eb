// The parts of PyInterpreterState and PyThreadState that a sample copies. In: the layout. Out: a few slices
// that cover the fields in use, since the structs are large and the fields far apart.
import { codeCounterOffset, codeCounterSize } from "../layouts/code_counters";
import { ABSENT, Layout } from "../layouts/layout";
import { needEachSample } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";

/** Fields farther apart than this are copied as two ranges: a range costs as much as some 3 KiB. */
const GAP: u32 = 2048;
const MAX_FIELDS: u32 = 8;

// Fields sorted by offset while slices are made: u32 offset, u32 size.
const FIELDS: usize = heap.alloc(MAX_FIELDS * 8);
// Slices of PyInterpreterState: u32 start, u32 length, u32 copy.
const SLICES: usize = heap.alloc(MAX_FIELDS * 12);

export class StateSlices {
  /** Fields in FIELDS. */
  static fields: u32 = 0;
  /** Slices of PyInterpreterState. */
  static count: u32 = 0;
  /** The one slice of PyThreadState. */
  static threadStart: u32 = 0;
  static threadLength: u32 = 0;
}

function add(offset: u32, size: u32): void {
  if (offset == ABSENT) return;
  let i = StateSlices.fields++;
  while (i > 0 && load<u32>(FIELDS + (i - 1) * 8) > offset) {
    store<u64>(FIELDS + i * 8, load<u64>(FIELDS + (i - 1) * 8));
    i--;
  }
  store<u32>(FIELDS + i * 8, offset);
  store<u32>(FIELDS + i * 8, size, 4);
}

/** Work out the slices for the layout in force. */
export function prepareSlices(): void {
  const size = Layout.wordSize;
  StateSlices.fields = 0;
  add(Layout.interpreterId, 8);
  add(Layout.interpreterNext, size);
  add(Layout.interpreterThreadsHead, size);
  add(Layout.interpreterCollecting, 4);
  add(codeCounterOffset(), codeCounterSize());
  StateSlices.count = 0;
  for (let i: u32 = 0; i < StateSlices.fields; i++) {
    const offset = load<u32>(FIELDS + i * 8);
    const end = offset + load<u32>(FIELDS + i * 8, 4);
    const last = SLICES + (StateSlices.count - 1) * 12;
    if (StateSlices.count > 0 && offset - (load<u32>(last) + load<u32>(last, 4)) <= GAP) {
      store<u32>(last, end - load<u32>(last), 4);
    } else {
      const slice = SLICES + StateSlices.count++ * 12;
      store<u32>(slice, offset);
      store<u32>(slice, end - offset, 4);
    }
  }

  StateSlices.fields = 0;
  add(Layout.threadPrevious, size);
  add(Layout.threadNext, size);
  add(Layout.threadInterpreter, size);
  add(Layout.threadCurrentFrame, size);
  add(Layout.threadCFrame, size);
  add(Layout.threadId, Layout.longSize);
  add(Layout.threadNativeId, Layout.longSize);
  add(Layout.threadDatastackChunk, size);
  add(Layout.threadDatastackTop, size);
  const last = FIELDS + (StateSlices.fields - 1) * 8;
  StateSlices.threadStart = load<u32>(FIELDS);
  StateSlices.threadLength = load<u32>(last) + load<u32>(last, 4) - StateSlices.threadStart;
}

/** Copy the slices of an interpreter. Returns PENDING, UNREADABLE, or anything else when all are here. */
export function needInterpreter(address: u64): usize {
  let outcome: usize = UNREADABLE + 1;
  for (let i: u32 = 0; i < StateSlices.count; i++) {
    const slice = SLICES + i * 12;
    const length = load<u32>(slice, 4);
    const at = needEachSample(address + (load<u32>(slice) as u64), length, length);
    if (at == UNREADABLE) return UNREADABLE;
    if (at == PENDING) outcome = PENDING;
    store<u32>(slice, at as u32, 8);
  }
  return outcome;
}

/** Pointer to the copy of an interpreter's field, once needInterpreter has them all. */
export function interpreterField(offset: u32): usize {
  let slice = SLICES;
  while (offset - load<u32>(slice) >= load<u32>(slice, 4)) slice += 12;
  return load<u32>(slice, 8) + offset - load<u32>(slice);
}

/** Copy a thread state. Returns PENDING, UNREADABLE, or a pointer to which field offsets can be added. */
export function needThread(address: u64): usize {
  const at = needEachSample(
    address + (StateSlices.threadStart as u64),
    StateSlices.threadLength,
    StateSlices.threadLength,
  );
  return at <= UNREADABLE ? at : at - StateSlices.threadStart;
}
