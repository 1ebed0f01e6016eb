// What a process has mapped of code, as a capture has it: what has changed since it was written last. In: mappings. Out: plain data for a fact, or nothing.
import type { CodeMapping } from "../native/code_source.js";

/** The kernel's own code, which is no file's. */
const OWN = "[vdso]";

export class MappingsWriter {
  #known = new Map<string, string>();

  /**
   * @param mappings lowest address first
   * @param isFirst whatever has changed
   * @returns the starts of those that are gone, and those that are new, each a list; undefined where all are as they were
   */
  changes(
    mappings: readonly CodeMapping[],
    isFirst = false,
  ): { readonly gone: readonly string[]; readonly more: readonly unknown[] } | undefined {
    const files = new Set(mappings.flatMap((one) => (one.executable ? fileOf(one) : [])));
    const now = new Map<string, string>();
    const more: unknown[] = [];
    for (const mapping of mappings) {
      if (!mapping.executable && !files.has(fileOf(mapping))) continue;
      const { start, end, executable, offset, device, inode, path } = mapping;
      const key = start.toString(16);
      const row = [key, end.toString(16), executable ? 1 : 0, offset, device, inode, path];
      const text = JSON.stringify(row);
      now.set(key, text);
      if (isFirst || this.#known.get(key) !== text) more.push(row);
    }
    const gone = isFirst ? [] : [...this.#known.keys()].filter((key) => !now.has(key));
    this.#known = now;
    return isFirst || gone.length > 0 || more.length > 0 ? { gone, more } : undefined;
  }
}

/** What tells the file of a mapping; one that is none's is its own. */
function fileOf({ inode, device, path, start }: CodeMapping): string {
  return inode === 0 && path !== OWN ? `${start}` : `${device} ${inode} ${path}`;
}
