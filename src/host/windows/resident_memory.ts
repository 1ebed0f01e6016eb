// How the working set of a process changes. In: a process id. Out: bytes, at one call a question.
import { windowsCalls } from "../../memory/windows_calls.js";
import type { ResidentMemory as Contract } from "../process_facts.js";
import { ResidentChange } from "../resident_change.js";
import { openHandle, PROCESS_QUERY_LIMITED_INFORMATION } from "./handles.js";

const PROCESS_VM_COUNTERS = 3;
/** VM_COUNTERS (ntddk.h), with 64 bits. */
const COUNTERS_BYTES = 88;
const WORKING_SET = 32;

export class ResidentMemory implements Contract {
  #handle: number;
  readonly #buffer = new Uint8Array(COUNTERS_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #length = new Float64Array(1);
  readonly #change: ResidentChange;

  constructor(pid: number) {
    try {
      this.#handle = openHandle(pid, PROCESS_QUERY_LIMITED_INFORMATION);
    } catch {
      this.#handle = 0;
    }
    this.#change = new ResidentChange(this.bytes());
  }

  /** Bytes in the working set now; 0 where that can't be told. */
  bytes(): number {
    if (this.#handle === 0) return 0;
    if (windowsCalls().queryProcess(this.#handle, PROCESS_VM_COUNTERS, this.#buffer, this.#length) !== 0) return 0;
    return this.#view.getUint32(WORKING_SET, true) + this.#view.getUint32(WORKING_SET + 4, true) * 2 ** 32;
  }

  change(): number {
    return this.#change.to(this.bytes());
  }

  /** A process has one id. */
  readAs(): void {}

  close(): void {
    if (this.#handle !== 0) windowsCalls().closeHandle(this.#handle);
    this.#handle = 0;
  }
}
