// Samples as plain objects, for programs that use this package. In: a process id. Out: a snapshot at each call. The
// tick of a run doesn't come through here: objects cost more than the decoding.
import type { Decoder } from "../decoder/index.js";
import type { CodeFrame, InvalidFrame } from "../model/frame.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Interpreter } from "../target/interpreter.js";
import { type Connection, type ConnectResult, connect } from "./connect.js";
import { StillMemory } from "./still_memory.js";

export interface AttachOptions {
  /** How long to look for an initialised interpreter, in milliseconds; 3000 by default. */
  readonly timeoutMilliseconds?: number;
  /** Whether the process was just started and may still become Python (a shell, a launcher). */
  readonly launched?: boolean;
  readonly signal?: AbortSignal;
}

/** The process can't be sampled; `result` holds the facts. */
export class AttachError extends Error {
  override readonly name = "AttachError";
  constructor(
    readonly pid: number,
    readonly result: Exclude<ConnectResult, Connection>,
  ) {
    super(`cannot sample process ${pid}: ${result.kind}`);
  }
}

const DEFAULT_TIMEOUT_MILLISECONDS = 3000;
/** How long to wait for the processor of a thread that runs: no tick is due, and a busy machine takes a few turns. */
const PATIENCE_MICROSECONDS = 20_000;
const INVALID: InvalidFrame = { kind: "invalid" };

/**
 * Connect to a running Python process. It is read from outside and notices nothing.
 * @throws AttachError when there is no interpreter that can be sampled
 */
export async function attach(pid: number, options: AttachOptions = {}): Promise<Snapshots> {
  const { timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS, launched = false, signal } = options;
  const result = await connect(pid, { timeoutMs: timeoutMilliseconds, launched, ...(signal && { signal }) });
  if (result.kind !== "found") throw new AttachError(pid, result);
  return new Snapshots(result);
}

/** Samples of one process, taken when asked for. */
export class Snapshots {
  readonly interpreter: Interpreter;
  readonly #connection: Connection;
  readonly #memory: StillMemory;
  readonly #strings = new Map<number, string>();
  readonly #frames = new Map<number, CodeFrame>();
  readonly #text = new TextDecoder();
  #closed = false;

  constructor(connection: Connection) {
    this.interpreter = connection.interpreter;
    this.#connection = connection;
    this.#memory = new StillMemory(connection.memory, PATIENCE_MICROSECONDS);
    this.#learn(connection.decoder);
  }

  /**
   * Take one sample; undefined when the process has no interpreter at this moment (it starts, ends, or calls exec).
   * @param still whether still copies may be made; without them nothing is proven, and each stack has an invalid root
   * @throws TargetLost when the process has ended, AccessDenied when reading it is no longer permitted
   */
  sample(still = true): Snapshot | undefined {
    if (this.#closed) throw new Error("the session is closed");
    const { decoder } = this.#connection;
    const { checkpoint, proof, mayBeStill, showUnproven } = decoder.wants;
    const wants = checkpoint | proof | (still ? mayBeStill : showUnproven);
    if (decoder.sample(this.#memory, wants) !== "sampled") return undefined;
    this.#learn(decoder);
    const threads = Array.from({ length: decoder.threadCount }, (_, thread) => ({
      interpreterId: decoder.interpreterId(thread),
      nativeId: decoder.nativeId(thread),
      frames: this.#stack(decoder, thread),
      gc: decoder.isCollecting(thread),
      reasons: decoder.reasonWords.wordsOf(decoder.threadReasons(thread)),
    }));
    return { threads, reasons: decoder.reasonWords.wordsOf(decoder.reasons) };
  }

  /** Forget the process. Nothing is held in it, so nothing needs to be given back. */
  close(): void {
    this.#closed = true;
    this.#memory.close();
    this.#strings.clear();
    this.#frames.clear();
  }

  #stack(decoder: Decoder, thread: number): (CodeFrame | InvalidFrame)[] {
    const start = decoder.framesStart(thread);
    const ids = decoder.frameIds.subarray(start, start + decoder.frameCount(thread));
    return Array.from(ids, (id) => this.#frames.get(id) ?? INVALID);
  }

  #learn(decoder: Decoder): void {
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      this.#strings.set(id, this.#text.decode(utf8));
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const { id, scope, filename, line, lineEnd, column, columnEnd } = decoder.newFrame(i);
      this.#frames.set(id, {
        kind: "code",
        scope: this.#strings.get(scope) ?? "",
        filename: this.#strings.get(filename) ?? "",
        location: { line, lineEnd, column, columnEnd },
      });
    }
  }
}
