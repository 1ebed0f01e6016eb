// Captures with native frames of built targets: the real recorder, the real Composition and the real profile over memory, stacks and code that no process has. In: a layout.
// Out: the pieces of the log, the file, and the live profile.
import type { MemorySource } from "../../src/decoder/index.js";
import { type OffCpuAnswer, TargetLost } from "../../src/memory/source.js";
import { type CodeMapping, type CodeRange, isIn, type ModuleTable } from "../../src/native/code_source.js";
import { Composition } from "../../src/native/composition.js";
import type { CodeWitness, MomentCopy, ThreadFacts } from "../../src/native/composition_facts.js";
import { EvalPlaces } from "../../src/native/eval_places.js";
import type { NativeJournal } from "../../src/native/journal.js";
import type { KernelPart } from "../../src/native/kernel_frames.js";
import type { Modules } from "../../src/native/modules.js";
import { type NativeName, placeOf } from "../../src/native/native_name.js";
import { type NativeCall, type StackCopy, Unwinder } from "../../src/native/unwinder.js";
import { Profile, type ProfiledProcess } from "../../src/profile/profile.js";
import { sinkOf } from "../../src/profile/sink_group.js";
import { blockOf, fileHead } from "../../src/recording/blocks.js";
import { CaptureLog } from "../../src/recording/capture_log.js";
import { CaptureSink } from "../../src/recording/capture_sink.js";
import type { RecordingDecoder } from "../../src/recording/recording_decoder.js";
import { MojoSink } from "../../src/sinks/mojo_sink.js";
import { BuiltTarget, type BuiltThread } from "../decoder/built_target.js";
import { type BuiltFunction, BuiltTables, CODE, stackOf } from "../unit/native/built_tables.js";
import { OPTIONS, PID } from "./built_capture.js";

const STACK = 0x7fff_0000n;
const STACK_BYTES = 0x1_0000n;
const TABLES = 0x40_0000n;
const TABLES_END = 0x42_0000n;
const CODE_END = 0x43_0000n;
/** A thread that Python knows nothing of. */
const OWN_TID = 5000;

const ENDS = [0x07, 16]; // undefined rip
const BEYOND = [0x0e, 24]; // def_cfa_offset 24
const FUNCTIONS: readonly BuiltFunction[] = [
  { start: CODE, length: 0x100, program: [] },
  { start: CODE + 0x100n, length: 0x100, program: ENDS },
  { start: CODE + 0x200n, length: 0x100, program: BEYOND },
  { start: CODE + 0x300n, length: 0x100, program: [] },
];
const [leaf, root, saving, evaluates] = FUNCTIONS.map(({ start }) => start) as [bigint, bigint, bigint, bigint];
const NAMES: ReadonlyMap<bigint, string> = new Map([
  [leaf, "_Z4leafv"],
  [root, "_start"],
  [saving, "función"],
  [evaluates, "_PyEval_EvalFrameDefault"],
]);

export function mapping(start: bigint, end: bigint, executable: boolean, path: string, inode: number): CodeMapping {
  return { start, end, executable, offset: executable ? 0x2000 : 0, device: "8:1", inode, path };
}

/** What a live process would say: its threads, its code, and what is written down of both. */
class BuiltProcess implements ThreadFacts, CodeWitness {
  tids: readonly number[] = [];
  standing = new Set<number>();
  copies = new Map<number, MomentCopy>();
  /** Names are read by now. */
  isNamed = false;
  /** Code whose names are not among them. */
  unnamed: CodeRange | undefined;
  isOutOfSight = false;
  /** So many questions are asked before its code is out of sight. */
  questions = Number.POSITIVE_INFINITY;
  mappings: readonly CodeMapping[];
  journal: NativeJournal | undefined;
  readonly evals = new EvalPlaces([[evaluates, evaluates + 0x100n]]);
  readonly #tables = new BuiltTables(FUNCTIONS);
  readonly #noted = new Set<bigint>();
  #modules: Modules | undefined;

  constructor() {
    this.mappings = [
      { ...mapping(TABLES, TABLES_END, false, "/lib/built.so", 5), offset: 0 },
      mapping(CODE, CODE_END, true, "/lib/built.so", 5),
    ];
  }

  tidOf(nativeId: number): number | undefined {
    this.journal?.tid(nativeId, nativeId);
    return nativeId;
  }

  own(tid: number): { readonly nativeId: number; readonly title: string } {
    this.journal?.own(tid, tid + 1, "own thread");
    return { nativeId: tid + 1, title: "own thread" };
  }

  read(address: bigint, length: number): Uint8Array {
    const bytes = this.#bytesAt(address, length);
    this.journal?.read(address, length, bytes);
    return bytes;
  }

  #isReadable(): boolean {
    if (this.questions-- <= 0) this.isOutOfSight = true;
    return !this.isOutOfSight;
  }

  #bytesAt(address: bigint, length: number): Uint8Array {
    if (!this.#isReadable()) return new Uint8Array();
    const header = this.#tables.readTable(address, length);
    return address >= TABLES && header.length > 0 ? header : this.#tables.read(address, length);
  }

  tableOf(head: CodeMapping): ModuleTable | undefined {
    const found = { bias: TABLES, table: { address: TABLES, size: this.#tables.header.length } };
    const table = this.#isReadable() ? found : undefined;
    this.journal?.table(head.start, table);
    return table;
  }

  nameOf(call: NativeCall): NativeName | undefined {
    // Names are those of its files, which are there still.
    this.#isReadable();
    const place = placeOf(call);
    if (!this.isNamed || (this.unnamed !== undefined && isIn([this.unnamed], place))) return undefined;
    const { path = "?" } = this.mappings.find((one) => one.executable && isIn([one], place)) ?? {};
    const name = { name: NAMES.get(place & ~0xffn) ?? `${path}+0x${place.toString(16)}`, module: path };
    if (!this.#noted.has(place)) this.journal?.name(place, name);
    this.#noted.add(place);
    return name;
  }

  /** Of other modules, what was told of names holds no more. */
  follow(modules: Modules): void {
    if (modules !== this.#modules) this.#noted.clear();
    this.#modules = modules;
  }

  forget(gone: readonly CodeRange[]): void {
    for (const place of this.#noted) if (isIn(gone, place)) this.#noted.delete(place);
  }

  mapAgain(): readonly CodeMapping[] {
    this.journal?.mapped(this.mappings);
    return this.mappings;
  }
}

/** Threads stand in each of its copies. */
class StandingSource implements MemorySource {
  /** @param copied says who stands */
  constructor(
    readonly source: MemorySource,
    readonly copied: () => OffCpuAnswer,
  ) {}

  fill(memory: Uint8Array, requests: number, count: number): number {
    return this.source.fill(memory, requests, count);
  }

  fillOffCpu(memory: Uint8Array, requests: number, count: number): OffCpuAnswer {
    this.source.fill(memory, requests, count);
    return this.copied();
  }
}

export class NativeCapture {
  readonly target: BuiltTarget;
  readonly threads: BuiltThread[] = [];
  readonly process = new BuiltProcess();
  readonly pieces: Uint8Array[] = [];
  readonly #log: CaptureLog;
  readonly #decoder: RecordingDecoder;
  readonly #composition: Composition;
  readonly #mojo = new MojoSink();
  readonly #profile: Profile;
  readonly #process: ProfiledProcess;
  /** Of each thread by its id: pcs of its stack, leaf first, each with as many words behind it. */
  /** What they do in the kernel. */
  kernels = new Map<number, KernelPart>();
  stacks = new Map<number, readonly (readonly [pc: bigint, words: number])[]>();
  failed: number | undefined;
  /** Its copies are said to be of all threads, as captures of format 4 have it. */
  saysAll = false;
  #time = 1_000_000;

  constructor(format: string) {
    this.target = new BuiltTarget(format);
    const codes = ["main", "función"].map((name) => this.target.code({ name }));
    this.threads.push(this.target.thread(), this.target.thread());
    for (const thread of this.threads)
      this.target.stack(
        thread,
        codes.map((code) => ({ code })),
      );
    this.#log = new CaptureLog(() => this.#cut());
    this.#log.fact("capture", {
      ...{ tool: "austin-ts", toolVersion: "0.0.0", started: "2026-01-01T00:00:00.000Z", options: ["-n"] },
      ...{ platform: "none", release: "0", architecture: "none", byteOrder: "little" },
    });
    this.#decoder = this.#log.decoder();
    this.#decoder.attach(this.target.facts, this.target.memory);
    this.#decoder.sample(this.target.memory);
    const { process } = this;
    process.journal = this.#log.native(this.#decoder);
    process.tids = [...this.#nativeIds(), OWN_TID];
    this.#composition = new Composition(this.#decoder, process, process, new Unwinder(), process.mappings);
    process.journal.opened(process.mappings, process.evals, false);
    this.#profile = new Profile(
      sinkOf([this.#mojo, new CaptureSink(this.#log, { saturated: false, failed: undefined })]),
      OPTIONS,
    );
    this.#profile.begin({ python: format, multiprocess: false, memoryKibibytes: 1024 });
    this.#profile.metadata("map", `${TABLES.toString(16)}-${CODE_END.toString(16)} /lib/built.so`);
    this.#process = this.#profile.open({
      ...{ pid: PID, decoder: this.#composition.sample, now: this.#time },
      target: { pythonVersion: format, wordSize: 8, machine: "x", freeThreaded: false, image: "y" },
      isRunning: (nativeId) => nativeId % 2 === 1,
    });
  }

  #nativeIds(): number[] {
    return Array.from({ length: this.#decoder.threadCount }, (_, i) => this.#decoder.nativeId(i));
  }

  /** Take a sample. @param standing ids of threads that have not run; all of them: it's the last one once more. @returns whether there is one */
  take(standing: readonly number[] = [], isConfirmed = false): boolean {
    const composition = this.#composition;
    if (!this.#begin(standing)) {
      const { checkpoint, proof, onlyOffCpu, runs, newRuns, collecting, holder } = this.#decoder.wants;
      const source = new StandingSource(this.target.memory, () => this.#copy());
      const wants = checkpoint | proof | onlyOffCpu | runs | collecting | holder | (composition.isNew ? 0 : newRuns);
      if (this.#decoder.sample(source, wants) !== "sampled") return false;
      if (!composition.compose()) {
        this.process.journal?.made(this.process.tids, this.process.copies, undefined, "unread");
        return false;
      }
    }
    this.#end(isConfirmed);
    this.#process.sampled(this.#time, 4096);
    return true;
  }

  /** Begin one for which the process's memory is out of sight. */
  miss(): void {
    this.#begin([]);
    const gone = (): never => {
      throw new TargetLost(PID);
    };
    const { checkpoint, onlyOffCpu } = this.#decoder.wants;
    try {
      this.#decoder.sample({ fill: gone, fillOffCpu: gone }, checkpoint | onlyOffCpu);
    } catch (error) {
      if (error instanceof TargetLost) return;
      throw error;
    }
    throw new Error("a sample was taken of a process that is gone");
  }

  /** @returns whether it's the last one once more */
  #begin(standing: readonly number[]): boolean {
    const { process } = this;
    this.#time += 1000;
    this.#composition.prepare();
    this.#composition.nameThem();
    process.standing = new Set(standing);
    process.copies = new Map();
    const isSame = process.tids.every((tid) => process.standing.has(tid));
    process.journal?.begins(isSame ? "same" : "copied", process.tids, process.standing);
    this.#composition.begin(isSame);
    return isSame;
  }

  /** Take one for which threads could not be held. */
  takePlain(): void {
    this.#time += 1000;
    this.#decoder.sample(this.target.memory, this.#decoder.wants.checkpoint | this.#decoder.wants.showUnproven);
    this.#composition.prepare();
    this.#composition.nameThem();
    this.process.journal?.begins("plain", this.process.tids, this.process.standing);
    this.#composition.takePlain();
    this.#end(false);
    this.#composition.endPlain();
    this.#process.sampled(this.#time, 0);
  }

  #end(isConfirmed: boolean): void {
    const { process } = this;
    const composition = this.#composition;
    const mappings = isConfirmed && composition.unnamed === 0 ? process.mappings : undefined;
    if (mappings !== undefined) composition.confirm(composition.isStill(mappings));
    process.journal?.made(process.tids, process.copies, mappings, "whole");
    process.follow(composition.modules);
  }

  #copy(): OffCpuAnswer {
    const threads = new Map<number, StackCopy>();
    for (const tid of this.process.tids) {
      const stack = this.stacks.get(tid);
      if (stack !== undefined && tid !== this.failed && !this.process.standing.has(tid))
        threads.set(tid, { ...copyOf(stack), ...partOf(this.kernels.get(tid)) });
    }
    const failures = this.failed === undefined ? [] : [{ tid: this.failed, status: "late" as const, errno: 0 }];
    this.process.copies.set(this.#decoder.attempt, { threads, failures });
    return this.saysAll ? "all" : this.process.tids.filter((tid) => tid !== this.failed);
  }

  end(): void {
    this.process.isNamed = true;
    this.process.unnamed = undefined;
    this.#composition.finish();
    this.process.journal?.finished();
    this.#process.recorder.hold();
    this.#profile.close(this.#process, {
      ...{ stillMicroseconds: 0.5, stillUnavailable: undefined, stillPrevented: {}, unansweredStates: 0 },
      held: { held: 3, microseconds: 41.5, kernelStacks: { asked: 5, known: 4 } },
    });
    this.#profile.finish({
      ...{ start: 1_000_000, end: this.#time, ticks: 10, takenTicks: 9, missedTicks: 1, longTicks: 2 },
      sampling: { minimumMicroseconds: 1.5, averageMicroseconds: 2.25, maximumMicroseconds: 3 },
    });
  }

  /** The profile that was made while it was captured. */
  get live(): Uint8Array {
    return this.#mojo.encoder.encoded();
  }

  async file(piecesABlock = 3): Promise<Uint8Array> {
    const parts = [fileHead()];
    for (let i = 0; i < this.pieces.length; i += piecesABlock) {
      parts.push(...(await blockOf(Buffer.concat(this.pieces.slice(i, i + piecesABlock)))));
    }
    return Buffer.concat(parts);
  }

  #cut(): void {
    const { buffer } = this.#log;
    this.pieces.push(buffer.bytes.slice(0, buffer.length));
    buffer.length = 0;
  }
}

function partOf(kernel: KernelPart): Pick<StackCopy, "kernel"> {
  return kernel === undefined ? {} : { kernel };
}

/** A stack whose calls return to these places, below red zone and above nothing. */
function copyOf(calls: readonly (readonly [pc: bigint, words: number])[]): StackCopy {
  const [first, ...others] = calls as [readonly [bigint, number], ...(readonly [bigint, number])[]];
  const words: bigint[] = Array<bigint>(16).fill(0n);
  let skipped = first[1];
  for (const [pc, count] of others) {
    words.push(...Array<bigint>(skipped).fill(BigInt(words.length)), pc);
    skipped = count;
  }
  const stack = stackOf([...words, ...Array<bigint>(skipped + 1).fill(0n)]);
  const registers = new BigUint64Array(27).map((_, i) => BigInt(i) * 3n);
  return {
    ...{ pc: first[0], stackPointer: STACK, stackStart: STACK - 128n, stackEnd: STACK + STACK_BYTES },
    ...{ stack, registers: first[0] === leaf + 5n ? registers : new BigUint64Array() },
  };
}

/** Calls of the eval loop, one for each of Python's frames. */
const RUNNING = [
  [leaf + 5n, 0],
  [evaluates + 9n, 0],
  [evaluates + 9n, 0],
  [root + 7n, 0],
] as const;
const WAITING = [
  [saving + 3n, 2],
  [evaluates + 9n, 0],
  [evaluates + 20n, 0],
  [root + 7n, 0],
] as const;

/** One thread runs, one waits, and one is none of Python's. */
export function startedCapture(format: string, saysAll = false): NativeCapture {
  const capture = new NativeCapture(format);
  capture.saysAll = saysAll;
  const [one, two] = capture.process.tids as [number, number];
  capture.stacks = new Map<number, readonly (readonly [bigint, number])[]>([
    [one, RUNNING],
    [two, WAITING],
    [
      OWN_TID,
      [
        [saving + 3n, 2],
        [root + 7n, 0],
      ],
    ],
  ]);
  return capture;
}

/** Threads of both kinds, some of which stand, one that can't be held, names that come late, samples that can't be taken, kernel stacks, code that is loaded and code that goes. @param endsInSample the process ends in one that had just got names */
export function smallNativeCapture(format: string, endsInSample = false, saysAll = false): NativeCapture {
  const capture = startedCapture(format, saysAll);
  const { process } = capture;
  const [one, two] = process.tids as [number, number];
  capture.kernels = new Map<number, KernelPart>([
    [two, { functions: ["entry", "do_poll"], isCut: false }],
    [OWN_TID, { functions: ["nfs_wait", "io_schedule"], isCut: true }],
  ]);
  capture.take();
  capture.kernels.set(two, "unknown");
  capture.take([OWN_TID]);
  capture.kernels.set(two, { functions: ["entry", "do_poll"], isCut: false });
  capture.take([two, OWN_TID], true);
  capture.take(process.tids);
  // Names come to be known in a sample that can't be taken.
  process.isNamed = true;
  capture.miss();
  capture.take([two, OWN_TID]);
  capture.take(process.tids, true);
  capture.failed = two;
  capture.take([OWN_TID]);
  capture.failed = undefined;
  capture.takePlain();
  // More code is loaded, and met.
  const late = 0x50_0000n;
  process.mappings = [...process.mappings, mapping(late, late + 0x1000n, true, "/lib/late.so", 6)];
  capture.stacks.set(one, [[late + 5n, 0], ...RUNNING]);
  capture.take([two], true);
  capture.take([two]);
  // It goes.
  process.mappings = process.mappings.slice(0, -1);
  capture.take([two], true);
  // Names have to be read anew: the last ones are, once there is no sample any more.
  process.isNamed = false;
  capture.stacks.set(one, [[leaf + 8n, 0], ...RUNNING.slice(1)]);
  capture.take();
  if (endsInSample) {
    process.isNamed = true;
    capture.miss();
  }
  capture.end();
  return capture;
}
