// Whether threads stand in the kernel, and where they have left their program. In: thread ids as seen from here. Out: what says that a thread has run since, and of one
// that waits its stack pointer and its program counter. It holds nobody and copies no memory.
import { readSync } from "node:fs";
import { MOST_ENDING_BYTES, Witnesses } from "../../memory/witnesses.js";
import type { ThreadStands as Contract, ThreadStand } from "../thread_facts.js";
import { ThreadFiles } from "./thread_files.js";
import { witnessFile } from "./thread_places.js";

/** schedstat has three numbers, status some 1,500 bytes; what comes behind these doesn't tell whether a thread ran. */
const TEXT_BYTES = 4096;
const RUNNING = "running";
/** Of a system call its number and six arguments, or -1; then, both in hexadecimal, the stack pointer and the program counter (proc_pid_syscall in fs/proc/base.c). */
const BLOCKED = /^-?\d+(?: 0x[0-9a-f]+){0,6} (0x[0-9a-f]+) (0x[0-9a-f]+)\n$/;

/** The threads of one process. Close it after use. */
export class ThreadStands implements Contract {
  readonly #files: ThreadFiles | undefined;
  readonly #buffer = Buffer.allocUnsafe(TEXT_BYTES);
  readonly #witnesses = new Witnesses();
  /** Of which thread each of these is. */
  readonly #asked: number[] = [];

  constructor(pid: number, witness = witnessFile()) {
    this.#files = typeof witness === "string" ? new ThreadFiles(pid, [witness, "syscall"]) : undefined;
  }

  look(tid: number): ThreadStand | undefined {
    const witness = this.witness(tid);
    if (witness === undefined) return undefined;
    const text = this.#syscall(tid);
    return text === undefined ? undefined : parseStand(witness, text);
  }

  witness(tid: number): string | undefined {
    const length = this.#files?.read(tid, this.#buffer) ?? 0;
    return length > 0 ? this.#buffer.toString("latin1", 0, length) : undefined;
  }

  compare(tids: readonly number[], endings: ReadonlyMap<number, string>, standing: Set<number>): void {
    const asked = this.#asked;
    let count = 0;
    for (const tid of tids) {
      const ending = endings.get(tid);
      if (ending === undefined) continue;
      const descriptor = ending.length > MOST_ENDING_BYTES ? -1 : (this.#files?.kept(tid) ?? -1);
      if (descriptor >= 0) {
        asked[count] = tid;
        this.#witnesses.set(count++, descriptor, ending);
      } else if (this.witness(tid)?.endsWith(ending) === true) standing.add(tid);
    }
    this.#witnesses.compare(count);
    for (let i = 0; i < count; i++) if (this.#witnesses.isSame(i)) standing.add(asked[i] as number);
  }

  #syscall(tid: number): string | undefined {
    const descriptor = this.#files?.descriptor(tid, 1) ?? -1;
    if (descriptor < 0) return undefined;
    try {
      return this.#buffer.toString("latin1", 0, readSync(descriptor, this.#buffer, 0, TEXT_BYTES, 0));
    } catch {
      // It has ended, or is not ours to look at.
      return undefined;
    }
  }

  close(): void {
    this.#files?.close();
  }
}

/** What the text of `syscall` says; undefined where it isn't understood. */
export function parseStand(witness: string, text: string): ThreadStand | undefined {
  if (text.startsWith(RUNNING)) return { witness, blocked: undefined };
  const fields = BLOCKED.exec(text);
  if (fields === null) return undefined;
  return { witness, blocked: { stackPointer: BigInt(fields[1] as string), pc: BigInt(fields[2] as string) } };
}
