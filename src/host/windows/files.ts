// Files. In: paths. Out: bytes at offsets, and when they were written.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { OpenFile as Contract } from "../loaded_image.js";

/** A regular file, read by offset. Close it after use. */
export class OpenFile implements Contract {
  readonly #descriptor: number;
  readonly device: string;
  readonly inode: number;
  readonly size: number;
  readonly contents: string;

  /** @throws what the system says, or an Error when it's not a regular file */
  constructor(readonly path: string) {
    this.#descriptor = openSync(path, "r");
    const stat = fstatSync(this.#descriptor, { bigint: true });
    if (!stat.isFile()) {
      closeSync(this.#descriptor);
      throw new Error(`${path} is not a regular file`);
    }
    this.device = String(stat.dev);
    this.inode = Number(stat.ino);
    this.size = Number(stat.size);
    this.contents = `${this.device} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
  }

  read(position: number, length: number): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.size - position));
    const bytes = Buffer.allocUnsafe(wanted);
    try {
      return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, wanted, position));
    } catch {
      return bytes.subarray(0, 0);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** When a file was written; of a path that is relative nothing is known, for a process's folder is not. */
export function modifiedAt(_pid: number, path: string): number | undefined {
  if (!/^([a-z]:[\\/]|\\\\)/i.test(path)) return undefined;
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.mtimeMs : undefined;
  } catch {
    return undefined;
  }
}
