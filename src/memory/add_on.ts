// The add-on, native/: where it lies and what it gives. It is loaded at its first use, so that decoding without a process never needs it.
import { existsSync } from "node:fs";
import { loadAddOn, packageFolder } from "../assets/files.js";
import { type AddOnFile, addOnFile } from "./add_on_file.js";
import { AddOnMissing } from "./add_on_missing.js";

/** A process that is open. */
export type Handle = { readonly handle: unique symbol };

export type ReadOffCpu = (
  handle: Handle,
  buffer: Uint8Array,
  requests: number,
  count: number,
  result: Float64Array,
  stand: Int32Array,
  text: Uint8Array,
) => number;

/** What native/binding.cc exports, which says it in full. */
interface AddOn {
  open(pid: number, base: number): Handle;
  close(handle: Handle): void;
  bind(handle: Handle, buffer: Uint8Array, exchange: Float64Array): () => void;
  clock(cell: Float64Array): () => void;
  /** The system's call that copies memory. */
  readonly call: string;
  limit(bytes: number): void;
  readsFiles(): boolean;
  shortenSlices(nanoseconds: number): boolean;
  addressOf(buffer: Uint8Array): number;
  waitUntil(microseconds: number, process: number, eventLoop?: number): number;
  openProcess(pid: number): number;
  closeProcess(process: number): void;
  /** The call that is refused where a process may not be read; absent where it is the one that copies. */
  readonly readingCall?: string;
  compareWitnesses(witnesses: Uint8Array, count: number): void;
  readHeld(
    handle: Handle,
    buffer: Uint8Array,
    requests: number,
    count: number,
    result: Float64Array,
    threads: Uint8Array,
    bounds: BigUint64Array,
    stacks: Uint8Array,
  ): number;
  readonly readOffCpu: ReadOffCpu;
  readonly endHold: ReadOffCpu;
}

let loaded: AddOn | undefined;
let file: AddOnFile | undefined;

/** @throws AddOnMissing */
export function addOn(): AddOn {
  if (loaded) return loaded;
  const folder = packageFolder();
  file = addOnFile(folder, process.platform, process.arch);
  try {
    loaded = loadAddOn(file.path) as AddOn;
    return loaded;
  } catch (cause) {
    // The loader's other lines are a list of who asked for it.
    const why = existsSync(file.path) ? (cause as Error).message.split("\n")[0] : undefined;
    throw new AddOnMissing(file.path, file.origin, folder, why, { cause });
  }
}

/** Find out at once whether the add-on can be loaded. @returns the file that it is loaded from @throws AddOnMissing */
export function requireAddOn(): AddOnFile {
  addOn();
  return file as AddOnFile;
}
