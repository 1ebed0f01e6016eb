// What the system says of the processes that are watched. In: process ids. Out: processor time and memory as they are now, with their last values.
import type { ResidentMemory } from "../../host/index.js";
import { host, isHostSystem } from "../../host/index.js";

/** As many as a plot has cells. */
const KEPT = 8;
/** USER_HZ: what programs are told the ticks of `ticksRun` are. */
const TICKS_A_SECOND = 100;
/** A process is asked no more often. */
const PERIOD_MILLISECONDS = 500;

/** What views ask. */
export type ViewGauges = Pick<Gauges, "cpu" | "memory" | "look" | "thread" | "state">;

export class Gauges {
  /** Percent of one processor, the last one last. */
  readonly cpu: number[] = [];
  /** Bytes. */
  readonly memory: number[] = [];
  #asked = 0;
  readonly #ticks = new Map<number, number>();
  readonly #resident = new Map<number, ResidentMemory>();
  readonly #threadTicks = new Map<string, { ticks: number; at: number; percent: number }>();

  /** Ask again, if it is time. @param pids processes that are sampled */
  look(pids: readonly number[], now: number): void {
    if (!isHostSystem || now - this.#asked < PERIOD_MILLISECONDS) return;
    const seconds = (now - this.#asked) / 1000;
    const isFirst = this.#asked === 0;
    this.#asked = now;
    let ticks = 0;
    let bytes = 0;
    for (const pid of pids) {
      ticks += this.#ticksSince(pid);
      bytes += this.#bytesOf(pid);
    }
    for (const pid of [...this.#resident.keys()]) if (!pids.includes(pid)) this.#forget(pid);
    if (!isFirst) keep(this.cpu, (100 * ticks) / TICKS_A_SECOND / seconds);
    keep(this.memory, bytes);
  }

  /** The system's word for a thread's state, and its share of one processor in percent; undefined where it can't be seen. */
  thread(pid: number, tid: number, now: number): { readonly state: string; readonly cpu: number } | undefined {
    try {
      const { state, ticksRun } = host.readStat(pid, tid);
      const key = `${pid}:${tid}`;
      const before = this.#threadTicks.get(key);
      if (before === undefined || now - before.at >= PERIOD_MILLISECONDS) {
        const percent =
          before === undefined
            ? 0
            : (100 * (ticksRun - before.ticks)) / TICKS_A_SECOND / Math.max(1e-3, (now - before.at) / 1000);
        if (this.#threadTicks.size > 10_000) this.#threadTicks.clear();
        this.#threadTicks.set(key, { ticks: ticksRun, at: now, percent });
        return { state, cpu: percent };
      }
      return { state, cpu: before.percent };
    } catch {
      return undefined;
    }
  }

  /** Whether a process is there, and not stopped. */
  state(pid: number): string | undefined {
    try {
      return host.readStat(pid).state;
    } catch {
      return undefined;
    }
  }

  /** When a process began, in milliseconds since 1970; undefined where that can't be seen. */
  began(pid: number): number | undefined {
    try {
      return isHostSystem ? Date.now() - 1000 * host.ageSeconds(pid) : undefined;
    } catch {
      return undefined;
    }
  }

  #ticksSince(pid: number): number {
    try {
      const { ticksRun } = host.readStat(pid);
      const before = this.#ticks.get(pid) ?? ticksRun;
      this.#ticks.set(pid, ticksRun);
      return Math.max(0, ticksRun - before);
    } catch {
      return 0;
    }
  }

  #bytesOf(pid: number): number {
    let resident = this.#resident.get(pid);
    if (resident === undefined) {
      resident = host.residentMemory(pid);
      this.#resident.set(pid, resident);
    }
    return resident.bytes();
  }

  #forget(pid: number): void {
    this.#resident.get(pid)?.close();
    this.#resident.delete(pid);
    this.#ticks.delete(pid);
  }
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > KEPT) values.shift();
}
