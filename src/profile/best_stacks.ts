// Which stacks to show of a process that was looked at several times in a row. In: its samples. Out: one in which every
// stack is proven; where there is none, the best one, with the stacks that nothing proves behind an invalid frame.
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";

export class BestStacks {
  #best: Snapshot | undefined;
  #unproven: Snapshot | undefined;

  /** Take a sample that shows what is proven. @returns whether it is as good as can be */
  add(sample: Snapshot): boolean {
    if (this.#best === undefined || wholeThreads(sample) > wholeThreads(this.#best)) this.#best = sample;
    return sample.threads.every(isWhole);
  }

  /** Take a sample that shows what nothing proves, too. */
  addUnproven(sample: Snapshot): void {
    this.#unproven = sample;
  }

  /** Undefined where there was no sample. */
  get stacks(): Snapshot | undefined {
    const best = this.#best;
    const unproven = this.#unproven;
    if (best === undefined || unproven === undefined) return best ?? unproven;
    const shown = (thread: ThreadSnapshot): ThreadSnapshot =>
      unproven.threads.find((one) => isSameThread(one, thread)) ?? thread;
    return { ...best, threads: best.threads.map((thread) => (isWhole(thread) ? thread : shown(thread))) };
  }
}

function isWhole({ frames }: ThreadSnapshot): boolean {
  return frames.every(({ kind }) => kind === "code");
}

function wholeThreads({ threads }: Snapshot): number {
  return threads.filter(isWhole).length;
}

/** A thread may run in several interpreters. */
function isSameThread(one: ThreadSnapshot, other: ThreadSnapshot): boolean {
  return one.nativeId === other.nativeId && one.interpreterId === other.interpreterId;
}
