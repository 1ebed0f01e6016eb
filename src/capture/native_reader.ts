// Samples of a run with native frames, made again. In: what they were made of, as the log has it, and the decoder that samples again. Out: the samples of a Composition,
// which is given what the live one was.
import type { Decoder } from "../decoder/decoder.js";
import { Composition } from "../native/composition.js";
import type { NativeSample } from "../native/native_sample.js";
import { Unwinder } from "../native/unwinder.js";
import { LogError } from "./error.js";
import { CONFIRMED, LOST, type NativeKind } from "./format.js";
import type { Image } from "./image.js";
import type { LogCursor } from "./log_cursor.js";
import { type Fact, NativeInputs } from "./native_inputs.js";

export class NativeReader {
  readonly #unwinder = Unwinder.take();
  readonly #inputs: NativeInputs;
  readonly #composition: Composition;
  /** Of the sample that has begun and isn't made. */
  #kind: NativeKind | undefined;

  /** @param fact that says that there are native frames from here on */
  constructor(decoder: Decoder, image: Image, emptyAll: () => void, fact: Fact) {
    const inputs = new NativeInputs(image, emptyAll, fact);
    this.#inputs = inputs;
    this.#composition = new Composition(decoder, inputs, inputs, this.#unwinder, inputs.mapped());
    inputs.follow(this.#composition.modules);
  }

  get sample(): NativeSample {
    return this.#composition.sample;
  }

  /** How many copies were too large to be captured. */
  get leftOut(): number {
    return this.#inputs.leftOut;
  }

  /** The process runs another program. */
  goOn(fact: Fact): void {
    this.#inputs.learn(fact);
    this.#composition.goOn(this.#inputs.mapped());
    this.#inputs.follow(this.#composition.modules);
    this.#kind = undefined;
  }

  names(cursor: LogCursor): void {
    this.#inputs.readNames(cursor);
  }

  begin(cursor: LogCursor): void {
    const composition = this.#composition;
    this.#kind = this.#inputs.readBegin(cursor);
    composition.prepare();
    composition.nameThem();
    if (this.#kind === "plain") composition.takePlain();
    else composition.begin(this.#kind === "same");
  }

  /** @param holds whether the decoder has a sample */
  made(cursor: LogCursor, holds: boolean): void {
    const composition = this.#composition;
    const kind = this.#kind;
    if (kind === undefined) throw new LogError("a native sample is made that has not begun");
    this.#kind = undefined;
    const bits = this.#inputs.readMade(cursor);
    if (kind === "copied" && holds) composition.compose();
    // Another decoder may have met no code that is new.
    this.#inputs.mapAgain();
    if ((bits & LOST) !== 0) composition.lose();
    else if ((bits & CONFIRMED) !== 0) {
      composition.confirm(composition.isStill(this.#inputs.mapped(this.#inputs.now)));
    }
    if (kind === "plain") composition.endPlain();
    this.#inputs.follow(composition.modules);
  }

  /** There is no sample any more. */
  finish(): void {
    this.#composition.finish();
  }

  close(): void {
    this.#unwinder.giveBack();
  }
}
