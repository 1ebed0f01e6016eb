// Reaching the bytes of a binary loaded in a process. In: the process and one of its images. Out: the ELF image, from
// its file if that is still the file which is loaded, else from the process's memory.
import { type LoadedImage, type OpenFile, openImageFile } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import { ElfImage } from "../images/elf.js";
import type { LiveMemory } from "../memory/live.js";

/** Bytes at an image's start that identify it: the headers, and with nearly all linkers the build id. */
const HEAD_BYTES = 4096;

/** Which bytes to read an image from: its file where possible, or always the memory. */
export type ImageOrigin = "file" | "memory";

/**
 * Hand the ELF image behind `loaded` to `use`.
 *
 * @returns what `use` returns; undefined when it's no ELF image that can be read
 * @throws TargetLost, AccessDenied when the memory has to be read and can't be
 */
export function withImage<T>(
  memory: LiveMemory,
  loaded: LoadedImage,
  origin: ImageOrigin,
  use: (image: ElfImage) => T,
): T | undefined {
  const file =
    origin === "memory" ? undefined : openImageFile(memory.task, loaded, (file) => isSame(memory, loaded, file));
  try {
    return use(file === undefined ? imageInMemory(memory, loaded) : new ElfImage(file));
  } catch (error) {
    if (error instanceof MalformedImage) return undefined;
    throw error;
  } finally {
    file?.close();
  }
}

/**
 * Device and inode tell a file apart, except where a file system shows other numbers in the mappings than in stat
 * (btrfs, overlays): there, and only if the inode is another too, its first bytes in memory must be the file's.
 */
function isSame(memory: LiveMemory, loaded: LoadedImage, file: OpenFile): boolean {
  if (file.inode === loaded.inode && file.device === loaded.device) return true;
  const head = loaded.mappings.find(({ offset }) => offset === 0);
  if (head === undefined) return false;
  const inMemory = memory.read(head.start, HEAD_BYTES);
  return inMemory.length > 0 && Buffer.compare(inMemory, file.read(0, inMemory.length)) === 0;
}

function imageInMemory(memory: LiveMemory, loaded: LoadedImage): ElfImage {
  const head = loaded.mappings.find(({ offset }) => offset === 0);
  if (head === undefined) throw new MalformedImage("the head of the image is not mapped");
  const read = (position: number, length: number) =>
    position < 0 || length <= 0 ? new Uint8Array() : memory.read(head.start + BigInt(position), length);
  return new ElfImage({ read }, { kind: "memory", start: head.start });
}
