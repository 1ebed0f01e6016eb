// Binaries as files. In: paths, and images as they are loaded. Out: bytes at offsets. A fat file has several images: it is read as the one
// that is meant.
import { sliceSource, slicesOf } from "../../images/macho_fat.js";
import type { LoadedImage, OpenFile } from "../loaded_image.js";
import { RegularFile } from "../regular_file.js";

/** cputype, by what Node calls the processor. */
const PROCESSORS: Readonly<Record<string, number>> = { x64: 0x01000007, arm64: 0x0100000c };

/** A file, or of a fat one the image for our own processor, which is what runs where there is one. @throws as RegularFile */
export function openFile(path: string, arch: string = process.arch): OpenFile {
  const file = new RegularFile(path);
  const slices = slicesOf(file);
  const own = slices?.find(({ processor }) => processor === PROCESSORS[arch]) ?? slices?.[0];
  return own === undefined ? file : slice(file, own);
}

/** The file of an image, if that is still the one that is loaded. */
export function openImageFile(image: LoadedImage, isRight: (file: OpenFile) => boolean): OpenFile | undefined {
  let file: RegularFile;
  try {
    file = new RegularFile(image.path);
  } catch {
    return undefined;
  }
  const files = slicesOf(file)?.map((one) => slice(file, one)) ?? [file];
  const right = files.find(isRight);
  if (right === undefined) file.close();
  return right;
}

/** One image of a fat file. */
function slice(
  file: RegularFile,
  one: { readonly processor: number; readonly offset: number; readonly size: number },
): OpenFile {
  const { path, device, inode, contents } = file;
  return {
    path,
    device,
    inode,
    size: one.size,
    contents: `${contents} ${one.processor}`,
    read: sliceSource(file, one).read,
    close: () => file.close(),
  };
}
