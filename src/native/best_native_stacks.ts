// Which native stacks to show of a process that was looked at several times in a row. In: its samples. Out: of each thread the best stack that was seen: a whole one,
// else one that is proven, else Python's frames as a plain sample has them.
import type { Frame } from "../model/frame.js";
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
import { threadOf } from "../profile/best_stacks.js";
import type { NativeSnapshot, NativeThread } from "./native_look.js";

export class BestNativeStacks {
  #last: NativeSnapshot = { threads: [], reasons: [] };
  readonly #best = new Map<string, NativeThread>();

  /** @returns whether it can't be bettered */
  add(sample: NativeSnapshot): boolean {
    this.#last = sample;
    for (const thread of sample.threads) {
      const known = this.#best.get(threadOf(thread.snapshot));
      if (known === undefined || rank(thread) > rank(known)) this.#best.set(threadOf(thread.snapshot), thread);
    }
    return sample.threads.length > 0 && this.#shown().every(isWhole);
  }

  /** There was a sample, and all of its Python frames are proven. */
  get isProven(): boolean {
    return this.#last.threads.length > 0 && this.#shown().every(({ isProven }) => isProven);
  }

  get stacks(): Snapshot<Frame> {
    return { threads: this.#shown().map(({ snapshot }) => snapshot), reasons: this.#last.reasons };
  }

  /** The same, with the stacks of a plain sample where none is proven. */
  completed(plain: Snapshot): Snapshot<Frame> {
    const shown = new Map(this.#shown().map((thread) => [threadOf(thread.snapshot), thread]));
    const threads = plain.threads.map((thread) => {
      const native = shown.get(threadOf(thread));
      if (native?.isProven === true) return native.snapshot;
      const reason = native?.snapshot.reasons.find((one) => one.startsWith("native frames")) ?? "native frames missing";
      return withReason(thread, reason);
    });
    const known = new Set(plain.threads.map(threadOf));
    const others = this.#shown().filter(({ snapshot }) => snapshot.interpreterId < 0 && !known.has(threadOf(snapshot)));
    return { threads: [...threads, ...others.map(({ snapshot }) => snapshot)], reasons: plain.reasons };
  }

  /** The threads of the last sample. */
  #shown(): NativeThread[] {
    return this.#last.threads.map((thread) => this.#best.get(threadOf(thread.snapshot)) ?? thread);
  }
}

/** Stacks without native frames, and why. */
export function withHindrance(stacks: Snapshot<Frame>, hindrance: string | undefined): Snapshot<Frame> {
  if (hindrance === undefined) return stacks;
  return { ...stacks, threads: stacks.threads.map((thread) => withReason(thread, hindrance)) };
}

function withReason<One extends Frame>(thread: ThreadSnapshot<One>, reason: string): ThreadSnapshot<One> {
  return { ...thread, reasons: [...thread.reasons, reason] };
}

/** All that there was to be seen of the thread is there. */
function isWhole({ order, lacksKernel }: NativeThread): boolean {
  return order?.isOrdered === true && order.stack.isWhole && lacksKernel !== true;
}

function rank(thread: NativeThread): number {
  return (isWhole(thread) ? 2 : 0) + (thread.isProven ? 1 : 0);
}
