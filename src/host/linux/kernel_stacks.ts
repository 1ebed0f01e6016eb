// In which functions of the kernel threads wait. In: thread ids as seen from here. Out: of a thread that waits these functions, or which file could not be read. It doesn't
// see whether the thread runs meanwhile: of one that does, what is told is anything.
import { readFileSync } from "node:fs";
import type { KernelStack } from "../../model/kernel_stack.js";
import type { KernelStacks as Contract, FileFailure } from "../thread_facts.js";
import { ThreadFiles, threadFile } from "./thread_files.js";

/** More than 64 lines, of a name of up to 512 bytes (KSYM_NAME_LEN) with its offset and a module's name, have in any real stack. */
const TEXT_BYTES = 1 << 16;
/** The kernel tells no more (MAX_STACK_TRACE_DEPTH, fs/proc/base.c): what called these isn't told. */
const MOST_LINES = 64;
/** Texts that are known at once: a program waits in few ways. */
const MOST_TEXTS = 1024;
/**
 * A line of proc_pid_stack (fs/proc/base.c): the place, which is 0 for everybody since 4.14, and the function (%pB); a kernel without names of its functions has their
 * addresses.
 */
const LINE = /^\[<[0-9a-f]+>\] (?:([^\s+]+)\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[[^\]\s]+\])?|(0x[0-9a-f]+))$/;
/** What kernels before 5.2 end with. */
const END = /^\[<f+>\] 0xf+$/;
const OWN = "/proc/thread-self/stack";

/** What the text of a thread's `stack` says; undefined where it says nothing, or isn't understood. */
export function parseKernelStack(text: string): KernelStack | undefined {
  const lines = text.split("\n");
  // It is cut.
  if (lines.pop() !== "") return undefined;
  if (END.test(lines.at(-1) ?? "")) lines.pop();
  const functions: string[] = [];
  for (const line of lines) {
    const fields = LINE.exec(line);
    if (fields === null) return undefined;
    functions.push((fields[1] ?? fields[2]) as string);
  }
  if (functions.length === 0) return undefined;
  // The innermost comes first.
  return { functions: functions.reverse(), isCut: functions.length >= MOST_LINES };
}

/** Why no thread's can be read from here: that of the thread that asks can't. Undefined where it can. */
export function kernelStacksFailure(read: (path: string) => string = readText): FileFailure | undefined {
  try {
    return parseKernelStack(read(OWN)) === undefined ? { call: "read", path: OWN, errno: 0 } : undefined;
  } catch (error) {
    const { syscall, errno = 0 } = error as NodeJS.ErrnoException;
    return { call: syscall === "open" ? "open" : "read", path: OWN, errno: Math.abs(errno) };
  }
}

function readText(path: string): string {
  return readFileSync(path, "latin1");
}

/** Those of the threads of one process. Close it after use. */
export class KernelStacks implements Contract {
  readonly #files: ThreadFiles;
  readonly #buffer = Buffer.allocUnsafe(TEXT_BYTES);
  readonly #known = new Map<string, KernelStack | undefined>();
  #failure: FileFailure | undefined;

  constructor(pid: number) {
    this.#files = new ThreadFiles(pid, ["stack"]);
  }

  get failure(): FileFailure | undefined {
    return this.#failure;
  }

  of(tid: number): KernelStack | undefined {
    const length = this.#files.read(tid, this.#buffer);
    this.#failure = this.#files.failure;
    if (length === 0) return undefined;
    const stack = length < TEXT_BYTES ? this.#parse(this.#buffer.toString("latin1", 0, length)) : undefined;
    if (stack === undefined) this.#failure = { call: "read", path: threadFile("stack"), errno: 0 };
    return stack;
  }

  #parse(text: string): KernelStack | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    if (this.#known.size >= MOST_TEXTS) this.#known.clear();
    const stack = parseKernelStack(text);
    this.#known.set(text, stack);
    return stack;
  }

  close(): void {
    this.#files.close();
  }
}
