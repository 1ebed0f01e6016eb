// Captures for programs. In: the bytes of a capture. Out: its profile as MOJO or as samples, its stacks, what is inside, and
// what could not be decoded. It needs no add-on, no Python and no process, and runs in a browser as it does in Node.
import { Decoder } from "../decoder/decoder.js";
import { loadModule } from "../decoder/local.js";
import { instantiate, type WasmModule } from "../decoder/wasm.js";
import type { FilterWords } from "../filters/words.js";
import { MisuseError } from "../model/error.js";
import type { Sample } from "../model/sample.js";
import type { Share } from "../model/share.js";
import type { RunStatistics } from "../model/statistics.js";
import { CHUNK_BYTES, MojoChunk } from "../mojo/chunk.js";
import { readMojo } from "../mojo/reader.js";
import { loadUnwinder } from "../native/unwinder.js";
import type { ProfileOptions } from "../profile/facts.js";
import { MojoSink } from "../sinks/mojo_sink.js";
import { Blocks, type CaptureSource } from "./container.js";
import { CaptureError, LogError } from "./error.js";
import type { Origin } from "./facts.js";
import { type CapturedProcess, type DecodingFigures, type PlayedStacks, Player } from "./player.js";
import type { ThreadTotals } from "./thread_tally.js";

export interface DecodeOptions {
  /** The decoder's Wasm, compiled; by default that of this package is loaded. */
  readonly module?: WasmModule | undefined;
  /** What of the profile is wanted: by default what the run wanted, with words that ask for nothing (`{}`) all of it. */
  readonly filters?: FilterWords | undefined;
  /** Gives decoders that nobody uses any more; by default each capture makes its own. */
  readonly newDecoder?: (() => Decoder) | undefined;
}

/** Decode a capture: its samples one by one, in the order of the profile. Iterate once, over samples or over `mojo()`. */
export function decodeCapture(source: CaptureSource, options: DecodeOptions = {}): DecodedCapture {
  return new DecodedCapture(source, options);
}

/**
 * One capture. What it says of itself is known as far as it was read. Iteration throws CaptureError where the file isn't a
 * capture or is damaged; all that came before has come. It throws UnansweredFilter where words ask for what the run didn't record.
 */
export class DecodedCapture implements AsyncIterable<Sample> {
  readonly #blocks: Blocks;
  readonly #decodeOptions: DecodeOptions;
  #player: Player | undefined;
  /** Where the profile's samples are, once it has begun. */
  #sink: MojoSink | undefined;
  #isBegun = false;
  /** Bytes of the log that the blocks inflated to. */
  #logBytes = 0;

  constructor(source: CaptureSource, options: DecodeOptions) {
    this.#blocks = new Blocks(source);
    this.#decodeOptions = options;
  }

  /** What it says of itself. */
  get origin(): Origin | undefined {
    return this.#player?.origin;
  }

  /** The processes that were sampled. */
  get processes(): readonly CapturedProcess[] {
    return this.#player?.processes ?? [];
  }

  /** Whether it is of a run; else it is of a look (`austin -w`). Known after the last. */
  get hasProfile(): boolean {
    return this.#player?.hasProfile ?? false;
  }

  /** Whether it is of a look, and has its stacks. Known after the last. */
  get hasLooks(): boolean {
    return this.#player?.hasLooks ?? false;
  }

  /** How the run was asked for; of a look, undefined. */
  get options(): ProfileOptions | undefined {
    return this.#player?.options;
  }

  /** How much there was so far, and how much of it the filters left out; undefined where there are none. */
  get share(): Share | undefined {
    return this.#player?.share;
  }

  /** Thread samples so far, before the filters: how many, and what is amiss with them. */
  get totals(): ThreadTotals {
    return this.#player?.totals ?? { samples: 0, incomplete: 0, reasons: {} };
  }

  /** The stacks that were seen of each process so far: by the look, or last in the run. Only of `stacks()`. */
  get lastStacks(): readonly PlayedStacks[] {
    const player = this.#player;
    if (player === undefined) return [];
    return player.hasProfile ? player.lastStacks : player.looks;
  }

  /** The figures of the run, counted anew; undefined where the capture has no end. */
  get statistics(): Omit<RunStatistics, "output"> | undefined {
    return this.#player?.statistics;
  }

  /** What was decoded, and what could not be. */
  get figures(): DecodingFigures | undefined {
    return this.#player?.figures;
  }

  /** Whether the file breaks off: in the midst of a block, or behind one before the run was over. Known after the last. */
  get isCut(): boolean {
    return this.#blocks.isCut || (this.hasProfile && this.statistics === undefined);
  }

  /** Bytes of the file, and of the log in it, that were read so far. */
  get size(): { readonly file: number; readonly log: number } {
    return { file: this.#blocks.length, log: this.#logBytes };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sample, void, undefined> {
    yield* readMojo(this.mojo());
  }

  /** The profile as a MOJO stream: the very bytes of the live one, in pieces. Of a look there is none. */
  async *mojo(): AsyncGenerator<Uint8Array, void, undefined> {
    const player = await this.#begin(false);
    let error: unknown;
    try {
      for await (const _ of this.#played(player)) yield* this.#wholeSamples(CHUNK_BYTES);
    } catch (cause) {
      error = cause;
    }
    // Of a damaged block, too, what came before the damage is good.
    yield* this.#wholeSamples(1);
    if (error !== undefined) throw error;
  }

  /** The stacks that were seen of each process: by the look, or last in the run. */
  async stacks(): Promise<readonly PlayedStacks[]> {
    const player = await this.#begin(true);
    for await (const _ of this.#played(player)) this.#sink?.encoder.dropSamples();
    return this.lastStacks;
  }

  async #begin(stacks: boolean): Promise<Player> {
    if (this.#isBegun) throw new MisuseError("a capture is decoded once");
    this.#isBegun = true;
    const { filters } = this.#decodeOptions;
    const newDecoder = this.#decodeOptions.newDecoder ?? (await decoderMaker(this.#decodeOptions.module));
    await loadUnwinder();
    this.#player = new Player({
      newDecoder,
      stacks,
      filters,
      newSink: (selection) => {
        this.#sink = new MojoSink({ selection });
        return this.#sink;
      },
    });
    return this.#player;
  }

  /** What is whole, where that is as much as `least` bytes. */
  *#wholeSamples(least: number): Generator<Uint8Array, void, undefined> {
    const encoder = this.#sink?.encoder;
    if (encoder === undefined || encoder.sampledLength < least) return;
    const { bytes, length } = encoder.swap(new MojoChunk());
    yield bytes.subarray(0, length);
  }

  /** Play block after block. */
  async *#played(player: Player): AsyncGenerator<true, void, undefined> {
    try {
      for await (const { offset, bytes } of this.#blocks) {
        this.#logBytes += bytes.length;
        playBlock(player, bytes, offset);
        yield true;
      }
    } finally {
      player.close();
    }
  }
}

/** @throws CaptureError where the block isn't what a writer writes */
function playBlock(player: Player, bytes: Uint8Array, offset: number): void {
  try {
    player.play(bytes);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new CaptureError("damaged", offset, error.message);
  }
}

async function decoderMaker(module: WasmModule | undefined): Promise<() => Decoder> {
  const compiled = module ?? (await loadModule());
  return () => new Decoder(instantiate(compiled));
}
