// Waiting while the event loop is at rest. In: a time, and the process whose end is to be noticed. Out: whether that time has come, before
// anything else did. Signals, writes that end and timers wake us; so nothing has to be asked for now and then.
import { host } from "../host/index.js";
import { closeProcess, openProcess, WOKEN, waitUntil } from "../memory/event_wait.js";
import { now } from "../memory/monotonic_clock.js";

/** So much too late is a timer at most where none can be asked for, in microseconds. None of ours has to be on time. */
const LATEST_TIMER_MICROSECONDS = 20_000;

/** Close it after use. */
export class EventWait {
  #process = -1;
  #eventLoop: number | undefined;

  /** From now on the end of process `pid` ends each wait, where the kernel has descriptors of processes (Linux 5.3+). */
  watch(pid: number): void {
    this.close();
    this.#process = openProcess(pid);
  }

  /** Block until `time`, in microseconds of the monotonic clock. @returns false where the event loop or the process's end came before */
  readonly until = process.versions.bun === undefined ? this.#untilNode.bind(this) : this.#untilBun.bind(this);

  #untilNode(time: number): boolean {
    return waitUntil(time, this.#process) === WOKEN.time;
  }

  /** Bun's event loop is its own. */
  #untilBun(time: number): boolean {
    this.#eventLoop ??= host.eventLoopDescriptor();
    const latest = now() + LATEST_TIMER_MICROSECONDS;
    return waitUntil(Math.min(time, latest), this.#process, this.#eventLoop) === WOKEN.time && time <= latest;
  }

  close(): void {
    if (this.#process >= 0) closeProcess(this.#process);
    this.#process = -1;
  }
}
