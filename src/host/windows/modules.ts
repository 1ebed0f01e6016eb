// The binaries that a process has loaded. In: a process id. Out: an image a module, from the loader's own list, which the process environment
// block leads to (winternl.h's PEB and PEB_LDR_DATA, LDR_DATA_TABLE_ENTRY; those of 64 bits). It reads memory, and asks for no region:
// under Wine, each such question interrupts the process.
import { LiveMemory } from "../../memory/live.js";
import { AccessDenied, TargetLost } from "../../memory/source.js";
import { ProcessDenied, ProcessGone } from "../errors.js";
import type { MappedFiles as Contract, LoadedImage, Mapping } from "../loaded_image.js";
import { PROCESS_QUERY_LIMITED_INFORMATION, queryProcess, withHandle } from "./handles.js";

const PROCESS_BASIC_INFORMATION = 0;
const BASIC_INFORMATION_BYTES = 48;
const PEB_ADDRESS = 8; // in PROCESS_BASIC_INFORMATION
const PROCESS_IMAGE_FILE_NAME_WIN32 = 43;
const MOST_PATH_BYTES = 65_536 + 16;

const LOADER_DATA = 0x18n; // in the PEB
const LOAD_ORDER = 0x10n; // in PEB_LDR_DATA: the first link of a ring
// In LDR_DATA_TABLE_ENTRY, which begins with its link
const ENTRY_BYTES = 0x58;
const BASE = 0x30;
const IMAGE_BYTES = 0x40;
const PATH_BYTES = 0x48;
const PATH = 0x50;
const MOST_MODULES = 4096;

/** Path of the file the process runs. @throws ProcessGone, ProcessDenied, ProcessUnseen */
export function executablePath(pid: number): string | undefined {
  return withHandle(pid, PROCESS_QUERY_LIMITED_INFORMATION, (handle) => {
    const bytes = queryProcess(handle, PROCESS_IMAGE_FILE_NAME_WIN32, MOST_PATH_BYTES);
    return bytes && unicodeString(bytes);
  });
}

/** A UNICODE_STRING with its characters behind it. */
export function unicodeString(bytes: Uint8Array): string | undefined {
  if (bytes.length < 16) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint16(0, true);
  const text = Buffer.from(bytes.subarray(16, 16 + length)).toString("utf16le");
  return text === "" ? undefined : text;
}

/** Modules in the order in which they were loaded: the program's own first, under the name that the system has for it. */
export function readMappings(pid: number): Mapping[] {
  const peb = withHandle(pid, PROCESS_QUERY_LIMITED_INFORMATION, (handle) => {
    const bytes = queryProcess(handle, PROCESS_BASIC_INFORMATION, BASIC_INFORMATION_BYTES);
    return bytes === undefined ? 0n : new DataView(bytes.buffer).getBigUint64(PEB_ADDRESS, true);
  });
  if (peb === 0n) return [];
  const memory = new LiveMemory(pid);
  try {
    const exe = executablePath(pid);
    return modulesOf((address, length) => memory.read(address, length), peb).map((module, i) =>
      mappingOf(i === 0 && exe !== undefined ? { ...module, path: exe } : module),
    );
  } catch (error) {
    if (error instanceof TargetLost) throw new ProcessGone(pid);
    if (error instanceof AccessDenied) throw new ProcessDenied(pid, error.call, error.errno, `process ${pid}`);
    throw error;
  } finally {
    memory.close();
  }
}

export interface Module {
  readonly base: bigint;
  readonly bytes: number;
  readonly path: string;
}

/** The loader's list, as far as it can be read at this moment: it is empty while the process begins. */
export function modulesOf(read: (address: bigint, length: number) => Uint8Array, peb: bigint): Module[] {
  const loader = word(read(peb + LOADER_DATA, 8));
  if (loader === 0n) return [];
  const ring = loader + LOAD_ORDER;
  const modules: Module[] = [];
  for (let at = word(read(ring, 8)); at !== 0n && at !== ring && modules.length < MOST_MODULES; ) {
    const bytes = read(at, ENTRY_BYTES);
    if (bytes.length < ENTRY_BYTES) break;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const path = read(view.getBigUint64(PATH, true), view.getUint16(PATH_BYTES, true));
    modules.push({
      base: view.getBigUint64(BASE, true),
      bytes: view.getUint32(IMAGE_BYTES, true),
      path: Buffer.from(path).toString("utf16le"),
    });
    at = view.getBigUint64(0, true);
  }
  return modules.filter(({ base }) => base !== 0n);
}

function word(bytes: Uint8Array): bigint {
  return bytes.length < 8 ? 0n : new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

/** A module lies in memory from its headers on: one range, whatever its sections allow. */
function mappingOf({ base, bytes, path }: Module): Mapping {
  const place = { start: base, end: base + BigInt(bytes), offset: 0, device: "", inode: 0, path, deleted: false };
  return { ...place, readable: true, writable: false, executable: true, shared: false };
}

/** All at once: a process has some dozens. */
export class MappedFiles implements Contract {
  mappings: readonly Mapping[] = [];
  readonly #pid: number;

  constructor(pid: number) {
    this.#pid = pid;
  }

  readOn(): boolean {
    this.mappings = readMappings(this.#pid);
    return true;
  }

  close(): void {}
}

export function loadedImages(mappings: readonly Mapping[]): LoadedImage[] {
  return mappings.map((mapping) => ({
    path: mapping.path,
    deleted: false,
    device: "",
    inode: 0,
    mappings: [mapping],
    writable: [],
  }));
}
