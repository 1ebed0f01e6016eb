// Which binaries are loaded in a process. In: its mappings. Out: the mappings of each binary, as one thing. Knows
// nothing of the binaries' format.
import type { LoadedImage, Mapping } from "../loaded_image.js";

/**
 * Group mappings into images: files mapped in several ranges of which one can be executed or is private and writable,
 * so that a file somebody merely reads through a mapping is none.
 */
export function loadedImages(mappings: readonly Mapping[]): LoadedImage[] {
  const images: LoadedImage[] = [];
  let first = 0;
  while (first < mappings.length) {
    const head = mappings[first] as Mapping;
    let next = first + 1;
    if (head.inode !== 0) {
      while (next < mappings.length && goesOn(mappings[next - 1] as Mapping, mappings[next] as Mapping)) next++;
      const image = imageOf(mappings.slice(first, next), mappings[next]);
      if (image !== undefined) images.push(image);
    }
    first = next;
  }
  return images;
}

/** The same file again, further down: a smaller offset is a second copy of it. */
function goesOn(last: Mapping, next: Mapping): boolean {
  const isSameFile = next.inode === last.inode && next.device === last.device && next.path === last.path;
  return isSameFile && next.offset >= last.offset && (next.offset > 0 || next.start === last.end);
}

function imageOf(mappings: Mapping[], behind: Mapping | undefined): LoadedImage | undefined {
  const isLoaded = mappings.some(({ executable, writable, shared }) => executable || (writable && !shared));
  const head = mappings[0] as Mapping;
  if (!isLoaded || (mappings.length === 1 && !head.executable)) return undefined;
  const writable = mappings.filter((mapping) => mapping.writable);
  const isBss =
    behind !== undefined && behind.inode === 0 && behind.writable && behind.start === (mappings.at(-1) as Mapping).end;
  return {
    path: head.path,
    deleted: head.deleted,
    device: head.device,
    inode: head.inode,
    mappings,
    writable: isBss ? [...writable, behind] : writable,
  };
}
