// Captures of built targets: the real recorder and the real profile over memory that no process has. In: a layout and what to
// do. Out: the pieces of the log, the file, and the live profile.
import { METHOD_STORED } from "../../src/capture/format.js";
import type { Decoder } from "../../src/decoder/decoder.js";
import type { DecoderInstance } from "../../src/decoder/wasm.js";
import type { ProfileOptions, TargetFacts } from "../../src/profile/facts.js";
import { Profile, type ProfiledProcess } from "../../src/profile/profile.js";
import { sinkOf } from "../../src/profile/sink_group.js";
import { blockOf, fileHead, frame } from "../../src/recording/blocks.js";
import { CaptureLog } from "../../src/recording/capture_log.js";
import { CaptureSink } from "../../src/recording/capture_sink.js";
import type { RecordingDecoder } from "../../src/recording/recording_decoder.js";
import { MojoSink } from "../../src/sinks/mojo_sink.js";
import type { ProfileSelection } from "../../src/sinks/selection.js";
import { BuiltTarget } from "../decoder/built_target.js";
import { OffCpuSource } from "../decoder/off_cpu_source.js";

export const PID = 99;
export const OPTIONS: ProfileOptions = {
  mode: "full",
  intervalMicroseconds: 1000,
  gc: true,
  interfaceVersion: "4.0.0",
};

/** What is known of a process that ended. */
const FIGURES = {
  stillMicroseconds: 0.5,
  stillUnavailable: undefined,
  stillPrevented: {},
  unansweredStates: 0,
};

export class BuiltCapture {
  readonly target: BuiltTarget;
  readonly source: OffCpuSource;
  readonly log: CaptureLog;
  readonly decoder: RecordingDecoder;
  /** Whole samples and facts, one a piece. */
  readonly pieces: Uint8Array[] = [];
  readonly #mojo: MojoSink;
  readonly #profile: Profile;
  readonly #process: ProfiledProcess;
  readonly #format: string;
  #time = 1_000_000;

  /**
   * @param instance another build of the decoder than the package's
   * @param selection what of the profile is written
   */
  constructor(
    format: string,
    fill: (target: BuiltTarget) => void,
    instance?: DecoderInstance,
    options = OPTIONS,
    selection?: ProfileSelection,
  ) {
    this.#format = format;
    this.target = new BuiltTarget(format);
    fill(this.target);
    this.source = new OffCpuSource(this.target.memory);
    this.log = new CaptureLog(() => this.#cut());
    this.log.fact("capture", {
      tool: "austin-ts",
      toolVersion: "0.0.0",
      started: "2026-01-01T00:00:00.000Z",
      options: ["--capture", "x"],
      platform: "none",
      release: "0",
      architecture: "none",
      byteOrder: "little",
    });
    this.decoder = this.log.decoder(instance);
    this.decoder.attach(this.target.facts, this.target.memory);
    this.decoder.sample(this.target.memory);
    this.#mojo = new MojoSink({ selection });
    const capture = new CaptureSink(this.log, { saturated: false, failed: undefined });
    this.#profile = new Profile(sinkOf([this.#mojo, capture]), options, selection);
    this.#profile.begin({ python: format, multiprocess: false, memoryKibibytes: 1024 });
    const target = this.#facts(format);
    const isRunning = (nativeId: number): boolean => nativeId % 2 === 1;
    this.#process = this.#profile.open({ pid: PID, decoder: this.decoder, now: this.#time, target, isRunning });
  }

  /** Take a sample, 1 ms after the one before, for which resident memory has changed by `bytes`. */
  take(
    wants = this.decoder.wants.checkpoint | this.decoder.wants.proof | this.decoder.wants.mayCopyOffCpu,
    bytes = 4096,
  ): void {
    this.#time += 1000;
    if (this.decoder.sample(this.source, wants) === "sampled") this.#process.sampled(this.#time, bytes);
  }

  #facts(pythonVersion: string): TargetFacts {
    return { pythonVersion, wordSize: this.target.wordSize, machine: "x", freeThreaded: false, image: "y" };
  }

  /** Bits of what the mode wants of the decoder. */
  get modeWants(): number {
    return this.#process.recorder.wants;
  }

  /** Another interpreter was found in the process: the same one, attached to again, of another release. */
  attachAgain(): void {
    this.decoder.attach(this.target.facts, this.target.memory);
    this.decoder.sample(this.target.memory);
    this.#process.resumed(this.#facts(`${this.#format}.9`));
  }

  /** Another process, of the same memory, is attached to, sampled, and ends. */
  passBy(pid: number, decoder: Decoder): void {
    decoder.attach(this.target.facts, this.target.memory);
    decoder.sample(this.target.memory);
    const passing = this.#profile.open({ pid, decoder, now: this.#time, target: this.#facts(this.#format) });
    this.#time += 1000;
    if (decoder.sample(this.source, decoder.wants.checkpoint) === "sampled") passing.sampled(this.#time);
    this.#profile.close(passing, FIGURES);
  }

  end(): void {
    this.#profile.close(this.#process, FIGURES);
    this.#profile.finish({
      start: 1_000_000,
      end: this.#time,
      ticks: 10,
      takenTicks: 9,
      missedTicks: 1,
      longTicks: 2,
      sampling: { minimumMicroseconds: 1.5, averageMicroseconds: 2.25, maximumMicroseconds: 3 },
    });
  }

  /** The profile that was made while it was captured. */
  get live(): Uint8Array {
    return this.#mojo.encoder.encoded();
  }

  /** The file, with so many pieces in each block. */
  async file(piecesABlock = 3): Promise<Uint8Array> {
    const parts = [fileHead()];
    for (let i = 0; i < this.pieces.length; i += piecesABlock) {
      parts.push(...(await blockOf(Buffer.concat(this.pieces.slice(i, i + piecesABlock)))));
    }
    return Buffer.concat(parts);
  }

  #cut(): void {
    const { buffer } = this.log;
    this.pieces.push(buffer.bytes.slice(0, buffer.length));
    buffer.length = 0;
  }
}

/** A file with one block, which isn't compressed, and whose checksum is right. */
export function fileOf(log: Uint8Array): Uint8Array {
  return Buffer.concat([fileHead(), ...frame(log, log.length, METHOD_STORED)]);
}

/**
 * Two threads, some functions that come and go, memory that fails, a second attachment.
 * @param holds whether off-CPU copies are held, but for the first
 */
export function smallCapture(format: string, instance?: DecoderInstance, holds = true): BuiltCapture {
  const codes: ReturnType<BuiltTarget["code"]>[] = [];
  let threads: ReturnType<BuiltTarget["thread"]>[] = [];
  const run = (target: BuiltTarget, depths: readonly number[]): void => {
    for (const [i, depth] of depths.entries()) {
      const frames = Array.from({ length: depth }, (_, at) => ({
        code: codes[(at + i) % 3] as (typeof codes)[number],
      }));
      target.stack(threads[i] as (typeof threads)[number], frames);
    }
  };
  const capture = new BuiltCapture(
    format,
    (target) => {
      codes.push(...["main", "función", "名前"].map((name) => target.code({ name })));
      threads = [target.thread(), target.thread()];
      run(target, [3, 1]);
    },
    instance,
  );
  const { target } = capture;
  capture.take();
  capture.source.holds = holds;
  for (const depths of [
    [2, 2],
    [1, 3],
    [4, 1],
  ]) {
    run(target, depths);
    capture.take();
  }
  target.memory.hide((codes[1] as (typeof codes)[number]).address, 8);
  capture.take();
  target.memory.showAll();
  target.replace(codes[0] as (typeof codes)[number], { name: "other" });
  capture.source.still = false;
  capture.take();
  capture.attachAgain();
  capture.source.still = true;
  capture.take();
  capture.take(capture.decoder.wants.showUnproven | capture.decoder.wants.proof);
  capture.end();
  return capture;
}
