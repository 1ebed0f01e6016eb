// What the system said of the processes, second by second. In: gauges, and the profile's time. Out: processor and memory of the last seconds. It asks
// no more often than once a second.
import { type LiveProfile, SECONDS_KEPT } from "../../live/index.js";
import type { Gauges } from "../watching/gauges.js";

export class GaugeLog {
  readonly #seconds = new Map<number, readonly [cpu: number | null, memory: number | null]>();

  constructor(
    readonly gauges: Gauges,
    readonly live: LiveProfile,
  ) {}

  look(now: number): void {
    const { live, gauges } = this;
    const pids = new Set(live.threads.map(({ pid }) => pid).filter((pid) => pid > 0));
    if (pids.size === 0) return;
    gauges.look([...pids], now);
    const memory = gauges.memory.at(-1);
    this.#seconds.set(live.rates.second, [
      gauges.cpu.at(-1) ?? null,
      memory === undefined || memory === 0 ? null : memory,
    ]);
    for (const second of this.#seconds.keys()) {
      if (this.#seconds.size <= SECONDS_KEPT) break;
      this.#seconds.delete(second);
    }
  }

  of(second: number): readonly [cpu: number | null, memory: number | null] {
    return this.#seconds.get(second) ?? [null, null];
  }
}
