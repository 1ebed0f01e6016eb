// Opening the file a process has mapped, wherever its root is. In: a process and one of its images. Out: an open
// file that gives bytes at offsets. Whether it's the right one is for the caller to see: it tells its identity.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { LoadedImage } from "../loaded_image.js";
import { withSpares } from "./spare_files.js";

/** A regular file, read by offset. Close it after use. */
export class OpenFile {
  readonly #descriptor: number;
  /** Device as `maps` writes it, "major:minor" in hexadecimal. */
  readonly device: string;
  readonly inode: number;
  readonly size: number;
  /** Names the file and what is in it: another text once it was written, or replaced by one that got its number. */
  readonly contents: string;

  /** @throws what the system says, or an Error when it's not a regular file */
  constructor(readonly path: string) {
    // Without O_NONBLOCK a FIFO under the name would hold us.
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

/**
 * Open the file of `image`, the first way that gives a file `isRight` agrees to: by its path under the process's own
 * root, by its path as we see it (a process in a chroot shows paths from our root), as the file the process runs, and
 * through `map_files`, which reaches unlinked files but needs privileges.
 *
 * @returns undefined when no way leads to the file
 */
export function openImageFile(
  pid: number,
  image: LoadedImage,
  isRight: (file: OpenFile) => boolean,
): OpenFile | undefined {
  const [{ start, end }] = image.mappings as [LoadedImage["mappings"][number]];
  const named = image.deleted ? [] : [`/proc/${pid}/root${image.path}`, image.path];
  const unnamed = [`/proc/${pid}/exe`, `/proc/${pid}/map_files/${start.toString(16)}-${end.toString(16)}`];
  for (const path of [...named, ...unnamed]) {
    let file: OpenFile;
    try {
      file = new OpenFile(path);
    } catch {
      continue;
    }
    if (isRight(file)) return file;
    file.close();
  }
  return undefined;
}
