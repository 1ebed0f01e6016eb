// A look with native frames, made again. In: what its samples were made of, as the log has it, and the decoder that samples again. Out: the best stacks of each thread.
import type { Decoder } from "../decoder/decoder.js";
import type { Frame } from "../model/frame.js";
import type { Snapshot } from "../model/snapshot.js";
import { BestNativeStacks } from "../native/best_native_stacks.js";
import { Modules } from "../native/modules.js";
import { NativeLook } from "../native/native_look.js";
import { nameless } from "../native/native_name.js";
import { Unwinder } from "../native/unwinder.js";
import type { ThreadNames } from "../profile/best_stacks.js";
import type { SnapshotReader } from "../profile/snapshot_reader.js";
import type { Image } from "./image.js";
import type { LogCursor } from "./log_cursor.js";
import { type Fact, NativeInputs } from "./native_inputs.js";

/** Samples of one look: no sampler takes as many in its time. */
const MOST_LOOKS = 4096;

export class LookReader {
  readonly sample = undefined;
  readonly #unwinder = Unwinder.take();
  readonly #decoder: Decoder;
  readonly #reader: SnapshotReader | undefined;
  readonly #inputs: NativeInputs;
  readonly #looks: NativeLook[] = [];

  /** @param reader of the decoder's samples, where stacks are wanted */
  constructor(decoder: Decoder, reader: SnapshotReader | undefined, image: Image, emptyAll: () => void, fact: Fact) {
    this.#decoder = decoder;
    this.#reader = reader;
    this.#inputs = new NativeInputs(image, emptyAll, fact);
  }

  get leftOut(): number {
    return this.#inputs.leftOut;
  }

  /** Another sample is about to come. */
  goOn(fact: Fact): void {
    this.#inputs.learn(fact);
  }

  names(cursor: LogCursor): void {
    this.#inputs.readNames(cursor);
  }

  begin(cursor: LogCursor): void {
    this.#inputs.readBegin(cursor);
  }

  made(cursor: LogCursor, holds: boolean): void {
    const inputs = this.#inputs;
    inputs.readMade(cursor);
    if (!holds || this.#reader === undefined || this.#looks.length === MOST_LOOKS) return;
    this.#unwinder.forget();
    const modules = new Modules(inputs.mapped(), inputs);
    const tools = { unwinder: this.#unwinder, modules, evals: inputs.evals };
    this.#looks.push(new NativeLook(this.#decoder, this.#reader, inputs, tools));
  }

  /** What the program calls the threads of the last sample. */
  addNames(called: ThreadNames): void {
    this.#looks.at(-1)?.addNames(called);
  }

  finish(): void {}

  /** @param plain the best stacks without native frames, where there are some */
  stacks(plain: Snapshot | undefined): Snapshot<Frame> | undefined {
    const best = new BestNativeStacks();
    const modules = new Modules(this.#inputs.mapped(), this.#inputs);
    for (const look of this.#looks) {
      best.add(look.snapshot((call) => this.#inputs.nameOf(call) ?? nameless(call, modules.moduleAt(call.pc))));
    }
    return best.isProven || plain === undefined ? best.stacks : best.completed(plain);
  }

  close(): void {
    this.#unwinder.giveBack();
  }
}
