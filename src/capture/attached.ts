// The decoders of a capture, by their numbers. In: what the log says of them. Out: each with the memory that it is to see. One that is
// done with goes, and another one may have its number.
import type { Decoder } from "../decoder/decoder.js";
import type { Frame } from "../model/frame.js";
import { BestStacks } from "../profile/best_stacks.js";
import { SnapshotReader } from "../profile/snapshot_reader.js";
import { LogError } from "./error.js";
import { FillReader } from "./fills.js";
import { BlockBudget, Image } from "./image.js";
import { LookReader } from "./look_reader.js";
import { NativeReader } from "./native_reader.js";
import { ReplayedMemory } from "./replay.js";

export interface Attached {
  readonly decoder: Decoder;
  readonly fills: FillReader;
  readonly memory: ReplayedMemory;
  readonly reader: SnapshotReader | undefined;
  /** Its samples with native frames, where it has some, and who reads them. */
  native: NativeReader | LookReader | undefined;
  nativeStacks: SnapshotReader<Frame> | undefined;
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
  readonly #emptyAll = (): void => {
    for (const attached of this.#attached) attached?.fills.image.empty();
  };

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
    const attached = this.#attached[number];
    attached?.fills.reset();
    if (attached !== undefined) this.endNative(attached);
    this.#attached[number] = undefined;
  }

  /** Its process has native frames, from here on or in another program. */
  beginNative(attached: Attached, fact: Readonly<Record<string, unknown>>): void {
    if (fact.isResumed === true && attached.native !== undefined) {
      attached.native.goOn(fact);
      return;
    }
    this.endNative(attached);
    const { decoder, fills } = attached;
    if (fact.isLook === true) {
      attached.native = new LookReader(decoder, attached.reader, fills.image, this.#emptyAll, fact);
      return;
    }
    const native = new NativeReader(decoder, fills.image, this.#emptyAll, fact);
    attached.native = native;
    attached.nativeStacks = this.#readsStacks ? new SnapshotReader<Frame>(native.sample) : undefined;
  }

  /** It has none any more. */
  endNative(attached: Attached): void {
    attached.native?.close();
    attached.native = undefined;
    attached.nativeStacks = undefined;
  }

  /** All is played. */
  close(): void {
    for (const attached of this.#attached) if (attached !== undefined) this.endNative(attached);
  }

  #make(): Attached {
    const decoder = this.#newDecoder();
    const fills = new FillReader(new Image(this.#budget), this.#emptyAll);
    const reader = this.#readsStacks ? new SnapshotReader(decoder) : undefined;
    const memory = new ReplayedMemory(fills);
    const native = { native: undefined, nativeStacks: undefined };
    return { decoder, fills, memory, reader, ...native, best: new BestStacks(), holds: false };
  }
}

/** Take a sample of a look; those without proof only served to connect. */
export function lookAt({ decoder, best }: Attached, reader: SnapshotReader, wants: number): void {
  const { proof, showUnproven, runs } = decoder.wants;
  // One with native frames.
  if ((wants & runs) !== 0) return;
  if ((wants & showUnproven) !== 0) best.addUnproven(reader.read());
  else if ((wants & proof) !== 0) best.add(reader.read());
}
