// A run before the run: some hundred samples of a program that the decoder keeps in its own memory (assembly/warmup). In:
// what the real run is to do. Out: nothing that lasts but compiled code. V8 interprets what it sees for the first time, and
// compiles while it goes on: the first ticks take five times as long as later ones, and a short script is over by then. Our
// own memory is read as the target's will be, and nobody is given what is sampled.
import { LocalDecoder, localModule } from "../decoder/local.js";
import { instantiate } from "../decoder/wasm.js";
import { addressOf, LiveMemory } from "../memory/live.js";
import type { RunStatistics } from "../model/statistics.js";
import type { SampleSink } from "../profile/sink.js";
import { type PythonVersion, versionFromNumbers } from "../target/interpreter.js";
import type { Connection } from "./connect.js";
import { takeFirst } from "./first_sample.js";
import type { ProcessOptions } from "./process_options.js";
import { runSession } from "./session.js";

/** Samples until nearly all is compiled that a tick uses. */
const SAMPLES = 400;
/** Samples of one stack: the next one has other calls. */
const SAMPLES_A_STACK = 3;
/** A machine that has no time for it gets no better by waiting. */
const MOST_MICROSECONDS = 250_000;
/** Most samples follow each other at once; it is not 0, so that what waits is used, too. */
const INTERVAL_MICROSECONDS = 10;
/** The newest version whose layout can be told without looking into a target: later ones share nearly all of its code. */
const LAST_MINOR = 12;

/**
 * Sample ourselves. Whatever fails, fails again in the run, and is told there.
 * @param version what is known of the target's
 * @param sink one of the class that the run will use, so that the run's is compiled; nobody is given what it takes
 * @param signal ends it early
 * @returns what it came to; undefined where it could not be done
 */
export async function warmUpSampling(
  version: PythonVersion | undefined,
  options: ProcessOptions,
  sink: SampleSink,
  signal?: AbortSignal,
): Promise<Omit<RunStatistics, "output"> | undefined> {
  try {
    return await new WarmUp(version, options).run(sink, signal);
  } catch {
    return undefined;
  }
}

class WarmUp {
  readonly #instance = instantiate(localModule());
  readonly #connection: Connection;
  readonly #options: ProcessOptions;
  #samples = 0;

  constructor(version: PythonVersion | undefined, options: ProcessOptions) {
    const { memory: own, constant, functions } = this.#instance;
    this.#options = options;
    const decoder = new LocalDecoder(this.#instance);
    const memory = new LiveMemory(process.pid, addressOf(new Uint8Array(own.buffer)));
    // Our own thread: an off-CPU copy of it is made at once, on the processor where it is.
    const nativeId = process.pid;
    const runtimeAddress = BigInt(constant("WARM_UP_RUNTIME"));
    const known = versionFromNumbers(3, Math.min(version?.minor ?? LAST_MINOR, LAST_MINOR), 0);
    const facts = {
      runtimeAddress,
      wordSize: 8,
      longSize: 8,
      version: known,
      hasDebugOffsets: false,
      ownPid: nativeId,
    } as const;
    const outcome = decoder.attach(facts, memory);
    if (outcome.kind === "refused" || !functions.startWarmUp(nativeId)) throw new Error("there is no such program");
    const first = takeFirst(decoder, memory, options);
    if (first === undefined) throw new Error("the program can't be sampled");
    const { pid, guestBase } = memory;
    const interpreter = {
      ...facts,
      pid,
      guestBase,
      freeThreaded: false,
      image: "",
      machine: "",
      foundBy: "memory",
    } as const;
    this.#connection = { kind: "found", interpreter, decoder, memory, known: true, first };
  }

  async run(sink: SampleSink, signal?: AbortSignal): Promise<Omit<RunStatistics, "output">> {
    const over = new AbortController();
    const { statistics } = await runSession({ connections: [this.#connection] }, sink, {
      ...this.#options,
      intervalMicroseconds: INTERVAL_MICROSECONDS,
      exposureMicroseconds: MOST_MICROSECONDS,
      timeoutMilliseconds: 0,
      prompt: true,
      signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
      interfaceVersion: "",
      ticked: () => {
        if (++this.#samples === SAMPLES) over.abort();
        if (this.#samples % SAMPLES_A_STACK === 0) this.#instance.functions.moveWarmUp(this.#samples / SAMPLES_A_STACK);
      },
    });
    return statistics;
  }
}
