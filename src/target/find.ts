// Find the CPython runtime in a process. In: a process id. Out: the interpreter, or why there is none and whether that
// may change. One attempt reads files and memory of the process and executes nothing.
//
// "Not Python" is definite only if the program can't turn into Python: all its libraries are mapped, and neither it nor
// any of them (the C library apart) imports a function of the exec family or dlopen. A shell, `env` or a program that
// embeds Python by dlopen may become Python; how long to wait for that is the caller's choice (wait.ts).
import {
  host,
  type LoadedImage,
  type MappedFiles,
  type Mapping,
  ProcessDenied,
  ProcessGone,
  ProcessUnseen,
} from "../host/index.js";
import { loadBias } from "../images/image.js";
import { LiveMemory } from "../memory/live.js";
import { now } from "../memory/monotonic_clock.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import { type FindResult, loading, uninitialised, unsupported } from "./find_result.js";
import { guestBaseOf } from "./guest_base.js";
import { type ImageOrigin, withImage } from "./image_access.js";
import { baseName, COOKIE, type ImageFacts, imageFacts, type PythonFacts } from "./image_facts.js";
import { type Interpreter, isSupported, type PythonVersion, versionFromHex } from "./interpreter.js";
import { KnownFacts } from "./known_facts.js";
import { proposeRuntimes } from "./runtime_scan.js";

export interface FindOptions {
  /**
   * Whether an interpreter will do, asked for each one found: this is where the layouts tell if the runtime is
   * initialised. It may read the target's memory. Without it every runtime that is named by its binary will do, and
   * one that isn't named is not found.
   */
  readonly accept?: (interpreter: Interpreter) => boolean;
  /** Read binaries from their files where possible (the default), or always from memory. */
  readonly origin?: ImageOrigin;
  /** What is known of binaries already; what is learnt is added. */
  readonly facts?: KnownFacts;
}

/** Names of the C library and its parts, which export the functions that others would have to import. */
const C_LIBRARY =
  /^(ld|ld64|ld-linux[\w-]*|ld-musl-[\w-]+|lib(c|m|dl|pthread|rt|util|resolv|xnet))(-[\d.]+)?\.(so|musl-)/;

/** Whether a binary is the system's own: it has no part in any answer. */
function isOfSystem(path: string): boolean {
  return C_LIBRARY.test(baseName(path)) || host.isOfSystem(path);
}

/** All that the process has mapped of files, at once. @throws ProcessGone, ProcessDenied, ProcessUnseen */
export function wholeMapped(pid: number): readonly Mapping[] {
  const files = host.mappedFiles(pid);
  try {
    files.readOn(Number.POSITIVE_INFINITY);
    return files.mappings;
  } finally {
    files.close();
  }
}

/** One attempt to find the interpreter in process `pid`. */
export function findInterpreter(pid: number, options: FindOptions = {}): FindResult {
  return new InterpreterFinder(pid, options).find();
}

/** So long an image that is mapped where it was is taken for what it was, without another look at its file. */
const FRESH_MICROSECONDS = 250_000;

/** Repeated attempts on one process, which look into each binary once. */
export class InterpreterFinder {
  readonly #memory: LiveMemory;
  readonly #facts: KnownFacts;
  /** Facts of what was mapped a moment ago, by its place. */
  readonly #fresh = new Map<string, ImageFacts>();
  #freshSince = 0;
  /** Files of this look: one that is mapped in many places, as by JIT compilers, is looked into once. */
  readonly #seen = new Map<string, ImageFacts | undefined>();
  /** What is mapped, as far as it was read for the next look, and the program that ran. */
  #ahead: { readonly exe: string; readonly files: MappedFiles; isWhole: boolean } | undefined;

  constructor(
    readonly pid: number,
    readonly options: FindOptions = {},
  ) {
    this.#memory = new LiveMemory(pid);
    this.#facts = options.facts ?? new KnownFacts();
  }

  /**
   * Read what is mapped for the next attempt, for as long as MappedFiles.readOn does: a program with 30,000 mappings takes 10
   * to 30 ms to read. What can't be read is for that attempt to tell.
   * @returns whether the attempt has nothing left to read
   */
  readAhead(milliseconds: number): boolean {
    try {
      const { state, task } = host.lifeSigns(this.pid);
      const exe = state === "running" ? host.executablePath(task) : undefined;
      if (exe === undefined) return true;
      // Another program has other files.
      if (this.#ahead?.exe !== exe) this.close();
      this.#ahead ??= { exe, files: host.mappedFiles(task), isWhole: false };
      this.#ahead.isWhole ||= this.#ahead.files.readOn(milliseconds);
      return this.#ahead.isWhole;
    } catch {
      this.close();
      return true;
    }
  }

  /** No attempt follows soon. */
  close(): void {
    this.#ahead?.files.close();
    this.#ahead = undefined;
  }

  /** One attempt. The program may change between attempts; nothing but the binaries' contents is kept. */
  find(): FindResult {
    let exe = "";
    if (host.isForeignProc()) return { kind: "foreign-proc" };
    try {
      const { state, task } = host.lifeSigns(this.pid);
      if (state !== "running") return { kind: "gone" };
      this.#memory.readAs(task);
      const path = host.executablePath(task);
      if (path === undefined) return this.#withoutProgram();
      exe = path;
      const images = host.loadedImages(this.#mapped(task, exe));
      this.#forgetStale();
      const result = this.#look(exe, images);
      // Who is found is not looked for again soon.
      if (result.kind === "found") this.#fresh.clear();
      // An exec in the midst of it mixes two programs.
      if (result.kind !== "found" && host.executablePath(task) !== exe)
        return loading(exe, "it is changing its program");
      return result;
    } catch (error) {
      return this.#failed(error, exe);
    }
  }

  #mapped(task: number, exe: string): readonly Mapping[] {
    const ahead = this.#ahead;
    try {
      return ahead?.exe === exe && ahead.isWhole ? ahead.files.mappings : wholeMapped(task);
    } finally {
      this.close();
    }
  }

  #withoutProgram(): FindResult {
    return host.readStat(this.pid).isKernelThread
      ? { kind: "not-python", exe: "", why: "it is a thread of the kernel" }
      : loading("", "it has no program at this moment");
  }

  #failed(error: unknown, exe: string): FindResult {
    if (error instanceof ProcessGone || error instanceof TargetLost) {
      // An exec replaces the memory under a read: that is not the end of the process.
      return host.processState(this.pid) === "running"
        ? loading(exe, "its memory is being replaced")
        : { kind: "gone" };
    }
    if (error instanceof ProcessUnseen) return loading(exe, error.message);
    if (error instanceof ProcessDenied) {
      return { kind: "denied", call: error.call, errno: error.errno, path: error.path };
    }
    if (error instanceof AccessDenied) return { kind: "denied", call: error.call, errno: error.errno, path: exe };
    throw error;
  }

  #look(exe: string, images: readonly LoadedImage[]): FindResult {
    if (images.length === 0) return loading(exe, "nothing is mapped yet");
    this.#seen.clear();
    const known = inOrder(exe, images).map((image) => ({ image, facts: this.#factsOf(image, exe) }));
    const pythons = known.filter((entry): entry is PythonEntry => entry.facts?.python !== undefined);
    const machine = known.find(({ image }) => image.path === exe)?.facts?.machine;
    let refused: FindResult | undefined;
    for (const entry of pythons) {
      const result = this.#interpretersIn(entry, pythons, exe, machine);
      if (result.kind === "found") return result;
      if (refused === undefined || result.kind === "not-yet") refused = result;
    }
    const waiting = missingLibrary(known);
    // The library that states the version may be still to come.
    const isUnstated = refused?.kind === "unsupported" && refused.version === undefined && waiting !== undefined;
    if (refused !== undefined && !isUnstated) return refused;
    if (waiting !== undefined) return loading(exe, `${waiting} is not mapped yet`);
    return verdict(exe, known);
  }

  #factsOf(image: LoadedImage, exe: string): ImageFacts | undefined {
    // It has no part in any answer, and a short program ends while its many symbols are read.
    if (image.path !== exe && isOfSystem(image.path)) return undefined;
    const { device, inode, path, mappings } = image;
    const mapping = `${mappings[0]?.start} ${device} ${inode} ${path}`;
    const fresh = this.#fresh.get(mapping);
    if (fresh !== undefined) return fresh;
    // What begins elsewhere in the file may not be readable as a binary.
    const same = `${device} ${inode} ${path} ${mappings[0]?.offset}`;
    if (this.#seen.has(same)) return this.#seen.get(same);
    const depth = path === exe || /python/i.test(baseName(path)) ? "thorough" : "quick";
    const origin = this.options.origin ?? "file";
    const facts = withImage(this.#memory, image, origin, (open, file) => {
      const known = file && this.#facts.of(file, path);
      if (known !== undefined) return known;
      const learnt = imageFacts(open(), path, depth);
      if (file !== undefined) this.#facts.add(file, path, learnt);
      return learnt;
    });
    if (facts !== undefined) this.#fresh.set(mapping, facts);
    this.#seen.set(same, facts);
    return facts;
  }

  #forgetStale(): void {
    const time = now();
    if (time - this.#freshSince < FRESH_MICROSECONDS) return;
    this.#freshSince = time;
    this.#fresh.clear();
  }

  /** @param machine the processor that the process's own program is built for; a program of another is emulated */
  #interpretersIn(
    entry: PythonEntry,
    pythons: readonly PythonEntry[],
    exe: string,
    machine: string | undefined,
  ): FindResult {
    const { image, facts } = entry;
    const { python } = facts;
    if (python.implementation === "PyPy") {
      return unsupported(exe, python.version, `PyPy ${python.version?.text ?? ""}`.trim());
    }
    if (!facts.littleEndian) return unsupported(exe, python.version, `Python on big-endian ${facts.machine}`);
    const bias = loadBias(facts.loads, image.mappings);
    if (bias === undefined) return loading(exe, `${image.path} is not mapped whole`);
    const stated = this.#statedVersion(pythons, entry, bias);
    if (stated === "unreadable") return loading(exe, `${image.path} can't be read yet`);
    const isEmulated = machine !== undefined && machine !== facts.machine;
    const guestBase = isEmulated ? guestBaseOf(this.#memory, facts, bias) : 0n;
    const start = python.runtime === undefined ? undefined : bias + BigInt(python.runtime.address);
    if (start === undefined) return this.#scan(entry, stated, exe, guestBase);
    const head = this.#memory.read(start, 24);
    if (head.length < 24) return loading(exe, `the runtime in ${image.path} can't be read yet`);
    return this.#judge(this.#interpreter(entry, start, head, stated, guestBase), stated, exe);
  }

  #interpreter(
    { image, facts }: PythonEntry,
    start: bigint,
    head: Uint8Array,
    stated: PythonVersion | undefined,
    guestBase: bigint,
  ): Interpreter | undefined {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const hasDebugOffsets = Buffer.compare(head.subarray(0, 8), COOKIE) === 0;
    const version = hasDebugOffsets ? versionFromHex(view.getUint32(8, true)) : stated;
    if (version === undefined) return undefined;
    return {
      pid: this.pid,
      runtimeAddress: start - guestBase,
      guestBase,
      version,
      wordSize: facts.wordSize,
      longSize: facts.longSize,
      hasDebugOffsets,
      freeThreaded: hasDebugOffsets && view.getUint32(16, true) !== 0,
      image: image.path,
      machine: facts.machine,
      foundBy: facts.python.runtime?.foundBy ?? "memory",
    };
  }

  #judge(interpreter: Interpreter | undefined, stated: PythonVersion | undefined, exe: string): FindResult {
    const version = interpreter?.version ?? stated;
    if (interpreter === undefined || version === undefined || !isSupported(version)) {
      return unsupported(exe, version, `Python ${version?.text ?? "of an unknown version"}`);
    }
    if (this.options.accept?.(interpreter) ?? true) return { kind: "found", interpreter };
    return uninitialised(exe, interpreter.version);
  }

  #scan(entry: PythonEntry, stated: PythonVersion | undefined, exe: string, guestBase: bigint): FindResult {
    if (stated === undefined || !isSupported(stated)) return this.#judge(undefined, stated, exe);
    const { accept } = this.options;
    if (accept !== undefined) {
      for (const start of proposeRuntimes(this.#memory, entry.image, entry.facts.wordSize)) {
        const interpreter = this.#interpreter(entry, start, new Uint8Array(24), stated, guestBase);
        if (interpreter !== undefined && accept(interpreter)) return { kind: "found", interpreter };
      }
    }
    return uninitialised(exe, stated);
  }

  /**
   * The version that the binaries state: the runtime's own first. A program that takes `_PyRuntime` from a library by
   * a copy relocation holds the runtime, while the library holds the version.
   */
  #statedVersion(
    pythons: readonly PythonEntry[],
    entry: PythonEntry,
    bias: bigint,
  ): PythonVersion | undefined | "unreadable" {
    const { versionWord, version } = entry.facts.python;
    if (versionWord !== undefined) {
      const word = this.#memory.read(bias + BigInt(versionWord), 4);
      if (word.length < 4) return "unreadable";
      const stated = versionFromHex(new DataView(word.buffer, word.byteOffset, 4).getUint32(0, true));
      if (stated !== undefined) return stated;
    }
    if (version !== undefined) return version;
    for (const other of pythons) {
      if (other === entry || other.facts.python.implementation !== "CPython") continue;
      if (other.facts.python.versionWord === undefined && other.facts.python.version === undefined) continue;
      const otherBias = loadBias(other.facts.loads, other.image.mappings);
      if (otherBias !== undefined) return this.#statedVersion([], other, otherBias);
    }
    return undefined;
  }
}

interface Entry {
  readonly image: LoadedImage;
  readonly facts: ImageFacts | undefined;
}

interface PythonEntry extends Entry {
  readonly facts: ImageFacts & { readonly python: PythonFacts };
}

/** The program first, as its symbols take precedence over those of libraries; then what is called after Python. */
function inOrder(exe: string, images: readonly LoadedImage[]): LoadedImage[] {
  const rank = ({ path }: LoadedImage) => (path === exe ? 0 : /python/i.test(baseName(path)) ? 1 : 2);
  return [...images].sort((a, b) => rank(a) - rank(b));
}

/** A library that some image asks for and that isn't mapped; parts of the C library may live in another of its parts. */
function missingLibrary(known: readonly Entry[]): string | undefined {
  // Not every system takes notice of case, and none has libraries whose names differ by that alone.
  const key = (name: string) => baseName(name).toLowerCase();
  const present = new Set(known.flatMap(({ image, facts }) => [key(image.path), key(facts?.soname ?? "")]));
  for (const { facts } of known) {
    const missing = facts?.needed.find((name) => !present.has(key(name)) && !isOfSystem(name));
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function verdict(exe: string, known: readonly Entry[]): FindResult {
  const program = baseName(exe);
  for (const { image, facts } of known) {
    // Files of no known format are data, but for the program itself.
    if (facts === undefined && image.path !== exe) continue;
    if (C_LIBRARY.test(facts?.soname ?? baseName(image.path)) || host.isOfSystem(image.path)) continue;
    const becomes = facts?.becomes;
    if (becomes === "") continue;
    const why =
      becomes === undefined
        ? `${program} is not Python, and what ${baseName(image.path)} may start can't be told`
        : `${program} is not Python but may start it, as ${baseName(image.path)} uses ${becomes}`;
    return { kind: "not-yet", reason: "may-become", exe, why };
  }
  return { kind: "not-python", exe, why: `${program} holds no Python and can't load or start one` };
}
