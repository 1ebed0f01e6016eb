// Which files a process has mapped. In: a process id. Out: the mappings that can be a part of a binary, piece by piece: a program may
// have tens of thousands of others (JIT compilers, guard pages), of which each costs the kernel some 0.5 us to tell and us ten times as
// much to parse. Who has no time for all of them reads on later: /proc/<pid>/maps joins moments in any case, some 60 lines a read.
import { closeSync, openSync, readSync } from "node:fs";
import type { MappedFiles as Contract, Mapping } from "../loaded_image.js";
import { withSpares } from "../spare_files.js";
import { parseMapping } from "./maps.js";
import { explained } from "./procfs.js";

const CHUNK_BYTES = 65536;
/** What nearly all programs have is read at once. */
const LEAST_BYTES = 65536;
/** Behind a range's permissions, where it maps no file: offset, device and inode. */
const NO_FILE = " 00000000 00:00 0";
const PERMISSIONS_LENGTH = 5;

let chunk: Buffer | undefined;

/** Milliseconds of a clock for which Node loads nothing, as it does for that of `performance`. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** One reading of a process's mappings. Close it after use. */
export class MappedFiles implements Contract {
  readonly mappings: Mapping[] = [];
  readonly #pid: number;
  readonly #path: string;
  #descriptor: number;
  /** The beginning of a line whose end was not read yet. */
  #rest = "";
  #isBehindFile = false;

  /** @throws ProcessGone, ProcessDenied, ProcessUnseen */
  constructor(pid: number) {
    this.#pid = pid;
    this.#path = `/proc/${pid}/maps`;
    try {
      this.#descriptor = withSpares(() => openSync(this.#path, "r"));
    } catch (error) {
      throw explained(error, pid, "open", this.#path);
    }
  }

  readOn(milliseconds: number): boolean {
    chunk ??= Buffer.allocUnsafe(CHUNK_BYTES);
    const until = now() + milliseconds;
    for (let bytes = 0; bytes < LEAST_BYTES || now() < until; ) {
      const length = this.#read(chunk);
      if (length === 0) return true;
      this.#take(this.#rest + chunk.toString("latin1", 0, length));
      bytes += length;
    }
    return false;
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #read(chunk: Buffer): number {
    try {
      return readSync(this.#descriptor, chunk, 0, CHUNK_BYTES, null);
    } catch (error) {
      throw explained(error, this.#pid, "read", this.#path);
    }
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const isFile = !text.startsWith(NO_FILE, text.indexOf(" ", start) + PERMISSIONS_LENGTH);
      if (isFile || this.#isBehindFile) {
        const mapping = parseMapping(text.slice(start, end));
        if (mapping !== undefined) this.mappings.push(mapping);
      }
      this.#isBehindFile = isFile;
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }
}
