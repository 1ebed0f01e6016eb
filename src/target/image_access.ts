// Reaching the bytes of a binary loaded in a process. In: the process and one of its images. Out: the image, from
// its file if that is still the file which is loaded, else from the process's memory.
import { host, type LoadedImage, type OpenFile } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import type { Image } from "../images/image.js";
import { openImage } from "../images/open.js";
import type { LiveMemory } from "../memory/live.js";

/** Bytes at an image's start that identify it: the headers, and with nearly all linkers the build id. */
const HEAD_BYTES = 4096;
/** The headers of an image (ELF's own, and the first of its segments), which say where all else lies: no program changes them. */
const HEADERS_BYTES = 512;

/** Which bytes to read an image from: its file where possible, or always the memory. */
export type ImageOrigin = "file" | "memory";

/**
 * Hand the image behind `loaded` to `use`, and the file that it is read from, where it is.
 *
 * @returns what `use` returns; undefined when it's no image that can be read
 * @throws TargetLost, AccessDenied when the memory has to be read and can't be
 */
export function withImage<T>(
  memory: LiveMemory,
  loaded: LoadedImage,
  origin: ImageOrigin,
  use: (open: () => Image, file: OpenFile | undefined) => T,
): T | undefined {
  const file = origin === "memory" ? undefined : openLoadedFile(memory, loaded);
  try {
    return use(() => (file === undefined ? imageInMemory(memory, loaded) : openImage(file)), file);
  } catch (error) {
    if (error instanceof MalformedImage) return undefined;
    throw error;
  } finally {
    file?.close();
  }
}

/** The file of an image, where it is as it was when it was loaded; undefined where there is none. Close it after use. */
export function openLoadedFile(memory: LiveMemory, loaded: LoadedImage): OpenFile | undefined {
  return host.openImageFile(memory.task, loaded, (file) => isSame(memory, loaded, file));
}

/**
 * Whether an image was loaded from a file as it is now. Device and inode alone don't tell: a file system may show other ones in the
 * mappings than in stat (btrfs, overlays), and the same ones of a file that was written since (an overlay's lower file that came
 * up). So the first bytes in memory must be the file's: where the numbers are equal the headers, as what follows may be data
 * that the program has changed (what patchelf has written), and else more.
 */
function isSame(memory: LiveMemory, loaded: LoadedImage, file: OpenFile): boolean {
  const isNumbered = file.inode === loaded.inode && file.device === loaded.device;
  const head = loaded.mappings.find(({ offset }) => offset === 0);
  const inMemory =
    head === undefined ? new Uint8Array() : memory.read(head.start, isNumbered ? HEADERS_BYTES : HEAD_BYTES);
  if (inMemory.length === 0) return isNumbered;
  return Buffer.compare(inMemory, file.read(0, inMemory.length)) === 0;
}

function imageInMemory(memory: LiveMemory, loaded: LoadedImage): Image {
  const head = loaded.mappings.find(({ offset }) => offset === 0);
  if (head === undefined) throw new MalformedImage("the head of the image is not mapped");
  const read = (position: number, length: number) =>
    position < 0 || length <= 0 ? new Uint8Array() : memory.read(head.start + BigInt(position), length);
  return openImage({ read }, { kind: "memory", start: head.start });
}
