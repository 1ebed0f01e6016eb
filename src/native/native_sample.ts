// A sample with native frames, as sinks read one. In: a decoder that has sampled, and of each thread the order of its native and Python frames. Out: the same accessors as the
// decoder's, with the ids of both in that order, and with the threads that Python doesn't know. What a thread has is kept until it has another stack. It samples nothing.

import type { NewFrame, NewString } from "../decoder/decoded_sample.js";
import type { Decoder } from "../decoder/decoder.js";
import type { SampleView } from "../decoder/sample_view.js";
import type { KernelStack } from "../model/kernel_stack.js";
import { NO_INTERPRETER } from "../model/sample.js";
import { type NativeFrameIds, ownId, ownStringId } from "./frame_ids.js";
import type { Piece } from "./interleave.js";
import type { NativeCall } from "./unwinder.js";

const INVALID_FRAME = 0;
const FIRST_ROOM = 1 << 14;
const FIRST_FRAMES = 64;

/** What is known of a thread. */
export interface ThreadRow {
  /** Never given to another one. */
  readonly serial: number;
  /** Its number in the decoder's sample; -1: Python doesn't know it. */
  thread: number;
  /** The id under which we see it; undefined where that isn't known. */
  tid: number | undefined;
  /** Of one that Python doesn't know. */
  readonly nativeId: number;
  readonly name: string | undefined;
  /** Where its ids begin among those of all threads, how many there are, and for how many there is room. */
  start: number;
  count: number;
  room: number;
  version: number;
  unchanged: number;
  /** Bits of NATIVE_REASONS. */
  reasons: number;
  /** Its native frames are among them. */
  isKnown: boolean;
  /** The decoder's version of the Python frames among them. */
  pythonVersion: number;
  /** Its native calls, where these are known, those of the eval loop among them. */
  calls: readonly NativeCall[];
}

export class NativeSample implements SampleView {
  asked = 1;
  /** Whether all that it has was sound up to its end: what was sampled since that was so last is confirmed then. */
  isConfirmed = true;
  /** What was sampled since then is worth nothing. */
  isRevoked = false;
  readonly #decoder: Decoder;
  readonly #ids: NativeFrameIds;
  /** Ids of all threads; a thread's stay where they are until there are more of them. */
  #store = new Uint32Array(FIRST_ROOM);
  #used = 0;
  #rows: ThreadRow[] = [];
  readonly #bySerial = new Map<number, ThreadRow>();
  #lastOwn = 0;
  #ownNames = 0;
  /** It is the last one once more: nobody has run. */
  #isSame = false;
  #scratch = new Uint32Array(FIRST_FRAMES);

  constructor(decoder: Decoder, ids: NativeFrameIds) {
    this.#decoder = decoder;
    this.#ids = ids;
  }

  /** Whose Python frames it has. */
  get decoder(): Decoder {
    return this.#decoder;
  }

  /** The decoder has sampled, or nobody has run since it did. */
  begin(isSame: boolean): void {
    this.asked++;
    this.#isSame = isSame;
    this.isConfirmed = false;
    this.isRevoked = false;
    if (!isSame) this.#rows = [];
  }

  /** The row of a thread of the decoder's sample, which is one of this one. */
  python(thread: number): ThreadRow {
    const row = this.#row(2 * this.#decoder.serial(thread), 0, undefined);
    row.thread = thread;
    this.#rows.push(row);
    return row;
  }

  /** The row of a thread that Python doesn't know, which is one of this sample. @param known the row that it had before */
  own(known: ThreadRow | undefined, nativeId: number, name: string | undefined): ThreadRow {
    const row = known ?? this.#row(2 * ++this.#lastOwn + 1, nativeId, name);
    if (known === undefined && name !== undefined) this.#ownNames++;
    this.#rows.push(row);
    return row;
  }

  /** All threads are about to get their stacks: no definition of this sample's has been handed on yet. */
  beginAgain(): void {
    this.#rows = [];
  }

  #row(serial: number, nativeId: number, name: string | undefined): ThreadRow {
    const known = this.#bySerial.get(serial);
    if (known !== undefined) return known;
    const row = {
      serial,
      thread: -1,
      tid: undefined,
      nativeId,
      name,
      start: 0,
      count: 0,
      room: 0,
      version: 0,
      unchanged: 0,
      reasons: 0,
      isKnown: false,
      pythonVersion: -1,
      calls: [],
    };
    this.#bySerial.set(serial, row);
    return row;
  }

  /** The stack of a row is this one. @param pieces root first @param kernel what the last of them called */
  fill(row: ThreadRow, pieces: readonly Piece[], reasons: number, kernel?: KernelStack): void {
    let count = 0;
    for (const piece of pieces) {
      if (piece.kind === "python") count = this.#addPython(row.thread, piece.first, piece.count, count);
      else count = this.#add(piece.kind === "gap" ? INVALID_FRAME : this.#ids.of(piece.call), count);
    }
    if (kernel?.isCut === true) count = this.#add(INVALID_FRAME, count);
    for (const name of kernel?.functions ?? []) count = this.#add(this.#ids.ofKernel(name), count);
    row.isKnown = true;
    this.#keep(row, count, reasons);
  }

  /** The stack of a row is its Python frames alone; of one that Python doesn't know, it's one that could not be read. */
  fillPlain(row: ThreadRow, reasons: number): void {
    row.isKnown = false;
    const { thread } = row;
    const count =
      thread < 0 ? this.#add(INVALID_FRAME, 0) : this.#addPython(thread, 0, this.#decoder.frameCount(thread), 0);
    this.#keep(row, count, reasons);
  }

  #addPython(thread: number, first: number, frames: number, at: number): number {
    const { frameIds } = this.#decoder;
    const start = this.#decoder.framesStart(thread) + first;
    let count = at;
    for (let i = 0; i < frames; i++) count = this.#add(ownId(frameIds[start + i] as number), count);
    return count;
  }

  #add(id: number, count: number): number {
    if (count === this.#scratch.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(this.#scratch);
      this.#scratch = larger;
    }
    this.#scratch[count] = id;
    return count + 1;
  }

  #keep(row: ThreadRow, count: number, reasons: number): void {
    const scratch = this.#scratch;
    const least = Math.min(count, row.count);
    let same = 0;
    while (same < least && scratch[same] === this.#store[row.start + same]) same++;
    row.reasons = reasons;
    row.pythonVersion = row.thread < 0 ? 0 : this.#decoder.version(row.thread);
    if (same === count && same === row.count) return;
    if (count > row.room) this.#allot(row, Math.max(FIRST_FRAMES, 2 * count));
    for (let i = same; i < count; i++) this.#store[row.start + i] = scratch[i] as number;
    row.unchanged = same;
    row.count = count;
    row.version++;
  }

  /** Give a row more room, with what it has. */
  #allot(row: ThreadRow, room: number): void {
    if (this.#used + room > this.#store.length) this.#makeRoom(room);
    this.#store.copyWithin(this.#used, row.start, row.start + row.count);
    row.start = this.#used;
    row.room = room;
    this.#used += room;
  }

  /** Put what is used side by side, of threads of this sample and those that are known yet; in more room, where that is not enough. */
  #makeRoom(room: number): void {
    const rows = [...this.#bySerial.values()];
    const used = rows.reduce((sum, row) => sum + row.room, 0);
    let { length } = this.#store;
    while (length < 2 * (used + room)) length *= 2;
    const store = new Uint32Array(length);
    this.#used = 0;
    for (const row of rows) {
      store.set(this.#store.subarray(row.start, row.start + row.count), this.#used);
      row.start = this.#used;
      this.#used += row.room;
    }
    this.#store = store;
  }

  /** All threads of the sample have their rows: of others nothing is known any more. */
  end(): void {
    if (this.#bySerial.size <= this.#rows.length) return;
    const there = new Set(this.#rows);
    for (const [serial, row] of this.#bySerial) if (!there.has(row)) this.#bySerial.delete(serial);
  }

  get rows(): readonly ThreadRow[] {
    return this.#rows;
  }

  // As sinks read it.

  get wants(): Decoder["wants"] {
    return this.#decoder.wants;
  }

  get proofs(): Decoder["proofs"] {
    return this.#decoder.proofs;
  }

  get gil(): Decoder["gil"] {
    return this.#decoder.gil;
  }

  get reasonWords(): Decoder["reasonWords"] {
    return this.#decoder.reasonWords;
  }

  get reasons(): number {
    return this.#isSame ? 0 : this.#decoder.reasons;
  }

  get namesChanged(): number {
    return this.#decoder.namesChanged + this.#ownNames;
  }

  get threadCount(): number {
    return this.#rows.length;
  }

  get omittedThreads(): number {
    return this.#decoder.omittedThreads;
  }

  get offCpuCopies(): number {
    return this.#isSame ? 0 : this.#decoder.offCpuCopies;
  }

  get failedOffCpuCopies(): number {
    return this.#isSame ? 0 : this.#decoder.failedOffCpuCopies;
  }

  get isCheckpoint(): boolean {
    return this.isConfirmed;
  }

  threadName(thread: number): string | undefined {
    const row = this.#at(thread);
    return row.thread < 0 ? row.name : this.#decoder.threadName(row.thread);
  }

  nameVersion(thread: number): number {
    const row = this.#at(thread);
    return row.thread < 0 ? 0 : this.#decoder.nameVersion(row.thread);
  }

  nativeId(thread: number): number {
    const row = this.#at(thread);
    return row.thread < 0 ? row.nativeId : this.#decoder.nativeId(row.thread);
  }

  interpreterId(thread: number): number {
    const row = this.#at(thread);
    return row.thread < 0 ? NO_INTERPRETER : this.#decoder.interpreterId(row.thread);
  }

  threadReasons(thread: number): number {
    const row = this.#at(thread);
    return row.thread < 0 ? row.reasons : this.#decoder.threadReasons(row.thread) | row.reasons;
  }

  isCollecting(thread: number): boolean {
    const row = this.#at(thread);
    return row.thread >= 0 && this.#decoder.isCollecting(row.thread);
  }

  holder(thread: number): number {
    const row = this.#at(thread);
    return row.thread < 0 ? this.#decoder.gil.notHeld : this.#decoder.holder(row.thread);
  }

  serial(thread: number): number {
    return this.#at(thread).serial;
  }

  proof(thread: number): number {
    const row = this.#at(thread);
    const { none, still } = this.#decoder.proofs;
    return row.thread >= 0 ? this.#decoder.proof(row.thread) : row.isKnown ? still : none;
  }

  copy(thread: number): number {
    const row = this.#at(thread);
    if (this.#isSame) return 0;
    return row.thread < 0 ? 1 : this.#decoder.copy(row.thread);
  }

  isLeftOut(thread: number): boolean {
    const row = this.#at(thread);
    return row.thread >= 0 && this.#decoder.isLeftOut(row.thread);
  }

  version(thread: number): number {
    return this.#at(thread).version;
  }

  unchanged(thread: number): number {
    return this.#at(thread).unchanged;
  }

  get frameIds(): Uint32Array {
    return this.#store;
  }

  framesStart(thread: number): number {
    return this.#at(thread).start;
  }

  frameCount(thread: number): number {
    return this.#at(thread).count;
  }

  isUnnamed(thread: number): boolean {
    if (this.#ids.unnamed === 0) return false;
    const { start, count } = this.#at(thread);
    for (let i = start; i < start + count; i++) if (this.#ids.isUnnamed(this.#store[i] as number)) return true;
    return false;
  }

  get firstFrameId(): number {
    return ownId(this.#decoder.firstFrameId);
  }

  get firstStringId(): number {
    return ownStringId(this.#decoder.firstStringId);
  }

  get newFrameCount(): number {
    return this.#newPython(this.#decoder.newFrameCount) + this.#ids.newFrames.length;
  }

  get newStringCount(): number {
    return this.#newPython(this.#decoder.newStringCount) + this.#ids.newStrings.length;
  }

  newFrame(index: number): NewFrame {
    const own = index - this.#newPython(this.#decoder.newFrameCount);
    if (own >= 0) return this.#ids.newFrames[own] as NewFrame;
    const frame = this.#decoder.newFrame(index);
    const { id, filename, scope } = frame;
    return { ...frame, id: ownId(id), filename: ownStringId(filename), scope: ownStringId(scope) };
  }

  newString(index: number): NewString {
    const own = index - this.#newPython(this.#decoder.newStringCount);
    if (own >= 0) return this.#ids.newStrings[own] as NewString;
    const { id, utf8 } = this.#decoder.newString(index);
    return { id: ownStringId(id), utf8 };
  }

  #newPython(count: number): number {
    return this.#isSame ? 0 : count;
  }

  #at(thread: number): ThreadRow {
    return this.#rows[thread] as ThreadRow;
  }
}
