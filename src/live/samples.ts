// Samples out of the model, for formats and analysis. In: the model. Out: samples, whose equal stacks share one array.
import type { Metric } from "../analysis/metric.js";
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { COLLECTING, IDLE, type LiveModel } from "./model.js";
import { frameOf } from "./places.js";
import type { Window } from "./tally.js";
import type { LiveThread } from "./thread.js";

class StackFrames {
  readonly #frames: Frame[] = [];
  readonly #stacks = new Map<number, readonly Frame[]>();

  constructor(readonly live: LiveModel) {}

  of(stack: number): readonly Frame[] {
    let frames = this.#stacks.get(stack);
    if (frames === undefined) {
      const caller = this.live.stacks.parent[stack] as number;
      frames = caller < 0 ? [] : [...this.of(caller), this.#frame(this.live.stacks.place[stack] as number)];
      this.#stacks.set(stack, frames);
    }
    return frames;
  }

  #frame(place: number): Frame {
    this.#frames[place] ??= frameOf(this.live.places.lines[place] as never);
    return this.#frames[place] as Frame;
  }
}

/** @param from when samples ended at the earliest, in microseconds @param to at the latest */
export function* recentSamples(
  live: LiveModel,
  from: number,
  to = Number.POSITIVE_INFINITY,
): Generator<Sample, void, undefined> {
  const frames = new StackFrames(live);
  const { recent, stacks, threads } = live;
  const isTimed = live.metrics.some(({ unit }) => unit === "microseconds");
  const isWeighed = live.metrics.some(({ unit }) => unit === "bytes");
  for (let i = 0; i < recent.count; i++) {
    const at = recent.at(i);
    const end = recent.end[at] as number;
    if (end < from || end > to) continue;
    const stack = recent.stack[at] as number;
    const flags = recent.flags[at] as number;
    yield {
      ...threadOf(threads[stacks.thread[stack] as number] as LiveThread),
      frames: frames.of(stack),
      metrics: {
        timeMicroseconds: isTimed ? (recent.time[at] as number) : undefined,
        memoryBytes: isWeighed ? (recent.memory[at] ?? 0) : undefined,
      },
      idle: (flags & IDLE) !== 0,
      gc: (flags & COLLECTING) !== 0,
    };
  }
}

export function* summedSamples(live: LiveModel, { of, without }: Window): Generator<Sample, void, undefined> {
  const frames = new StackFrames(live);
  const { stacks, threads, metrics } = live;
  const columnOf = (name: Metric["name"]): number => metrics.findIndex((one) => one.name === name);
  const columns = {
    time: columnOf("time"),
    cpu: columnOf("cpu"),
    gc: columnOf("gc"),
    allocated: columnOf("allocated"),
    released: columnOf("released"),
  };
  const value = (column: number, stack: number): number =>
    column < 0 ? 0 : Math.round((of.columns[column]?.[stack] ?? 0) - (without?.columns[column]?.[stack] ?? 0));
  for (let stack = 0; stack < stacks.count; stack++) {
    if (value(metrics.length, stack) === 0) continue;
    const thread = threadOf(threads[stacks.thread[stack] as number] as LiveThread);
    const time = value(columns.time, stack);
    const waited = columns.cpu < 0 ? 0 : time - value(columns.cpu, stack);
    const collecting = value(columns.gc, stack);
    const bytes = [value(columns.allocated, stack), -value(columns.released, stack)].filter((one) => one !== 0);
    const isWeighed = columns.allocated >= 0;
    const sample = (microseconds: number, memory: number, idle: boolean, gc: boolean): Sample => ({
      ...thread,
      frames: frames.of(stack),
      metrics: {
        timeMicroseconds: columns.time < 0 ? undefined : microseconds,
        memoryBytes: isWeighed ? memory : undefined,
      },
      idle,
      gc,
    });
    // What waits while the collector runs is told once.
    const both = Math.min(waited, Math.max(0, waited + collecting - time));
    const parts: readonly (readonly [number, boolean, boolean])[] = [
      [time - waited - collecting + both, false, false],
      [waited - both, true, false],
      [collecting - both, false, true],
      [both, true, true],
    ];
    for (const [part, idle, gc] of parts) if (part > 0) yield sample(part, bytes.shift() ?? 0, idle, gc);
    for (const memory of bytes) yield sample(0, memory, false, false);
  }
}

function threadOf({
  pid,
  interpreterId,
  thread,
  name,
}: LiveThread): Pick<Sample, "pid" | "interpreterId" | "thread" | "threadName"> {
  return { pid, interpreterId, thread, ...(name !== undefined && { threadName: name }) };
}
