// A synthetic CPython: runtime, interpreters, threads and frames over built objects. In: a layout, and stacks of code
// objects. Out: memory that the decoder reads as if it were a process, and what it must then say. It knows no process.
import { Decoder, type RuntimeFacts } from "../../src/decoder/index.js";
import { type BuiltCode, BuiltObjects, type CodeShape } from "./built_objects.js";
import { layoutOf } from "./layouts.js";
import { Samples } from "./samples.js";

/** A frame to build. */
export interface FrameShape {
  readonly code: BuiltCode;
  /** Code unit at which it stands; default 1. */
  readonly unit?: number;
  /** Lies on the heap and belongs to a generator (3.11+). */
  readonly generator?: boolean;
  /** Was made by compiled code: a generator's for all that it says, without a function; as the root it has no frame of C's under it. */
  readonly compiled?: boolean;
  /** Which of the code's bytecodes it runs, where threads have copies of their own: a tlbc_index; by default its thread's. */
  readonly bytecode?: number;
  /** Was called from C, as the root is: where frames of C's exist, one stands under it (3.12+). */
  readonly entry?: boolean;
}

export interface BuiltThread {
  readonly address: number;
  /** Index of its own bytecode, in free-threaded builds; 0 for the first thread. */
  readonly tlbcIndex: number;
  readonly interpreter: BuiltInterpreter;
  readonly nativeId: number;
  readonly cframe: number;
  readonly pthread: number;
  /** Addresses of the frames, root first, as last set. */
  frames: number[];
  /** Where C's frames went, by the depth of the frame that stands on them. */
  shims: number[];
  /** Where heap frames went, by depth. */
  readonly places: number[];
  /** Addresses of the datastack chunks, oldest first. */
  chunks: number[];
}

export interface BuiltInterpreter {
  readonly address: number;
  readonly id: number;
  /** Newest last. */
  readonly threads: BuiltThread[];
}

export const OWN_PID = 4711;
const STRUCT_BYTES = 20_480; // more than where the last field of any layout lies
/** Items of 3.13's table of functions and code objects by version, which lies behind the counter: FUNC_VERSION_CACHE_SIZE. */
const VERSION_ITEMS = 4096;
const CHUNK_BYTES = 16_384;
/** Anywhere behind the fields of a thread state that are read. */
const ROOT_CFRAME = 640;
/** Where glibc keeps the thread id within struct pthread. */
const PTHREAD_TID = { 4: 104, 8: 720 } as const;
const FRAME_OBJECT_BYTES = 0;
const FRAME_OBJECT_UNITS = 1;

let shared: Decoder | undefined;

function sharedDecoder(): Decoder {
  shared ??= new Decoder();
  return shared;
}

export class BuiltTarget extends BuiltObjects {
  readonly runtime = this.allocate("runtime", STRUCT_BYTES);
  readonly interpreters: BuiltInterpreter[] = [];
  #replaced = 0;
  /** The one that interpreters share. */
  #gil: number | undefined;
  readonly #ownGils = new Map<BuiltInterpreter, number>();
  #switches = 100;

  constructor(format: string) {
    super(layoutOf(format));
    this.memory.write(this.runtime, this.layout.debugOffsets);
    this.field(this.runtime, "runtimeInitialized", 1, 4);
  }

  get facts(): RuntimeFacts {
    return {
      runtimeAddress: BigInt(this.runtime),
      wordSize: this.wordSize,
      version: this.layout.version,
      hasDebugOffsets: this.layout.debugOffsets.length > 0,
      ownPid: OWN_PID,
    };
  }

  /** A decoder attached to this target: one and the same for all, as in a process that calls exec again and again. */
  attach(decoder = sharedDecoder()): Samples {
    const outcome = decoder.attach(this.facts, this.memory);
    if (outcome.kind !== "attached") throw new Error(`${this.layout.name} is refused`);
    this.memory.forgetFills();
    return new Samples(decoder, this.memory);
  }

  get usesChunks(): boolean {
    return this.layout.has("threadDatastackChunk");
  }

  interpreter(): BuiltInterpreter {
    const table = this.layout.has("interpreterCodeCreations") ? VERSION_ITEMS * 2 * this.wordSize : 0;
    const interpreter = {
      address: this.allocate("interpreter", STRUCT_BYTES + table),
      id: this.interpreters.length,
      threads: [],
    };
    this.field(interpreter.address, "interpreterId", interpreter.id, 8);
    this.field(interpreter.address, "interpreterNext", this.interpreters.at(-1)?.address ?? 0);
    this.interpreters.push(interpreter);
    this.#count();
    this.field(this.runtime, "runtimeInterpretersHead", interpreter.address);
    return interpreter;
  }

  thread(interpreter = this.interpreters[0] ?? this.interpreter()): BuiltThread {
    const nativeId = OWN_PID + this.interpreters.reduce((sum, { threads }) => sum + threads.length, 0);
    const address = this.allocate("thread", 1024);
    const pthread = this.allocate("pthread", 1024);
    const cframe = this.allocate("cframe", 64);
    this.memory.number(pthread + PTHREAD_TID[this.wordSize], 4, nativeId);
    this.field(address, "threadInterpreter", interpreter.address);
    const before = interpreter.threads.at(-1)?.address ?? 0;
    this.field(address, "threadNext", before);
    if (before !== 0) this.field(before, "threadPrevious", address);
    this.field(address, "threadId", pthread);
    this.field(address, "threadNativeId", nativeId);
    // Its own, as long as it runs nothing (root_cframe).
    this.field(address, "threadCFrame", address + ROOT_CFRAME);
    const tlbcIndex = nativeId - OWN_PID;
    const places = { frames: [], places: [], shims: [], chunks: [] };
    const thread = { address, tlbcIndex, interpreter, nativeId, cframe, pthread, ...places };
    interpreter.threads.push(thread);
    this.field(interpreter.address, "interpreterThreadsHead", address);
    return thread;
  }

  /** Write a native id into a thread's state, where that has one. */
  nameThread({ address }: BuiltThread, nativeId: number): void {
    this.field(address, "threadNativeId", nativeId);
  }

  /** Write a native id where the C library has it. */
  setTid({ pthread }: BuiltThread, nativeId: number): void {
    this.memory.number(pthread + PTHREAD_TID[this.wordSize], 4, nativeId);
  }

  /** Let a thread end: it leaves the list, and its state stays as it was, as freed memory does. */
  end({ address, interpreter }: BuiltThread): void {
    const { threads } = interpreter;
    const at = threads.findIndex((one) => one.address === address);
    const next = threads[at - 1]?.address ?? 0;
    const previous = threads[at + 1]?.address ?? 0;
    if (previous === 0) this.field(interpreter.address, "interpreterThreadsHead", next);
    else this.field(previous, "threadNext", next);
    if (next !== 0) this.field(next, "threadPrevious", previous);
    threads.splice(at, 1);
  }

  /** Let a thread take the GIL from another: from then on it may run. */
  takeGil({ address, interpreter }: BuiltThread): void {
    const gil = this.#gilOf(interpreter);
    this.field(gil, "gilHolder", address);
    this.#lockGil(gil, 1);
    this.field(gil, "gilSwitches", ++this.#switches);
  }

  /** Let a thread drop the GIL, and nobody take it. */
  dropGil({ interpreter }: BuiltThread): void {
    this.#lockGil(this.#gilOf(interpreter), 0);
  }

  /** The flag stands behind the holder. */
  #lockGil(gil: number, locked: number): void {
    if (!this.layout.has("gilHolder")) return;
    this.memory.number(gil + this.layout.at("gilHolder") + this.wordSize, 4, locked);
  }

  /** Give an interpreter a GIL of its own (3.12+). */
  ownGil(interpreter: BuiltInterpreter): void {
    this.#ownGils.set(interpreter, this.allocate("gil", 64));
  }

  /** Address of the GIL: in the runtime up to 3.11, then the interpreter points to it. */
  #gilOf(interpreter: BuiltInterpreter): number {
    if (this.layout.has("runtimeGil")) return this.runtime + this.layout.at("runtimeGil");
    this.#gil ??= this.allocate("gil", 64);
    const gil = this.#ownGils.get(interpreter) ?? this.#gil;
    this.field(interpreter.address, "interpreterGil", gil);
    return gil;
  }

  /** A thread that runs `names`, root first, each a function of its own at code unit 1. */
  running(...names: string[]): BuiltThread {
    const thread = this.thread();
    this.stack(
      thread,
      names.map((name) => ({ code: this.code({ name }) })),
    );
    return thread;
  }

  /** Let the thread run `frames`, root first; frames keep their places from one call to the next. */
  stack(thread: BuiltThread, frames: readonly FrameShape[]): void {
    const places = this.#place(thread, frames);
    for (const gone of thread.frames) this.#clear(gone);
    let previous = 0;
    for (const [depth, shape] of frames.entries()) {
      // Every way into the interpreter is through C, the first one too.
      if (shape.entry || (depth === 0 && !shape.compiled))
        previous = this.#shim(thread, depth, previous, shape.code.address);
      const address = places[depth] as number;
      this.frame(address, { bytecode: thread.tlbcIndex, ...shape }, previous, depth === frames.length - 1);
      previous = address;
    }
    thread.frames = places;
    this.field(thread.address, "threadCurrentFrame", previous);
    // Its own, as long as the interpreter runs nothing.
    const cframe = frames.every(({ compiled }) => compiled) ? thread.address + ROOT_CFRAME : thread.cframe;
    this.field(thread.cframe, "cframeCurrentFrame", previous);
    this.field(cframe, "cframeCurrentFrame", previous);
    this.field(thread.address, "threadCFrame", cframe);
  }

  /** Write a frame. */
  frame(address: number, shape: FrameShape, previous: number, leaf: boolean): void {
    const { code, unit = 1, compiled = false, generator = false, entry, bytecode = 0 } = shape;
    this.field(address, "framePrevious", previous);
    this.field(address, "frameExecutable", code.address + (this.layout.at("tagMask") === 0 ? 0 : 1));
    this.field(address, "frameFunction", compiled ? 0 : code.address);
    this.field(address, "frameOwner", generator || compiled ? this.layout.at("generatorOwner") : 0, 1);
    this.field(address, "frameIsEntry", Number(entry ?? (previous === 0 && !compiled)), 1);
    this.field(address, "frameState", this.layout.at("frameStateExecuting"), 1);
    this.field(address, "frameStackTop", leaf ? -1 : 1, 4);
    if (this.layout.has("frameStackPointer")) {
      this.field(address, "frameStackPointer", address + this.layout.at("frameLocals") + this.wordSize);
    }
    this.field(address, "frameTlbcIndex", bytecode, 4);
    this.standAt(address, code, unit);
  }

  /** Move a frame to a code unit. */
  standAt(address: number, code: BuiltCode, unit: number): void {
    const kind = this.layout.at("frameKind");
    if (kind === FRAME_OBJECT_BYTES) this.field(address, "frameInstruction", unit * 2, 4);
    else if (kind === FRAME_OBJECT_UNITS) this.field(address, "frameInstruction", unit, 4);
    else this.field(address, "frameInstruction", this.#bytecodeOf(address, code) + unit * 2);
  }

  /** Where the bytecode begins that a frame runs. */
  #bytecodeOf(frame: number, code: BuiltCode): number {
    const index = this.layout.has("frameTlbcIndex") ? this.read(frame, "frameTlbcIndex", 4) : 0;
    return index === 0 ? code.address + this.layout.at("codeAdaptive") : this.localBytecode(code, index);
  }

  /** What `stack` must read as. */
  textOf(frames: readonly FrameShape[]): string[] {
    return frames.map(({ code, unit = 1 }) => this.text(code, unit));
  }

  /**
   * Put another code object where `code` lies, its strings and table in the old places, as an allocator does at once.
   * What counts code objects has counted. Returns the new one.
   */
  replace(code: BuiltCode, shape: Partial<CodeShape>): BuiltCode {
    const version = code.shape.version === 0 ? 0 : this.takeVersion();
    const next = { ...code, shape: { ...code.shape, version, ...shape } };
    this.writeString(next.name, next.shape.name);
    this.writeString(next.filename, next.shape.filename);
    this.writeBytes(next.table, this.table(next.shape.units));
    this.writeCode(next);
    this.noteReplaced();
    return next;
  }

  /** Let the interpreters count a code object that was freed and one that was made. */
  noteReplaced(): void {
    this.#replaced++;
    this.takeVersion();
    this.#count();
  }

  /** The counter of 3.13 counts, and functions are found by their versions; otherwise it stands still, as any word may. */
  countsVersions = true;

  /** Let the interpreters count what was made and freed so far. */
  #count(): void {
    for (const { address } of this.interpreters) {
      this.field(address, "interpreterCodeDeaths", this.#replaced, 8);
      if (this.countsVersions) this.field(address, "interpreterCodeCreations", this.nextVersion, 4);
    }
  }

  override writeCode(code: BuiltCode, shape: Partial<CodeShape> = {}): void {
    super.writeCode(code, shape);
    const { version } = { ...code.shape, ...shape };
    this.#count();
    if (!this.layout.has("interpreterCodeCreations") || !this.countsVersions) return;
    const end = this.layout.at("interpreterCodeCreations") + 4;
    const table = Math.ceil(end / this.wordSize) * this.wordSize;
    const item = table + ((version % VERSION_ITEMS) * 2 + 1) * this.wordSize;
    for (const { address } of this.interpreters) this.memory.number(address + item, this.wordSize, code.address);
  }

  /** A frame that has returned keeps its stack pointer, and from 3.14 on has no code any more. */
  #clear(address: number): void {
    this.field(address, "frameStackTop", 1, 4);
    if (this.layout.at("tagMask") !== 0) this.field(address, "frameExecutable", 1);
  }

  /** Whether C's way into the interpreter has frames of its own (3.12+). */
  get hasShims(): boolean {
    return this.layout.has("frameOwner") && this.layout.at("shimOwner") !== 255;
  }

  #shim({ shims }: BuiltThread, depth: number, previous: number, code: number): number {
    if (!this.hasShims) return previous;
    shims[depth] ??= this.allocate("frame", 128);
    const shim = shims[depth];
    this.field(shim, "framePrevious", previous);
    this.field(shim, "frameExecutable", code);
    this.field(shim, "frameOwner", this.layout.at("shimOwner"), 1);
    return shim;
  }

  #heapPlace({ places }: BuiltThread, depth: number, bytes: number): number {
    places[depth] ??= this.allocate("frame", bytes);
    return places[depth];
  }

  /** Addresses for frames: on the heap before 3.11, then in the datastack's chunks but for generators. */
  #place(thread: BuiltThread, frames: readonly FrameShape[]): number[] {
    if (!this.usesChunks) {
      const bytes = this.layout.at("frameLocals") + 64;
      return frames.map((_, depth) => this.#heapPlace(thread, depth, bytes));
    }
    const bytes = this.frameWords() * this.wordSize;
    const data = this.layout.at("chunkData");
    const tops: number[] = [];
    let chunk = -1;
    let top = CHUNK_BYTES;
    const places = frames.map(({ generator, compiled }, depth) => {
      if (generator || compiled) return this.#heapPlace(thread, depth, bytes);
      if (top + bytes > CHUNK_BYTES) {
        chunk++;
        thread.chunks[chunk] ??= this.allocate("chunk", CHUNK_BYTES);
        // The oldest chunk's first slot is never used.
        top = data + (chunk === 0 ? this.wordSize : 0);
      }
      const address = (thread.chunks[chunk] as number) + top;
      top += bytes;
      tops[chunk] = top;
      return address;
    });
    thread.chunks.length = chunk + 1;
    for (const [i, address] of thread.chunks.entries()) {
      this.field(address, "chunkPrevious", thread.chunks[i - 1] ?? 0);
      this.field(address, "chunkSize", CHUNK_BYTES);
      this.field(address, "chunkTop", ((tops[i] as number) - data) / this.wordSize);
    }
    const newest = thread.chunks.at(-1) ?? 0;
    this.field(thread.address, "threadDatastackChunk", newest);
    this.field(thread.address, "threadDatastackTop", newest === 0 ? 0 : newest + (tops[chunk] as number));
    return places;
  }
}
