// What is loaded in a process, as dyld tells it in the process's own memory (mach-o/dyld_images.h). In: a process id, and what reads its memory.
// Out: the segments of each image. What the system itself has lies in a cache that all programs share, in no files of its own: it is left out.
import { MalformedImage } from "../../images/byte_source.js";
import { readMachOHeader } from "../../images/macho_header.js";
import { ProcessDenied, ProcessGone } from "../errors.js";
import type { LoadedImage, MappedFiles, Mapping } from "../loaded_image.js";
import { type DarwinCalls, TASK_CALL } from "./calls.js";
import {
  DYLD_FORMAT_64,
  DYLD_IMAGE,
  DYLD_IMAGES_HEAD,
  parseDyldInfo,
  parseImageEntry,
  parseImagesHead,
  parseRegion,
  REGION,
  TASK_DYLD_INFO,
  textIn,
  VM_PROT_EXECUTE,
  VM_PROT_READ,
  VM_PROT_WRITE,
} from "./structs.js";

/** Of a process: up to `length` bytes at an address. */
export interface ProcessMemory {
  read(address: bigint, length: number): Uint8Array;
  close(): void;
}

const MAX_IMAGES = 65_536;
const MAX_REGIONS = 1 << 20;
const MAX_PATH_BYTES = 1024;
const PAGE_ZERO = "__PAGEZERO";
const TEXT = "__TEXT";
/** mach/kern_return.h. */
const KERN_INVALID_ADDRESS = 1;

/** What comes with the system, and what an emulator of other processors has there. */
const OF_SYSTEM = /^\/(?:usr\/lib|usr\/libexec\/rosetta|System)\//;

export class Images {
  readonly #calls: () => DarwinCalls;
  readonly #memoryOf: (pid: number) => ProcessMemory;
  readonly #isThere: (pid: number) => boolean;

  constructor(calls: () => DarwinCalls, memoryOf: (pid: number) => ProcessMemory, isThere: (pid: number) => boolean) {
    this.#calls = calls;
    this.#memoryOf = memoryOf;
    this.#isThere = isThere;
  }

  /** All at once: dyld's list is short. @throws ProcessGone, ProcessDenied */
  mappedFiles(pid: number): MappedFiles {
    const mappings = this.#mappings(pid);
    return { mappings, readOn: () => true, close: () => {} };
  }

  #mappings(pid: number): Mapping[] {
    const buffer = new Uint8Array(TASK_DYLD_INFO.bytes);
    const came = this.#calls().taskInfo(pid, TASK_DYLD_INFO.flavor, buffer);
    if (came < 0) throw this.#refused(pid, -came);
    const { address, format } = parseDyldInfo(buffer);
    if (address === 0n || format !== DYLD_FORMAT_64) return [];
    const memory = this.#memoryOf(pid);
    try {
      return imagesIn(memory, address)
        .flatMap(({ start, path }) => segmentsOf(memory, start, path))
        .sort((a, b) => (a.start < b.start ? -1 : 1));
    } finally {
      memory.close();
    }
  }

  #refused(pid: number, error: number): Error {
    return this.#isThere(pid) ? new ProcessDenied(pid, TASK_CALL, error, "its memory") : new ProcessGone(pid);
  }

  /** All ranges of its address space, without the files that they are of. */
  regions(pid: number): Mapping[] {
    const found: Mapping[] = [];
    const buffer = new Uint8Array(REGION.bytes);
    for (let at = 0n; found.length < MAX_REGIONS; ) {
      const came = this.#calls().region(pid, Number(at), buffer);
      if (-came === KERN_INVALID_ADDRESS) break;
      if (came < 0) throw this.#refused(pid, -came);
      const { start, end, protection, shared, offset } = parseRegion(buffer);
      found.push({ start, end, ...permissions(protection), shared, offset, ...NO_FILE });
      if (end <= at) break;
      at = end;
    }
    return found;
  }
}

const NO_FILE = { device: "", inode: 0, path: "", deleted: false };

function permissions(protection: number): Pick<Mapping, "readable" | "writable" | "executable"> {
  return {
    readable: (protection & VM_PROT_READ) !== 0,
    writable: (protection & VM_PROT_WRITE) !== 0,
    executable: (protection & VM_PROT_EXECUTE) !== 0,
  };
}

/** Where each image begins that isn't the system's, and its path; none while dyld changes its list. */
function imagesIn(memory: ProcessMemory, address: bigint): { start: bigint; path: string }[] {
  const head = memory.read(address, DYLD_IMAGES_HEAD.bytes);
  if (head.length < DYLD_IMAGES_HEAD.bytes) return [];
  const { count, array } = parseImagesHead(head);
  if (array === 0n || count > MAX_IMAGES) return [];
  const entries = memory.read(array, count * DYLD_IMAGE.bytes);
  const images: { start: bigint; path: string }[] = [];
  for (let i = 0; (i + 1) * DYLD_IMAGE.bytes <= entries.length; i++) {
    const { start, path } = parseImageEntry(entries, i);
    const text = path === 0n ? "" : textIn(memory.read(path, MAX_PATH_BYTES));
    if (text !== "" && !OF_SYSTEM.test(text)) images.push({ start, path: text });
  }
  return images;
}

/** The segments of an image, as its head says it in memory; none where that can't be read. */
function segmentsOf(memory: ProcessMemory, start: bigint, path: string): Mapping[] {
  try {
    const { segments } = readMachOHeader({ read: (at, length) => memory.read(start + BigInt(at), length) });
    const text = segments.find(({ name }) => name === TEXT);
    if (text === undefined) return [];
    const bias = start - BigInt(text.address);
    return segments
      .filter(({ name, memorySize }) => name !== PAGE_ZERO && memorySize > 0)
      .map(({ address, memorySize, offset, readable, writable, executable }) => ({
        start: bias + BigInt(address),
        end: bias + BigInt(address + memorySize),
        readable,
        writable,
        executable,
        shared: false,
        offset,
        ...NO_FILE,
        path,
      }));
  } catch (error) {
    if (error instanceof MalformedImage) return [];
    throw error;
  }
}

/** The segments of each image as one thing: an image begins where its file does. */
export function loadedImages(mappings: readonly Mapping[]): LoadedImage[] {
  const images: { path: string; mappings: Mapping[] }[] = [];
  for (const mapping of mappings) {
    const last = images.at(-1);
    if (last === undefined || mapping.path !== last.path || mapping.offset === 0) {
      images.push({ path: mapping.path, mappings: [mapping] });
    } else {
      last.mappings.push(mapping);
    }
  }
  return images
    .filter(({ path }) => path !== "")
    .map(({ path, mappings }) => ({
      path,
      deleted: false,
      device: "",
      inode: 0,
      mappings,
      writable: mappings.filter(({ writable }) => writable),
    }));
}
