// Which process ids were given away since the last look. In: nothing. Out: the ids of processes and threads that may be new.
// The kernel counts ids up and says in /proc/loadavg which was the last (proc(5)), so a look costs one system call while
// nothing begins anywhere, and afterwards as much as began, however many processes there are. Not every kernel counts there (gVisor),
// and what stands in its place may not (lxcfs): while the count stands, the processes are listed now and then, and once one has begun of
// which it says nothing, it is believed no more.
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { withSpares } from "../spare_files.js";

/** An id is given away before there is anything to be seen under it: it is named again after so many microseconds, each a look. */
const AGAIN_MICROSECONDS = [1000, 5000, 25_000];
/** Where that is cheaper than asking for every id in between, or ids can't be counted, all of /proc is listed. */
const MANY_IDS = 2000;
/** How often it is, where ids can't be counted, in microseconds. */
const LISTING_MICROSECONDS = 20_000;
/** Ids that were given away are kept until the count stands, which it may not do for long: beyond so many, all that is there is learnt. */
const MOST_GIVEN = 65_536;
/** How often a count that stands is held against what there is, in microseconds. */
const CHECK_MICROSECONDS = 500_000;

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
  #checked = 0;
  /** Ids that were to be seen when that was checked last, or were given away since. */
  #known: Set<number>;
  /** Ids that were given away since. */
  #given: number[] = [];

  constructor(ids: ProcessIds = new KernelIds()) {
    this.#ids = ids;
    this.#last = ids.last();
    this.#known = new Set(this.#last === undefined ? [] : ids.all());
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
    if (last === before) return [...ids, ...this.#unheardOf(now, last)];
    // Behind the highest id, the kernel begins anew with low ones that are free.
    const isMany = last < before || last - before > MANY_IDS;
    const given = isMany ? this.#ids.all() : Array.from({ length: last - before }, (_, i) => before + 1 + i);
    for (const id of given) this.#given.push(id);
    if (this.#given.length > MOST_GIVEN) this.#learnAll(now);
    this.#last = last;
    return [...ids, ...given];
  }

  /** Those that have begun while the count stood, which ends the belief in it. */
  #unheardOf(now: number, last: number): number[] {
    if (now - this.#checked < CHECK_MICROSECONDS) return [];
    this.#checked = now;
    const all = this.#ids.all();
    // Whoever has begun meanwhile is told of next time.
    if (this.#ids.last() !== last) return [];
    for (const id of this.#given) this.#known.add(id);
    const unheardOf = all.filter((id) => !this.#known.has(id));
    if (unheardOf.length > 0) this.#last = undefined;
    // An id that was given away may not be to be seen yet.
    this.#known = new Set([...all, ...this.#given]);
    this.#given = [];
    return unheardOf;
  }

  #learnAll(now: number): void {
    this.#known = new Set(this.#ids.all());
    this.#given = [];
    this.#checked = now;
  }

  /** There was nothing under `id`: it has ended, or has not begun quite. */
  absent(id: number, now: number): void {
    if (this.#absent.some((known) => known.id === id)) return;
    this.#absent.push({ id, tries: 0, due: now + (AGAIN_MICROSECONDS[0] as number) });
  }

  get tableSizes(): Readonly<Record<string, number>> {
    return { "known ids": this.#known.size, "given ids": this.#given.length, "absent ids": this.#absent.length };
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
    const last = Number(this.#buffer.toString("latin1", this.#buffer.lastIndexOf(0x20, length - 1) + 1, length));
    return last > 0 ? last : undefined;
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
  return withSpares(() => readdirSync("/proc"))
    .map(Number)
    .filter(Number.isInteger);
}
