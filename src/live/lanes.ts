// What each thread did, second by second. In: slices of a mirror, as they come. Out: of a thread and a second its samples and what is known of its time.
// Bounded: as many seconds as rates have, of each thread that has any sample in them. Knows no picture.
import type { Metric } from "../analysis/metric.js";
import type { LiveMirror } from "./mirror.js";
import { SECONDS_KEPT } from "./rates.js";
import type { WireSlice } from "./wire.js";

enum Field {
  SAMPLES,
  TIME,
  RUNNING,
  COLLECTING,
  COUNT,
}

export interface LaneSecond {
  readonly samples: number;
  /** Shares of the thread's time in this second, from 0 to 1. Undefined where the profile doesn't say. */
  readonly running: number | undefined;
  readonly collecting: number | undefined;
}

/** What a profile says of threads, beside that they were there: what they did, or only that they ran (CPU mode). */
export type Telling = "states" | "running" | "nothing";

export class Lanes {
  readonly tells: Telling;
  readonly #byThread: (Float32Array | undefined)[] = [];
  /** Of each thread, the first and the last second with a sample. */
  readonly #lives: [first: number, last: number][] = [];
  readonly #columns: Readonly<Record<"time" | "cpu" | "gc", number>>;
  #second = Number.NEGATIVE_INFINITY;
  #last: WireSlice | undefined;

  constructor(readonly mirror: LiveMirror) {
    const { metrics, metadata } = mirror;
    const column = (name: Metric["name"]): number => metrics.findIndex((metric) => metric.name === name);
    this.#columns = { time: column("time"), cpu: column("cpu"), gc: column("gc") };
    this.tells = this.#columns.cpu >= 0 ? "states" : metadata.get("mode") === "cpu" ? "running" : "nothing";
  }

  /** Take in what the mirror has got since the last call. */
  follow(): void {
    const { slices } = this.mirror;
    const from = this.#last === undefined ? 0 : slices.lastIndexOf(this.#last) + 1;
    for (let i = from; i < slices.length; i++) this.#take(slices[i] as WireSlice);
    this.#last = slices.at(-1);
  }

  /** Whether a thread was there at any time between these seconds, the second one not among them. */
  isIn(thread: number, from: number, to: number): boolean {
    const [first, last] = this.#lives[thread] ?? [0, -1];
    return first < to && last >= from;
  }

  /** Undefined where the thread has no sample then, or none is kept. @param thread its number */
  of(thread: number, second: number): LaneSecond | undefined {
    const samples = this.#of(thread, second, Field.SAMPLES);
    if (samples === 0) return undefined;
    const time = this.#of(thread, second, Field.TIME);
    const share = (field: Field, isKnown: boolean): number | undefined =>
      isKnown && time > 0 ? Math.min(1, this.#of(thread, second, field) / time) : undefined;
    const running = this.tells === "running" ? 1 : share(Field.RUNNING, this.tells === "states");
    return { samples, running, collecting: share(Field.COLLECTING, this.#columns.gc >= 0) };
  }

  #of(thread: number, second: number, field: Field): number {
    if (second > this.#second || second <= this.#second - SECONDS_KEPT || second < 0) return 0;
    return this.#byThread[thread]?.[Field.COUNT * (second % SECONDS_KEPT) + field] ?? 0;
  }

  #take({ from, to, stacks, values }: WireSlice): void {
    const second = Math.max(0, Math.floor((from + to) / 2e6));
    this.#go(second);
    const { metrics, stacks: all } = this.mirror;
    const fields: readonly (readonly [Field, number])[] = [
      [Field.SAMPLES, metrics.length],
      [Field.TIME, this.#columns.time],
      [Field.RUNNING, this.#columns.cpu],
      [Field.COLLECTING, this.#columns.gc],
    ];
    const at = Field.COUNT * (second % SECONDS_KEPT);
    for (let i = 0; i < stacks.length; i++) {
      const thread = all.thread[stacks[i] as number] as number;
      let lane = this.#byThread[thread];
      if (lane === undefined) {
        lane = new Float32Array(Field.COUNT * SECONDS_KEPT);
        this.#byThread[thread] = lane;
        this.#lives[thread] = [second, second];
      }
      (this.#lives[thread] as [number, number])[1] = second;
      for (const [field, column] of fields) {
        if (column >= 0) (lane[at + field] as number) += (values[column] as readonly number[])[i] as number;
      }
    }
  }

  /** Another second begins: what was in its place is of long ago. */
  #go(second: number): void {
    const first = Math.max(this.#second + 1, second - SECONDS_KEPT + 1);
    for (let one = first; one <= second; one++) {
      const at = Field.COUNT * (one % SECONDS_KEPT);
      for (const lane of this.#byThread) lane?.fill(0, at, at + Field.COUNT);
    }
    this.#second = Math.max(this.#second, second);
  }
}
