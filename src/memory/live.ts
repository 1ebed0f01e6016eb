// The add-on as a memory source: ranges of a running process, straight into Wasm memory.
import { createRequire } from "node:module";
import { AccessDenied, type MemorySource, REQUEST_BYTES, TargetLost } from "./source.js";

interface AddOn {
  read(pid: number, buffer: Uint8Array, requests: number, count: number, result: Int32Array): number;
}

// native/remote_memory.h, enum class Status
const STATUS_OK = 0;
const STATUS_NO_PROCESS = 1;
const STATUS_NOT_PERMITTED = 2;

const ADD_ON_PATHS = [
  "../../native/build/Release/remote_memory.node",
  "../../../native/build/Release/remote_memory.node",
];

let loaded: AddOn | undefined;

/** Load the add-on at its first use, so that decoding without a process never needs it. */
function addOn(): AddOn {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  let cause: unknown;
  for (const path of ADD_ON_PATHS) {
    try {
      loaded = require(path) as AddOn;
      return loaded;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error("the native add-on is missing: run `npm run build:native`", { cause });
}

/**
 * A copy takes some 2 us and 0.5 us more a range; one that takes these times was interrupted for another process, and the
 * target ran on meanwhile. In milliseconds, as the clock has it.
 */
const LATE_MILLISECONDS = 0.1;
const LATE_MILLISECONDS_A_RANGE = 0.001;

/** Memory of the process `pid`. */
export class LiveMemory implements MemorySource {
  late = false;
  readonly #native = addOn();
  readonly #result = new Int32Array(2);

  constructor(readonly pid: number) {}

  fill(memory: Uint8Array, requests: number, count: number): number {
    const before = performance.now();
    const status = this.#native.read(this.pid, memory, requests, count, this.#result);
    this.late = performance.now() - before > LATE_MILLISECONDS + count * LATE_MILLISECONDS_A_RANGE;
    if (status === STATUS_OK) return this.#result[1] as number;
    const errno = this.#result[0] as number;
    if (status === STATUS_NO_PROCESS) throw new TargetLost(this.pid);
    if (status === STATUS_NOT_PERMITTED) throw new AccessDenied(this.pid, "process_vm_readv", errno);
    throw new Error(`process_vm_readv on process ${this.pid} failed with errno ${errno}`);
  }

  /**
   * Read `length` bytes at `address`: for finding things at attach, never in the tick.
   * @returns the bytes that came, possibly fewer than asked for
   */
  read(address: bigint, length: number): Uint8Array {
    const buffer = new Uint8Array(REQUEST_BYTES + length);
    const view = new DataView(buffer.buffer);
    view.setBigUint64(0, address, true);
    view.setUint32(8, length, true);
    view.setUint32(12, REQUEST_BYTES, true);
    this.fill(buffer, 0, 1);
    return buffer.subarray(REQUEST_BYTES, REQUEST_BYTES + view.getUint32(16, true));
  }
}
