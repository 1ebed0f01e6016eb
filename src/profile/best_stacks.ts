// Which stacks to show of a process that was looked at several times in a row. In: its samples. Out: one in which every
// stack is proven; where there is none, the best one, with the stacks that nothing proves behind an invalid frame.
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";

/** What threads are called. */
export type ThreadNames = ReadonlyMap<string, string>;

/** A thread may run in several interpreters. */
export function threadOf({ interpreterId, nativeId }: Pick<ThreadSnapshot, "interpreterId" | "nativeId">): string {
  return `${interpreterId}:${nativeId}`;
}

export class BestStacks {
  /** Names that were read behind the samples. */
  #names: ThreadNames = new Map();
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
    const stacks = this.#unnamed;
    if (stacks === undefined || this.#names.size === 0) return stacks;
    return { ...stacks, threads: stacks.threads.map((thread) => withName(thread, this.#names.get(threadOf(thread)))) };
  }

  /** Names of threads, by `threadOf`. */
  addNames(names: ThreadNames): void {
    this.#names = new Map([...this.#names, ...names]);
  }

  get #unnamed(): Snapshot | undefined {
    const best = this.#best;
    const unproven = this.#unproven;
    if (best === undefined || unproven === undefined) return best ?? unproven;
    const shown = (thread: ThreadSnapshot): ThreadSnapshot =>
      unproven.threads.find((one) => isSameThread(one, thread)) ?? thread;
    return { ...best, threads: best.threads.map((thread) => (isWhole(thread) ? thread : shown(thread))) };
  }
}

function withName(thread: ThreadSnapshot, name: string | undefined): ThreadSnapshot {
  return name === undefined ? thread : { ...thread, name };
}

function isWhole({ frames }: ThreadSnapshot): boolean {
  return frames.every(({ kind }) => kind === "code");
}

function wholeThreads({ threads }: Snapshot): number {
  return threads.filter(isWhole).length;
}

function isSameThread(one: ThreadSnapshot, other: ThreadSnapshot): boolean {
  return one.nativeId === other.nativeId && one.interpreterId === other.interpreterId;
}
