// The typed glue to the Wasm module that unwinds native stacks (assembly/unwinder.ts). In: a thread's copy, and whoever knows tables and code. Out: its native frames.
// Knows no processes.

import { unwinderBytes } from "#unwinder-bytes";
import { DecoderBroken } from "../decoder/errors.js";
import { NotBuilt } from "../model/error.js";
import type { KernelPart } from "./kernel_frames.js";

/** One function call on a native stack. */
export interface NativeCall {
  /** Where it is, or where its callee returns to; 0n where that isn't known. */
  readonly pc: bigint;
  /** Its part of the stack: from here to before `end`; an end of 0n is not known. */
  readonly pointer: bigint;
  readonly end: bigint;
  /** The function's own extent as its table has it; 0n where none tells. */
  readonly functionStart: bigint;
  readonly functionEnd: bigint;
  /** `pc` is the very instruction, not the one behind a call. */
  readonly isExact: boolean;
  /** It was found by a search. */
  readonly isGuessed: boolean;
  /** What lies between its callee and it is missing. */
  readonly isBehindGap: boolean;
}

export interface NativeStack {
  /** Leaf first. */
  readonly calls: readonly NativeCall[];
  /** They reach the root. */
  readonly isWhole: boolean;
  /** The stack goes on behind its copy. */
  readonly isShort: boolean;
}

/** Where an entry of a table lies, with its bytes. */
export interface TableEntry {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** What stands before an address. */
export interface CallBefore {
  readonly kind: "none" | "indirect" | "direct";
  /** Of a direct call. */
  readonly target: bigint;
}

/** Who knows the code of a process. */
export interface CodeFacts {
  /** Ranges of addresses that are code, lowest first: start and end in turn. */
  readonly ranges: BigUint64Array;
  /** The table of functions that covers an address (.eh_frame_hdr). */
  tableFor(pc: bigint): { readonly address: bigint; readonly size: number } | undefined;
  /** Up to `length` bytes of such a table, of which many are asked for more than once. */
  readTable(address: bigint, length: number): Uint8Array;
  /** Up to `length` bytes of the entries that tables lead to. */
  read(address: bigint, length: number): Uint8Array;
  callBefore(address: bigint): CallBefore;
  /** How far the CFA lies above the stack pointer in the function that begins there, by its first instructions; 0 where they don't say. */
  frameBytes(start: bigint): number;
}

/** What is unwound. */
export interface StackCopy {
  readonly pc: bigint;
  readonly stackPointer: bigint;
  readonly stackStart: bigint;
  readonly stackEnd: bigint;
  readonly stack: Uint8Array;
  /** In the kernel's order; none where they aren't known. */
  readonly registers: BigUint64Array;
  /** What the thread does in the kernel, where it waits there and that was asked for. */
  readonly kernel?: KernelPart;
}

interface Functions {
  allocate(length: number): number;
  forget(): void;
  beginTable(header: number, length: number, address: bigint, size: bigint, pc: bigint): void;
  rowAsked(): bigint;
  row(at: number, length: number): void;
  entryFound(): bigint;
  entryLength(at: number, length: number, address: bigint): number;
  commonOf(): bigint;
  learn(
    at: number,
    length: number,
    address: bigint,
    common: number,
    commonLength: number,
    commonAddress: bigint,
    pc: bigint,
  ): void;
  learnNone(pc: bigint): void;
  code(at: number, ranges: number): void;
  stack(at: number, start: bigint, length: number, limit: bigint): void;
  word(address: bigint): bigint;
  marks(at: number, count: number): void;
  begin(pc: bigint, pointer: bigint, registers: number): void;
  step(): number;
  asked(): bigint;
  call(kind: number, target: bigint): void;
  prologue(bytes: number): void;
  frameCount(): number;
  frame(index: number): number;
  isWhole(): number;
  isShort(): number;
}

/** Memory of an instance, in pages of 64 KiB; as unwinder.asconfig.json has them. */
const FIRST_PAGES = 256;
const MOST_PAGES = 8192;
/** Bytes of an entry that are read at first: nearly all are shorter. */
const ENTRY_BYTES = 128;
const COMMON_BYTES = 128;
/** Bytes of a table of functions before its rows, at most. */
const TABLE_HEAD_BYTES = 32;
const KINDS = { none: 0, indirect: 1, direct: 2 } as const;

function builtBytes(): Uint8Array<ArrayBuffer> {
  const bytes = unwinderBytes();
  if (bytes === undefined) throw new NotBuilt("the unwinder's Wasm is missing: run `npm run build:wasm`");
  return bytes;
}

let compiled: WebAssembly.Module | undefined;

/** Have the unwinder ready without keeping a page waiting: those that are made from then on need no time for it. @throws NotBuilt */
export async function loadUnwinder(): Promise<void> {
  compiled ??= await WebAssembly.compile(builtBytes());
}

/** A place in Wasm memory that grows with what it is to hold. */
class Room {
  at = 0;
  size = 0;
}

/** Those that nobody uses: each takes some memory, and a moment to be made. */
const idle: Unwinder[] = [];
const MOST_IDLE = 4;

export class Unwinder {
  readonly #memory: WebAssembly.Memory;
  readonly #functions: Functions;
  readonly #constants: Readonly<Record<string, number>>;
  readonly #rooms = new Map<string, Room>();

  constructor() {
    compiled ??= new WebAssembly.Module(builtBytes());
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
    const abort = (_message: number, _file: number, line: number, column: number): never => {
      throw new DecoderBroken(`the unwinder gave up at ${line}:${column}: this is a bug`);
    };
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory, abort } });
    this.#memory = memory;
    this.#functions = exports as unknown as Functions;
    this.#constants = Object.fromEntries(
      Object.entries(exports).flatMap(([name, value]) =>
        value instanceof WebAssembly.Global ? [[name, value.value as number]] : [],
      ),
    );
  }

  /** One that nobody uses, and which knows nothing. Give it back after use. */
  static take(): Unwinder {
    return idle.pop() ?? new Unwinder();
  }

  giveBack(): void {
    this.forget();
    if (idle.length < MOST_IDLE) idle.push(this);
  }

  /** Forget what was learnt: modules of the process may have come and gone. */
  forget(): void {
    this.#functions.forget();
  }

  /** Begin with a stack, before its words are asked for or it is unwound. */
  setStack({ stack, stackStart, stackEnd }: StackCopy): void {
    this.#functions.stack(this.#put("stack", stack), stackStart, stack.length, stackEnd);
  }

  /** A word of the stack; 0n where it doesn't lie in its copy. */
  word(address: bigint): bigint {
    return this.#functions.word(address);
  }

  /**
   * Unwind the stack that was set.
   * @param marks addresses in it of records that lie in frames of Python's eval loop
   */
  unwind(copy: StackCopy, marks: readonly bigint[], code: CodeFacts): NativeStack {
    const functions = this.#functions;
    const sorted = BigUint64Array.from(marks).sort();
    functions.code(this.#put("code", bytesOf(code.ranges)), code.ranges.length / 2);
    functions.marks(this.#put("marks", bytesOf(sorted)), sorted.length);
    const registers = copy.registers.length > 0 ? this.#put("registers", bytesOf(copy.registers)) : 0;
    functions.begin(copy.pc, copy.stackPointer, registers);
    for (let status = functions.step(); status !== this.#constants.UNWIND_DONE; status = functions.step()) {
      const address = BigInt.asUintN(64, functions.asked());
      if (status === this.#constants.UNWIND_NEEDS_RULE) this.#learn(address, code);
      else if (status === this.#constants.UNWIND_NEEDS_PROLOGUE) functions.prologue(code.frameBytes(address));
      else {
        const { kind, target } = code.callBefore(address);
        functions.call(KINDS[kind], target);
      }
    }
    return { calls: this.#calls(), isWhole: functions.isWhole() !== 0, isShort: functions.isShort() !== 0 };
  }

  #learn(pc: bigint, code: CodeFacts): void {
    const functions = this.#functions;
    const table = code.tableFor(pc);
    const address = table === undefined ? 0n : this.#search(table, pc, code);
    const entry = address === 0n ? undefined : this.#entry(address, code);
    if (entry === undefined) {
      functions.learnNone(pc);
      return;
    }
    const commonAddress = BigInt.asUintN(64, functions.commonOf());
    const common = code.read(commonAddress, COMMON_BYTES);
    functions.learn(
      this.#put("entry", entry),
      entry.length,
      address,
      this.#put("common", common),
      common.length,
      commonAddress,
      pc,
    );
  }

  /** The whole entry at an address; undefined where there is none. */
  #entry(address: bigint, code: CodeFacts): Uint8Array | undefined {
    const first = code.read(address, ENTRY_BYTES);
    const length = this.#functions.entryLength(this.#put("entry", first), first.length, address);
    if (length === 0) return undefined;
    return length <= first.length ? first.subarray(0, length) : code.read(address, length);
  }

  /** The address of the entry that may cover `pc`; 0n where there is none. */
  #search({ address, size }: { readonly address: bigint; readonly size: number }, pc: bigint, code: CodeFacts): bigint {
    const functions = this.#functions;
    const head = code.readTable(address, TABLE_HEAD_BYTES);
    functions.beginTable(this.#put("row", head), head.length, address, BigInt(size), pc);
    for (;;) {
      const asked = BigInt.asUintN(64, functions.rowAsked());
      if (asked === 0n) return BigInt.asUintN(64, functions.entryFound());
      const row = code.readTable(asked, this.#constants.ROW_BYTES as number);
      functions.row(this.#put("row", row), row.length);
    }
  }

  #calls(): NativeCall[] {
    const functions = this.#functions;
    const { FRAME_PC, FRAME_POINTER, FRAME_CFA, FRAME_START, FRAME_END, FRAME_FLAGS } = this.#constants as Readonly<
      Record<string, number>
    > & { FRAME_PC: number };
    const { FRAME_EXACT = 0, FRAME_GUESSED = 0, FRAME_BEHIND_GAP = 0 } = this.#constants;
    const view = new DataView(this.#memory.buffer);
    return Array.from({ length: functions.frameCount() }, (_, i) => {
      const at = functions.frame(i);
      const word = (offset: number | undefined) => view.getBigUint64(at + (offset as number), true);
      const flags = view.getUint32(at + (FRAME_FLAGS as number), true);
      return {
        pc: word(FRAME_PC),
        pointer: word(FRAME_POINTER),
        end: word(FRAME_CFA),
        functionStart: word(FRAME_START),
        functionEnd: word(FRAME_END),
        isExact: (flags & FRAME_EXACT) !== 0,
        isGuessed: (flags & FRAME_GUESSED) !== 0,
        isBehindGap: (flags & FRAME_BEHIND_GAP) !== 0,
      };
    });
  }

  /** Put bytes where those of the same name were before. @returns where */
  #put(name: string, bytes: Uint8Array): number {
    const room = this.#rooms.get(name) ?? new Room();
    if (room.size < bytes.length || room.at === 0) {
      room.size = Math.max(256, bytes.length * 2);
      room.at = this.#allocate(room.size);
      this.#rooms.set(name, room);
    }
    new Uint8Array(this.#memory.buffer).set(bytes, room.at);
    return room.at;
  }

  #allocate(length: number): number {
    const at = this.#functions.allocate(length);
    if (at === 0) throw new DecoderBroken(`the unwinder has no room for ${length} bytes`);
    return at;
  }
}

function bytesOf(words: BigUint64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
