// The decoders of a capture, by their numbers. In: what the log says of them. Out: each with the memory that it is to see. One that is
// done with goes, and another one may have its number.
import type { Decoder } from "../decoder/decoder.js";
import { BestStacks } from "../profile/best_stacks.js";
import { SnapshotReader } from "../profile/snapshot_reader.js";
import { LogError } from "./error.js";
import { FillReader } from "./fills.js";
import { BlockBudget, Image } from "./image.js";
import { ReplayedMemory } from "./replay.js";

export interface Attached {
  readonly decoder: Decoder;
  readonly fills: FillReader;
  readonly memory: ReplayedMemory;
  readonly reader: SnapshotReader | undefined;
  /** What to show, where a look was captured. */
  best: BestStacks;
  /** Whether it holds a sample that can be taken. */
  holds: boolean;
}

export class AttachedDecoders {
  readonly #newDecoder: () => Decoder;
  readonly #readsStacks: boolean;
  readonly #budget = new BlockBudget();
  readonly #attached: (Attached | undefined)[] = [];

  /** @param readsStacks whether stacks are wanted as objects, too */
  constructor(newDecoder: () => Decoder, readsStacks: boolean) {
    this.#newDecoder = newDecoder;
    this.#readsStacks = readsStacks;
  }

  /** Numbers that were given so far. */
  get size(): number {
    return this.#attached.length;
  }

  /** @throws LogError where it is attached to nothing */
  at(number: number): Attached {
    const attached = this.#attached[number];
    if (attached === undefined) throw new LogError(`decoder ${number} is attached to nothing`);
    return attached;
  }

  /** One that is to learn a target, of which nothing is known. */
  take(number: number): Attached {
    if (number > this.#attached.length) throw new LogError("a decoder's number is left out");
    const attached = this.#attached[number] ?? this.#make();
    this.#attached[number] = attached;
    attached.fills.reset();
    attached.holds = false;
    attached.best = new BestStacks();
    return attached;
  }

  /** It is done with. It may never have been attached. */
  retire(number: number): void {
    if (number >= this.#attached.length) return;
    this.#attached[number]?.fills.reset();
    this.#attached[number] = undefined;
  }

  #make(): Attached {
    const decoder = this.#newDecoder();
    const emptyAll = (): void => {
      for (const attached of this.#attached) attached?.fills.image.empty();
    };
    const fills = new FillReader(new Image(this.#budget), emptyAll);
    const reader = this.#readsStacks ? new SnapshotReader(decoder) : undefined;
    const memory = new ReplayedMemory(fills);
    return { decoder, fills, memory, reader, best: new BestStacks(), holds: false };
  }
}
