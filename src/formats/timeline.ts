// What all threads did, in order. In: samples. Out: for each thread its rows, once all samples are there. Memory: the stacks that
// differ, and three to eight bytes for each row (see rows.ts): 100 to 200 MB for a gigabyte of MOJO in which no stack stays as it was.
import type { Sample } from "../model/sample.js";
import type { SampleStream } from "./format.js";
import { LaneClock } from "./lane_clock.js";
import { type Lane, Stacks } from "./lanes.js";
import { Rows } from "./rows.js";
import { ROOT } from "./stack_table.js";
import { Survey } from "./survey.js";

/** A thread and what it did. */
export interface Track {
  readonly lane: Lane;
  readonly rows: Rows;
}

export class Timeline {
  readonly stacks = new Stacks();
  readonly survey = new Survey();
  readonly tracks: Track[] = [];
  /** Of each process, how its memory changed, in order; rows of no stack. */
  readonly memory = new Map<number, Rows>();
  readonly #clock: LaneClock;
  /** Where each process's memory changed last. */
  readonly #changes = new Map<number, number>();

  private constructor(metadata: ReadonlyMap<string, string>) {
    this.#clock = new LaneClock(metadata);
  }

  static async of(samples: SampleStream): Promise<Timeline> {
    const timeline = new Timeline(samples.metadata);
    for await (const sample of samples) timeline.#add(sample);
    return timeline;
  }

  #add(sample: Sample): void {
    this.survey.add(sample);
    const lane = this.stacks.laneOf(sample);
    if (lane.index === this.tracks.length) this.tracks.push({ lane, rows: new Rows() });
    const { timeMicroseconds = 0, memoryBytes = 0 } = sample.metrics;
    const node = this.stacks.nodeOf(lane, sample.frames);
    const gap = this.#clock.gapBefore(lane, sample);
    const { rows } = this.tracks[lane.index] as Track;
    rows.add(node, sample.idle, sample.gc, gap, timeMicroseconds, memoryBytes);
    if (memoryBytes !== 0) this.#change(lane, memoryBytes);
  }

  #change(lane: Lane, bytes: number): void {
    let rows = this.memory.get(lane.pid);
    if (rows === undefined) {
      rows = new Rows();
      this.memory.set(lane.pid, rows);
    }
    const last = this.#changes.get(lane.pid) ?? 0;
    const now = Math.max(last, this.#clock.endOf(lane));
    this.#changes.set(lane.pid, now);
    rows.add(ROOT, false, false, now - last, 0, bytes);
  }
}
