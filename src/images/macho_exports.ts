// The exports trie of a Mach-O image (dyld's mach-o/loader.h, EXPORT_SYMBOL_FLAGS_*). In: its bytes and a name as the linker has it. Out: the
// symbol's offset from the image's first byte. A node says how many bytes it has of what is exported under the name so far, and which edges
// lead on. **Older linkers make nodes that export nothing and have an edge without letters to the one that does.**

const KIND_MASK = 0x03;
const KIND_ABSOLUTE = 2;
const REEXPORT = 0x08;
/** More than the letters of a name; a trie that goes round in circles ends here. */
const MAX_VISITS = 4096;

/** Undefined where the name is not exported, or is another image's that is handed on, or where the trie is damaged. */
export function findExport(trie: Uint8Array, name: string): number | undefined {
  return new Walk(trie).find(Buffer.from(name, "latin1"));
}

class Walk {
  readonly #trie: Uint8Array;
  #at = 0;

  constructor(trie: Uint8Array) {
    this.#trie = trie;
  }

  find(name: Uint8Array): number | undefined {
    const nodes: [number, Uint8Array][] = [[0, name]];
    for (let visits = 0; visits < MAX_VISITS; visits++) {
      const next = nodes.pop();
      if (next === undefined) return undefined;
      const [node, rest] = next;
      this.#at = node;
      const size = this.#number();
      const edges = this.#at + size;
      if (rest.length === 0 && size > 0) return this.#offset();
      for (const [child, letters] of this.#fitting(edges, rest)) nodes.push([child, rest.subarray(letters)]);
    }
    return undefined;
  }

  /** The children that an edge with the next letters of the name leads to, or one without letters. */
  #fitting(at: number, rest: Uint8Array): [number, number][] {
    const fitting: [number, number][] = [];
    this.#at = at;
    for (let left = this.#byte(); left > 0 && this.#at < this.#trie.length; left--) {
      const start = this.#at;
      const end = this.#trie.indexOf(0, start);
      if (end < 0) break;
      this.#at = end + 1;
      const child = this.#number();
      const letters = end - start;
      const isPrefix = letters <= rest.length && rest.every((one, i) => i >= letters || one === this.#trie[start + i]);
      if (isPrefix && child < this.#trie.length) fitting.push([child, letters]);
    }
    return fitting;
  }

  #offset(): number | undefined {
    const flags = this.#number();
    if ((flags & REEXPORT) !== 0 || (flags & KIND_MASK) === KIND_ABSOLUTE) return undefined;
    return this.#number();
  }

  #byte(): number {
    return this.#trie[this.#at++] ?? 0;
  }

  /** A ULEB128. */
  #number(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return value;
  }
}
