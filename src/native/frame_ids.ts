// Ids of native frames and of their strings, and of the kernel's, and their definitions. In: calls, and who knows their names. Out: an id a place in the code, defined once. A
// decoder's ids and these share one space: the decoder's are the even numbers, these the odd ones.
import type { NewFrame, NewString } from "../decoder/decoded_sample.js";
import { type CodeRange, isIn } from "./code_source.js";
import type { NativeName } from "./native_name.js";
import type { NativeCall } from "./unwinder.js";

/** What `NewFrame.kind` says. */
export const NATIVE_KIND = 1;
const KERNEL_KIND = 2;
/** What a profile names a native frame's file by, with its address behind (MOJO of austinp). */
export const NATIVE_FILE = "native@";

/** Places that are known at once; beyond them all are forgotten. */
const MOST_PLACES = 1 << 17;
/** The greatest number that an id of a string is made of, and of a frame. */
const LAST_STRING = (1 << 26) - 1;
const LAST_FRAME = 0x7fff_ffff;
const FIRST = 1;
/** What a decoder gives for a string that it could not read. */
const UNKNOWN_STRING = 1;

/** A decoder's id of a frame or a string, among these. */
export function ownId(id: number): number {
  return id * 2;
}

export function ownStringId(id: number): number {
  return id === UNKNOWN_STRING ? id : id * 2;
}

export class NativeFrameIds {
  /** What was defined since `beginSample`. */
  readonly newFrames: NewFrame[] = [];
  readonly newStrings: NewString[] = [];
  readonly #nameOf: (call: NativeCall) => NativeName | undefined;
  /** Frames whose names aren't known yet, by their ids. */
  readonly #unnamed = new Map<number, NativeCall>();
  /** By twice the address, plus one where it is the very instruction. */
  readonly #frames = new Map<number, number>();
  readonly #strings = new Map<string, number>();
  /** Of the kernel's functions, by their names. */
  readonly #kernel = new Map<string, number>();
  readonly #text = new TextEncoder();
  #nextFrame = FIRST;
  #nextString = FIRST;
  /** What there was at `mark`. */
  #marked = { frame: FIRST, string: FIRST, frames: 0, strings: 0 };

  /** @param nameOf undefined: not known yet; the frame has its id, and is defined later */
  constructor(nameOf: (call: NativeCall) => NativeName | undefined) {
    this.#nameOf = nameOf;
  }

  /** A sample begins: what was defined is known. @returns false where all was forgotten, as there is no more room */
  beginSample(): boolean {
    this.newFrames.length = 0;
    this.newStrings.length = 0;
    if (this.#frames.size < MOST_PLACES) return true;
    this.forget();
    return false;
  }

  /**
   * All are defined anew before they are used.
   * @param frame the decoder's first id of a frame that is in use, where it has just forgotten all that were before: these shall not be smaller
   * @param string the same of strings
   */
  forget(frame = FIRST, string = FIRST): void {
    this.#frames.clear();
    this.#strings.clear();
    this.#kernel.clear();
    if (this.#nextFrame > LAST_FRAME - MOST_PLACES) this.#nextFrame = FIRST;
    if (this.#nextString > LAST_STRING - 3 * MOST_PLACES) this.#nextString = FIRST;
    this.#nextFrame = Math.max(this.#nextFrame, frame);
    this.#nextString = Math.max(this.#nextString, string);
  }

  /** What is met from here on can be undone. */
  mark(): void {
    this.#marked = {
      ...{ frame: this.#nextFrame, string: this.#nextString },
      ...{ frames: this.newFrames.length, strings: this.newStrings.length },
    };
  }

  /** Nothing was met since `mark`; and all is defined anew before it is used. */
  undo(): void {
    const { frame, string, frames, strings } = this.#marked;
    this.newFrames.length = frames;
    this.newStrings.length = strings;
    for (const id of this.#unnamed.keys()) if (id > 2 * frame) this.#unnamed.delete(id);
    this.#nextFrame = frame;
    this.#nextString = string;
    this.forget();
  }

  /** Places of which nothing is known any more are defined anew. */
  forgetIn(gone: readonly CodeRange[]): void {
    for (const key of this.#frames.keys()) if (isIn(gone, Math.floor(key / 2))) this.#frames.delete(key);
  }

  get size(): number {
    return this.#frames.size;
  }

  of(call: NativeCall): number {
    const key = keyOf(call);
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const id = 2 * this.#nextFrame++ + 1;
    this.#frames.set(key, id);
    const name = this.#nameOf(call);
    if (name === undefined) this.#unnamed.set(id, call);
    else this.#defineFrame(id, call, name);
    return id;
  }

  /** Frames that were given an id and are not defined yet. */
  get unnamed(): number {
    return this.#unnamed.size;
  }

  isUnnamed(id: number): boolean {
    return this.#unnamed.has(id);
  }

  /** Define those of them whose names are known by now. @param nameless gives the others theirs; by default they wait on */
  nameThem(nameless?: (call: NativeCall) => NativeName | undefined): void {
    for (const [id, call] of this.#unnamed) {
      const name = this.#nameOf(call) ?? nameless?.(call);
      if (name === undefined) continue;
      this.#unnamed.delete(id);
      this.#defineFrame(id, call, name);
    }
  }

  /** Nobody refers to them any more: whoever meets their places again gets others. */
  dropUnnamed(): void {
    for (const call of this.#unnamed.values()) this.#frames.delete(keyOf(call));
    this.#unnamed.clear();
  }

  #defineFrame(id: number, call: NativeCall, { name, module }: NativeName): void {
    const pc = Number(call.pc);
    const start = Number(call.functionStart);
    this.newFrames.push({
      id,
      filename: this.#string(module),
      address: this.#define(`${NATIVE_FILE}${pc.toString(16)}`),
      scope: this.#string(name),
      line: start === 0 ? 0 : Math.max(0, pc - start),
      lineEnd: 0,
      column: 0,
      columnEnd: 0,
      kind: NATIVE_KIND,
    });
  }

  /** @param name of a function of the kernel */
  ofKernel(name: string): number {
    const known = this.#kernel.get(name);
    if (known !== undefined) return known;
    const id = 2 * this.#nextFrame++ + 1;
    this.#kernel.set(name, id);
    this.newFrames.push({
      id,
      filename: UNKNOWN_STRING,
      scope: UNKNOWN_STRING,
      line: 0,
      lineEnd: 0,
      column: 0,
      columnEnd: 0,
      kind: KERNEL_KIND,
      kernelFunction: name,
    });
    return id;
  }

  #string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const id = this.#define(text);
    this.#strings.set(text, id);
    return id;
  }

  #define(text: string): number {
    const id = 2 * this.#nextString++ + 1;
    this.newStrings.push({ id, utf8: this.#text.encode(text) });
    return id;
  }
}

/** Of a place in the code. */
function keyOf({ pc, isExact }: NativeCall): number {
  return 2 * Number(pc) + (isExact ? 1 : 0);
}
