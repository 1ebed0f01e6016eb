// Opening the file a process has mapped, wherever its root is. In: a process and one of its images. Out: an open
// file that gives bytes at offsets. Whether it's the right one is for the caller to see: it tells its identity.
import type { LoadedImage } from "../loaded_image.js";
import { RegularFile as OpenFile } from "../regular_file.js";

export { OpenFile };

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
