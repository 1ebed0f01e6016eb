// From a process id to a decoder that can sample it. In: a process and how long to wait for its interpreter. Out: a
// connection, or why there is none. It knows no output.
import { Decoder } from "../decoder/index.js";
import { host, ProcessGone, ProcessUnseen } from "../host/index.js";
import { LiveMemory } from "../memory/live.js";
import { now } from "../memory/monotonic_clock.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import { InterpreterFinder } from "../target/find.js";
import type { NotYet } from "../target/find_result.js";
import { alignmentOf, type Interpreter } from "../target/interpreter.js";
import type { KnownFacts } from "../target/known_facts.js";
import { type WaitOptions, type WaitResult, waitForInterpreter } from "../target/wait.js";
import { type FirstSample, takeFirst } from "./first_sample.js";
import type { ProcessOptions } from "./process_options.js";

/** A target whose interpreter is found, understood and initialised. */
export interface Connection {
  readonly kind: "found";
  readonly interpreter: Interpreter;
  readonly decoder: Decoder;
  readonly memory: LiveMemory;
  /** False for a minor version newer than this decoder: its own offsets were good, but nobody has tried it. */
  readonly known: boolean;
  /** The sample that the decoder holds, where it is to be the first of the process. */
  readonly first?: FirstSample | undefined;
}

/** An interpreter that has threads and no frame for so long is not starting up: it hangs, or takes its time to end. */
const FRAMELESS_MICROSECONDS = 500_000;

/** An interpreter that is made anew has no cookie for a moment: its runtime is emptied first. One that has none for so long has none. */
const COOKIELESS_MICROSECONDS = 100_000;

interface Refused {
  readonly interpreter: Interpreter;
  readonly status: number;
}

export type ConnectResult =
  | Connection
  | Exclude<WaitResult, { readonly kind: "found" }>
  /** An interpreter whose layout can't be had; `status` is the decoder's. */
  | ({ readonly kind: "refused" } & Refused);

/** Whether one process's runtime is understood and initialised: asked anew at each look. */
export class Readiness {
  memory: LiveMemory;
  known = true;
  refused: Refused | undefined;
  readonly #decoder: () => Decoder;
  readonly #sampling: ProcessOptions | undefined;
  #first: FirstSample | undefined;
  /** Since when its runtime has had no cookie. */
  #cookielessSince: number | undefined;
  /** Since when it has had threads and no frame. */
  #framelessSince: number | undefined;

  /** @param sampling how its first sample is to be taken, where it is to be sampled: by the look that finds it ready */
  constructor(pid: number, decoder: () => Decoder, sampling?: ProcessOptions) {
    this.#decoder = decoder;
    this.#sampling = sampling;
    this.memory = new LiveMemory(pid);
  }

  isReady(interpreter: Interpreter): boolean {
    const { guestBase, pid } = interpreter;
    if (this.memory.guestBase !== guestBase || this.memory.pid !== pid) {
      this.memory.close();
      this.memory = new LiveMemory(pid, guestBase);
    }
    this.memory.readAs(host.lifeSigns(pid).task);
    const decoder = this.#decoder();
    const outcome = decoder.attach(
      {
        runtimeAddress: interpreter.runtimeAddress,
        wordSize: interpreter.wordSize,
        longSize: interpreter.longSize,
        alignment: alignmentOf(interpreter.machine),
        version: interpreter.version,
        hasDebugOffsets: interpreter.hasDebugOffsets,
        ownPid: host.readStatus(pid).ids.at(-1) ?? pid,
      },
      this.memory,
    );
    if (outcome.kind === "refused") {
      const time = now();
      if (outcome.isCookieless) this.#cookielessSince ??= time;
      const isFinal = !outcome.isCookieless || time - (this.#cookielessSince ?? time) >= COOKIELESS_MICROSECONDS;
      // A process that ends, or replaces its program, has nothing there any more: that says nothing of a layout.
      if (isFinal && this.memory.read(interpreter.runtimeAddress, 1).length > 0) {
        this.refused = { interpreter, status: outcome.status };
      }
      return false;
    }
    this.#cookielessSince = undefined;
    this.known = outcome.known;
    const isSampled = this.#sample(decoder);
    const isReady = isSampled && hasThread(decoder);
    if (!isReady) this.#first = undefined;
    if (isReady) return true;
    if (!isSampled || decoder.threadCount === 0) this.#framelessSince = undefined;
    else this.#framelessSince ??= now();
    return now() - (this.#framelessSince ?? Number.POSITIVE_INFINITY) >= FRAMELESS_MICROSECONDS;
  }

  #sample(decoder: Decoder): boolean {
    if (this.#sampling === undefined) return decoder.sample(this.memory) === "sampled";
    this.#first = takeFirst(decoder, this.memory, this.#sampling);
    return this.#first !== undefined;
  }

  connection(interpreter: Interpreter): Connection {
    const { memory, known } = this;
    return { kind: "found", interpreter, decoder: this.#decoder(), memory, known, first: this.#first };
  }
}

/**
 * Wait for the interpreter of process `pid`.
 * @param decoder one that sampled this process before an exec: its ids go on where they were
 * @param sampling how its first sample is to be taken, where it is to be sampled
 */
export async function connect(
  pid: number,
  options: Omit<WaitOptions, "isReady">,
  decoder: Decoder = new Decoder(),
  sampling?: ProcessOptions,
): Promise<ConnectResult> {
  const readiness = new Readiness(pid, () => decoder, sampling);
  const refusal = new AbortController();
  const isReady = (interpreter: Interpreter): boolean => {
    const ready = readiness.isReady(interpreter);
    // A layout doesn't get better with time.
    if (readiness.refused !== undefined) refusal.abort();
    return ready;
  };
  const signal = options.signal === undefined ? refusal.signal : AbortSignal.any([options.signal, refusal.signal]);
  const result = await waitForInterpreter(pid, { ...options, signal, isReady });
  if (result.kind === "found") return readiness.connection(result.interpreter);
  if (result.kind === "aborted" && readiness.refused !== undefined) return { kind: "refused", ...readiness.refused };
  return result;
}

/** Looks for the interpreter of one process, one look at a time: for those who have other things to do meanwhile. */
export class Connector {
  readonly #readiness: Readiness;
  readonly #finder: InterpreterFinder;
  /** Found, and not ready yet. */
  #candidate: Interpreter | undefined;

  /**
   * @param decoder asked for one as soon as there is something to be decoded
   * @param facts what is known of binaries; what is learnt is added
   * @param sampling how the first sample is to be taken
   */
  constructor(pid: number, decoder: () => Decoder, facts: KnownFacts, sampling: ProcessOptions) {
    this.#readiness = new Readiness(pid, decoder, sampling);
    const accept = (interpreter: Interpreter): boolean => {
      this.#candidate = interpreter;
      return this.#readiness.isReady(interpreter);
    };
    this.#finder = new InterpreterFinder(pid, { accept, facts });
  }

  /**
   * Whether the interpreter that the last look found is ready by now: much less work than a look.
   * @returns undefined where there is none that will be, or another program runs: look
   */
  lookAgain(): Connection | "not-yet" | undefined {
    const interpreter = this.#candidate;
    if (interpreter === undefined) return undefined;
    try {
      return this.#readiness.isReady(interpreter) ? this.#readiness.connection(interpreter) : "not-yet";
    } catch (error) {
      if (![TargetLost, AccessDenied, ProcessGone, ProcessUnseen].some((kind) => error instanceof kind)) throw error;
      this.#candidate = undefined;
      return undefined;
    }
  }

  /** Read ahead for a look, as InterpreterFinder.readAhead does. @returns whether it has nothing left to read */
  readAhead(milliseconds: number): boolean {
    return this.#finder.readAhead(milliseconds);
  }

  /** No look follows soon. */
  close(): void {
    this.#finder.close();
  }

  /** One look. */
  look(): Exclude<ConnectResult, { readonly kind: "timed-out" | "aborted" }> | NotYet {
    const readiness = this.#readiness;
    readiness.refused = undefined;
    this.#candidate = undefined;
    const result = this.#finder.find();
    if (readiness.refused !== undefined) return { kind: "refused", ...(readiness.refused as Refused) };
    if (result.kind === "gone") return { kind: "gone", wasThere: true };
    return result.kind === "found" ? readiness.connection(result.interpreter) : result;
  }
}

/** An interpreter that starts up has thread states before it has frames, and those are left out. */
function hasThread(decoder: Decoder): boolean {
  for (let thread = 0; thread < decoder.threadCount; thread++) {
    if (!decoder.isLeftOut(thread)) return true;
  }
  return false;
}
