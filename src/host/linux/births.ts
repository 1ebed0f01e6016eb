// Which process ids were given away since the last look. In: nothing. Out: the ids of processes and threads that may be new.
// The kernel counts ids up and says in /proc/loadavg which was the last (proc(5)), so a look costs one system call while
// nothing begins anywhere, and afterwards as much as began, however many processes there are.
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";

/** An id is given away before there is anything to be seen under it: it is named again after so many microseconds, each a look. */
const AGAIN_MICROSECONDS = [1000, 5000, 25_000];
/** Where that is cheaper than asking for every id in between, or ids can't be counted, all of /proc is listed. */
const MANY_IDS = 2000;
/** How often it is, where ids can't be counted, in microseconds. */
const LISTING_MICROSECONDS = 20_000;

/** Where ids are given away. */
export interface ProcessIds {
  /** The id that was given away last; undefined where that can't be told. */
  last(): number | undefined;
  /** Ids of all processes that are to be seen. */
  all(): number[];
  close(): void;
}

interface Absent {
  readonly id: number;
  tries: number;
  due: number;
}

/** Close it after use. */
export class Births {
  readonly #ids: ProcessIds;
  #last: number | undefined;
  #listed = 0;
  #absent: Absent[] = [];

  constructor(ids: ProcessIds = new KernelIds()) {
    this.#ids = ids;
    this.#last = ids.last();
  }

  /** Ids that may be new at `now`, in microseconds. Those under which nothing is to be seen yet belong into `absent`. */
  since(now: number): number[] {
    const ids = this.#due(now);
    const before = this.#last;
    if (before === undefined) {
      if (now - this.#listed < LISTING_MICROSECONDS) return ids;
      this.#listed = now;
      return [...ids, ...this.#ids.all()];
    }
    const last = this.#ids.last() ?? before;
    if (last === before) return ids;
    // Behind the highest id, the kernel begins anew with low ones that are free.
    if (last < before || last - before > MANY_IDS) ids.push(...this.#ids.all());
    else for (let id = before + 1; id <= last; id++) ids.push(id);
    this.#last = last;
    return ids;
  }

  /** There was nothing under `id`: it has ended, or has not begun quite. */
  absent(id: number, now: number): void {
    if (this.#absent.some((known) => known.id === id)) return;
    this.#absent.push({ id, tries: 0, due: now + (AGAIN_MICROSECONDS[0] as number) });
  }

  close(): void {
    this.#ids.close();
  }

  #due(now: number): number[] {
    const ids: number[] = [];
    if (this.#absent.length === 0) return ids;
    this.#absent = this.#absent.filter((absent) => {
      const pause = AGAIN_MICROSECONDS[absent.tries];
      if (pause === undefined) return false;
      if (absent.due > now) return true;
      ids.push(absent.id);
      absent.tries++;
      absent.due = now + pause;
      return true;
    });
    return ids;
  }
}

/** The ids of this system. */
class KernelIds implements ProcessIds {
  readonly #buffer = Buffer.alloc(128);
  readonly #descriptor = openLoads();

  /** The last field of /proc/loadavg. */
  last(): number | undefined {
    if (this.#descriptor < 0) return undefined;
    const length = readSync(this.#descriptor, this.#buffer, 0, this.#buffer.length, 0);
    return Number(this.#buffer.toString("latin1", this.#buffer.lastIndexOf(0x20, length - 1) + 1, length));
  }

  all(): number[] {
    return processIds();
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
  }
}

/** /proc/loadavg counts the ids of our own PID namespace: of use only if the ids in /proc are these. -1 where they aren't. */
function openLoads(): number {
  try {
    return readlinkSync("/proc/self") === String(process.pid) ? openSync("/proc/loadavg", "r") : -1;
  } catch {
    return -1;
  }
}

/** Ids of all processes that are to be seen. */
export function processIds(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}
