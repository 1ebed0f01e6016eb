// Wait until a process has an initialised interpreter. In: a process id and how long to wait. Out: the interpreter, or
// why there won't be one. Looks anew each time, as the process may exec (shells, `env`, launchers); between looks it
// sleeps, and the event loop is free.
import { setTimeout as sleep } from "node:timers/promises";
import { host, ProcessDenied, ProcessGone, ProcessUnseen } from "../host/index.js";
import { now } from "../memory/monotonic_clock.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import { InterpreterFinder } from "./find.js";
import type { FindResult, NotYet } from "./find_result.js";
import type { Interpreter } from "./interpreter.js";
import type { KnownFacts } from "./known_facts.js";

export interface WaitOptions {
  /** Give up after this many milliseconds of a clock that stands still while the system sleeps. */
  readonly timeoutMs: number;
  /**
   * Whether we started the process, so that a shell is given the whole time to become Python. A process that is
   * attached to and older than the time-out had that time already.
   */
  readonly launched: boolean;
  /** Whether the runtime is initialised; layouts are the decoder's knowledge. It may throw TargetLost. */
  readonly isReady: (interpreter: Interpreter) => boolean;
  /** What is known of the process's binaries already. */
  readonly facts?: KnownFacts;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
  /** Is told of the process that stands in place of `pid`, where that is a launcher; its own interpreter is waited for then. */
  readonly launcher?: (child: number) => void;
}

export type WaitResult =
  | Exclude<FindResult, NotYet | { readonly kind: "gone" }>
  /** `wasThere`: it ended while we looked. */
  | { readonly kind: "gone"; readonly wasThere: boolean }
  /** The time is over; what the last look saw. */
  | { readonly kind: "timed-out"; readonly last: NotYet }
  | { readonly kind: "aborted" };

const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 5;
/** A runtime that was found and isn't ready is asked so many times in a row before all is looked at anew. */
const ASKED_AGAIN = 4;

/** Look until the interpreter is ready, the answer is definite, the process is gone, or the time is over. */
export async function waitForInterpreter(pid: number, options: WaitOptions): Promise<WaitResult> {
  const { timeoutMs, launched, signal } = options;
  const looks = new Looks(pid, options);
  const deadline = now() + timeoutMs * 1000;
  let wasThere = false;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    if (signal?.aborted) return { kind: "aborted" };
    const result = looks.next();
    if (result.kind === "gone") return { kind: "gone", wasThere };
    const child = mayBeLauncher(result) ? host.onlyChild(pid) : undefined;
    if (child !== undefined) {
      const rest = Math.max(0, (deadline - now()) / 1000);
      const below = await waitForInterpreter(child, { ...options, timeoutMs: rest });
      if (below.kind === "found") options.launcher?.(child);
      if (below.kind === "found" || below.kind === "aborted") return below;
    }
    if (result.kind !== "not-yet") return result;
    wasThere = true;
    if (result.reason === "may-become" && !launched && isOlder(pid, timeoutMs)) {
      return { kind: "not-python", exe: result.exe, why: result.why };
    }
    const left = (deadline - now()) / 1000;
    if (left <= 0) return { kind: "timed-out", last: result };
    try {
      await sleep(Math.min(pause, left), undefined, signal === undefined ? {} : { signal });
    } catch {
      return { kind: "aborted" };
    }
    // What starts up may be over soon after.
    pause = launched && result.reason !== "may-become" ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LAST_PAUSE_MS);
  }
}

/** A program that is none of Python's may wait for one that is. */
function mayBeLauncher(result: FindResult): boolean {
  return result.kind === "not-python" || (result.kind === "not-yet" && result.reason === "may-become");
}

/** One look after the other. Once a runtime is found, most of them only ask whether it is ready by now. */
class Looks {
  readonly #pid: number;
  readonly #isReady: WaitOptions["isReady"];
  readonly #finder: InterpreterFinder;
  #candidate: Interpreter | undefined;
  #last: NotYet | undefined;
  #asked = 0;

  constructor(pid: number, { isReady, facts }: WaitOptions) {
    this.#pid = pid;
    this.#isReady = isReady;
    const accept = (interpreter: Interpreter): boolean => {
      this.#candidate = interpreter;
      return isReady(interpreter);
    };
    this.#finder = new InterpreterFinder(pid, { accept, ...(facts && { facts }) });
  }

  next(): FindResult {
    const again = this.#askAgain();
    if (again !== undefined) return again;
    this.#asked = 0;
    this.#candidate = undefined;
    const result = this.#finder.find();
    this.#last = result.kind === "not-yet" && result.reason === "uninitialised" ? result : undefined;
    return result;
  }

  /** Undefined where it is to be looked for anew: there was none, or another program may be running by now. */
  #askAgain(): FindResult | undefined {
    const interpreter = this.#candidate;
    const last = this.#last;
    if (interpreter === undefined || last === undefined || this.#asked++ >= ASKED_AGAIN) return undefined;
    try {
      if (host.executablePath(host.lifeSigns(this.#pid).task) !== last.exe) return undefined;
      return this.#isReady(interpreter) ? { kind: "found", interpreter } : last;
    } catch (error) {
      if (isLoss(error)) return undefined;
      throw error;
    }
  }
}

function isLoss(error: unknown): boolean {
  return [TargetLost, AccessDenied, ProcessGone, ProcessDenied, ProcessUnseen].some((kind) => error instanceof kind);
}

function isOlder(pid: number, milliseconds: number): boolean {
  try {
    return host.ageSeconds(pid) * 1000 > milliseconds;
  } catch (error) {
    // The next look will see that it's gone.
    if (error instanceof ProcessGone) return false;
    throw error;
  }
}
