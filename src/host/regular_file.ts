// A file, opened to be read by offset. In: a path. Out: bytes, and what tells the file from others.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { OpenFile } from "./loaded_image.js";
import { withSpares } from "./spare_files.js";

/** A regular file, read by offset. Close it after use. */
export class RegularFile implements OpenFile {
  readonly #descriptor: number;
  /** Device as `maps` writes it, "major:minor" in hexadecimal. */
  readonly device: string;
  readonly inode: number;
  readonly size: number;
  /** Names the file and what is in it: another text once it was written, or replaced by one that got its number. */
  readonly contents: string;

  /** @throws what the system says, or an Error when it's not a regular file */
  constructor(readonly path: string) {
    // Without O_NONBLOCK, which Windows lacks, a FIFO under the name would hold us.
    this.#descriptor = withSpares(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    const stat = fstatSync(this.#descriptor, { bigint: true });
    if (!stat.isFile()) {
      closeSync(this.#descriptor);
      throw new Error(`${path} is not a regular file`);
    }
    this.device = deviceName(stat.dev);
    this.inode = Number(stat.ino);
    this.size = Number(stat.size);
    this.contents = `${this.device} ${this.inode} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
  }

  /** Up to `length` bytes at `position`; fewer at the end of the file or when it can't be read. */
  read(position: number, length: number): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.size - position));
    const bytes = Buffer.allocUnsafe(wanted);
    let done = 0;
    try {
      while (done < wanted) {
        const count = readSync(this.#descriptor, bytes, done, wanted - done, position + done);
        if (count === 0) break;
        done += count;
      }
    } catch {
      // An unreadable page ends the bytes, as the end of the file does.
    }
    return bytes.subarray(0, done);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A device number as `maps` writes it. */
function deviceName(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn & 0xffffffffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn & 0xffffffffn);
  return `${major.toString(16).padStart(2, "0")}:${minor.toString(16).padStart(2, "0")}`;
}
