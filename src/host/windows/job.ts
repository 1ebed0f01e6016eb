// A job: what a process that we have started starts itself, all of which ends with us. In: process ids. Out: nothing.
import { windowsCalls } from "../../memory/windows_calls.js";
import type { Job as Contract } from "../process_facts.js";
import { openHandle, PROCESS_SET_QUOTA, PROCESS_TERMINATE } from "./handles.js";

/** JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE: the last handle is ours, and the system closes it however we end. */
const KILL_ON_JOB_CLOSE = 0x2000;
/** What a process that was ended so ends with, as with TerminateProcess. */
const ENDED = 1;

export class Job implements Contract {
  #handle: number;

  constructor() {
    const handle = windowsCalls().createJob();
    this.#handle = handle > 0 ? handle : 0;
    if (this.#handle !== 0) windowsCalls().limitJob(this.#handle, KILL_ON_JOB_CLOSE);
  }

  /** What it starts from now on is in the job, too. One that has ended, or may not be taken, is left alone. */
  add(pid: number): void {
    if (this.#handle === 0) return;
    try {
      const handle = openHandle(pid, PROCESS_SET_QUOTA | PROCESS_TERMINATE);
      windowsCalls().assignToJob(this.#handle, handle);
      windowsCalls().closeHandle(handle);
    } catch {
      // Nothing ends it but its own end.
    }
  }

  end(): void {
    if (this.#handle !== 0) windowsCalls().terminateJob(this.#handle, ENDED);
  }

  leave(): void {
    if (this.#handle === 0) return;
    windowsCalls().limitJob(this.#handle, 0);
    windowsCalls().closeHandle(this.#handle);
    this.#handle = 0;
  }
}
