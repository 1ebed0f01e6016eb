// Samples as plain objects, for programs that use this package. In: a process id. Out: a snapshot at each call. The
// tick of a run doesn't come through here: objects cost more than the decoding.
import { Decoder, type SampleOutcome } from "../decoder/index.js";
import { host } from "../host/index.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import { AustinError, MisuseError } from "../model/error.js";
import type { Snapshot } from "../model/snapshot.js";
import type { NativeJournal } from "../native/journal.js";
import { SnapshotReader } from "../profile/snapshot_reader.js";
import type { Interpreter } from "../target/interpreter.js";
import { Clock } from "./clock.js";
import { type Connection, type ConnectResult, connect } from "./connect.js";
import type { NativeSnapshots } from "./native_snapshots.js";
import { OffCpuMemory } from "./off_cpu_memory.js";
import { unprovenWants } from "./unproven.js";

export interface AttachOptions {
  /** How long to look for an initialised interpreter, in milliseconds; 3000 by default. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Whether the process was just started and may still become Python (a shell, a launcher). */
  readonly launched?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Why a process can't be sampled: `kind` says what it is, the other fields the facts. */
export type AttachFailure = Exclude<ConnectResult, Connection>;

/** The process can't be sampled; `result` holds the facts. */
export class AttachError extends AustinError {
  override readonly name = "AttachError";
  readonly kind = "not-attached";
  constructor(
    readonly pid: number,
    readonly result: AttachFailure,
  ) {
    super(`cannot sample process ${pid}: ${result.kind}`);
  }
}

const DEFAULT_TIMEOUT_MILLISECONDS = 3000;
/** How long to wait for the processor of a thread that runs: no tick is due, and a busy machine takes a few turns. */
const PATIENCE_MICROSECONDS = 20_000;
/** How often names that are known are read again. */
const NAMES_MICROSECONDS = 1_000_000;

/**
 * Connect to a running Python process. It is read from outside and notices nothing.
 * @param decoder a fresh one of the caller's
 * @throws AttachError when there is no interpreter that can be sampled, AddOnMissing where the native add-on isn't built,
 *   NoAddressSpace where a decoder has no room, ProcessUnseen where the system can't tell about the process at this moment
 */
export async function attach(
  pid: number,
  options: AttachOptions = {},
  decoder: Decoder = new Decoder(),
): Promise<Snapshots> {
  const { timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS, launched = false, signal } = options;
  const result = await connect(pid, { timeoutMs: timeoutMilliseconds, launched, ...(signal && { signal }) }, decoder);
  if (result.kind !== "found") throw new AttachError(pid, result);
  return new Snapshots(result);
}

/** Samples of one process, taken when asked for. */
export class Snapshots {
  readonly interpreter: Interpreter;
  readonly #connection: Connection;
  readonly #memory: OffCpuMemory;
  readonly #reader: SnapshotReader;
  #native: NativeSnapshots | undefined;
  #closed = false;
  #namesAt = 0;

  constructor(connection: Connection) {
    this.interpreter = connection.interpreter;
    this.#connection = connection;
    this.#memory = new OffCpuMemory(connection.memory, PATIENCE_MICROSECONDS);
    this.#reader = new SnapshotReader(connection.decoder);
    this.#reader.learn();
  }

  /**
   * Take one sample; undefined when the process has no interpreter at this moment (it starts, ends, or calls exec).
   * @param still whether off-CPU copies may be made; without them nothing is proven, and each stack has an invalid root
   * @throws TargetLost when the process has ended, AccessDenied when reading it is no longer permitted, MisuseError behind `close`
   */
  sample(still = true): Snapshot | undefined {
    if (this.#closed) throw new MisuseError("the session is closed");
    const { decoder } = this.#connection;
    const { checkpoint, proof, mayCopyOffCpu, showUnproven } = decoder.wants;
    const wants = checkpoint | proof | (still ? mayCopyOffCpu : showUnproven) | unprovenWants(decoder.wants);
    if (this.#take(wants) !== "sampled") return undefined;
    this.#readNames();
    this.#reader.learn();
    return this.#reader.read();
  }

  /**
   * Samples of the same process with native frames. The first call decides.
   * @param kernel whether the kernel's frames are wanted, too
   * @param journal where what they are made of is to be written down
   * @throws MisuseError behind `close`
   */
  async native(kernel = false, journal?: NativeJournal): Promise<NativeSnapshots> {
    if (this.#closed) throw new MisuseError("the session is closed");
    const { NativeSnapshots } = await import("./native_snapshots.js");
    this.#native ??= new NativeSnapshots(this.#connection, this.#reader, () => this.#readNames(), kernel, journal);
    return this.#native;
  }

  /** Why native frames are not to be had of the process; undefined where they are. */
  async nativeHindrance(): Promise<string | undefined> {
    return (await import("./native_hindrance.js")).nativeHindrance(this.#connection);
  }

  /** A process whose first thread has ended since the last sample is read under another thread's id. */
  #take(wants: number): SampleOutcome {
    const { decoder, interpreter } = this.#connection;
    try {
      return decoder.sample(this.#memory, wants);
    } catch (error) {
      if (!(error instanceof TargetLost && this.#memory.readAs(host.lifeSigns(interpreter.pid).task))) throw error;
      return decoder.sample(this.#memory, wants);
    }
  }

  /** Of threads that have none yet: all of them, once a second. */
  #readNames(): void {
    const { decoder } = this.#connection;
    const now = Clock.now();
    const again = now >= this.#namesAt;
    if (again) this.#namesAt = now + NAMES_MICROSECONDS;
    try {
      let { left } = decoder.readNames(this.#memory, { fromFirst: true, again });
      while (left > 0) ({ left } = decoder.readNames(this.#memory));
    } catch (error) {
      // The stacks are there; the next sample will tell.
      if (!(error instanceof TargetLost || error instanceof AccessDenied)) throw error;
    }
  }

  /** Forget the process. Nothing is held in it, so nothing needs to be given back. */
  close(): void {
    this.#closed = true;
    this.#memory.close();
    this.#native?.close();
    this.#reader.forget();
  }
}
