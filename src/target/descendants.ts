// Which of the processes below one run Python: what a launcher, a shell or a bootloader has started. In: a process id. Out: the
// ids and versions of those that can be sampled. It looks once, and changes nothing.
import { ProcessDenied, ProcessGone } from "../host/index.js";
import { findInterpreter } from "./find.js";
import { ProcessTree } from "./tree.js";

export interface PythonProcess {
  readonly pid: number;
  /** As in "3.12.1". */
  readonly version: string;
}

/** Those are looked into, at most: whoever started more has more to say than a message has room for. */
const MOST_PROCESSES = 256;

/** All processes below `pid` in which an interpreter is to be found now; none where `pid` is gone or can't be seen. */
export function pythonDescendants(pid: number): readonly PythonProcess[] {
  try {
    const tree = new ProcessTree(pid);
    try {
      const below = tree.living().filter((member) => member.pid !== pid);
      return below.slice(0, MOST_PROCESSES).flatMap((member) => {
        const found = findInterpreter(member.pid);
        return found.kind === "found" ? [{ pid: member.pid, version: found.interpreter.version.text }] : [];
      });
    } finally {
      tree.close();
    }
  } catch (error) {
    if (error instanceof ProcessGone || error instanceof ProcessDenied) return [];
    throw error;
  }
}

/** The first pause between two looks; each is twice as long as the one before. */
const PAUSE_MILLISECONDS = 200;

/** Looks below a process, ever more seldom, until somebody there runs Python: it may have ended by the time that this is of interest. */
export class DescendantWatch {
  readonly #pid: number;
  #pythons: readonly PythonProcess[] = [];
  #pause = PAUSE_MILLISECONDS;
  #timer: NodeJS.Timeout | undefined;

  constructor(pid: number) {
    this.#pid = pid;
    this.#plan();
  }

  /** No more looks. @returns who was seen */
  stop(): readonly PythonProcess[] {
    clearTimeout(this.#timer);
    return this.#pythons;
  }

  #plan(): void {
    this.#timer = setTimeout(() => this.#look(), this.#pause).unref();
    this.#pause *= 2;
  }

  #look(): void {
    this.#pythons = pythonDescendants(this.#pid);
    if (this.#pythons.length === 0) this.#plan();
  }
}
