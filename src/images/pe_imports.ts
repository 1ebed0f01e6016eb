// What a PE image takes from others. In: its bytes by address, and where its import directory lies. Out: names of libraries and functions
// (IMAGE_IMPORT_DESCRIPTOR, "PE Format"). Where it is loaded, the names are where they were; only the addresses beside them are others.
import { type ByteSource, MalformedImage, viewOf } from "./byte_source.js";
import { type Directory, exactly } from "./pe_directory.js";

const DESCRIPTOR_BYTES = 20;
const MOST_LIBRARIES = 4096;
const MOST_FUNCTIONS = 1 << 16;
const MOST_NAME_BYTES = 256;
const TABLE_BYTES = 4096;

/** Whether a library's name stands for whichever one has what it names: no file is called so. */
export function isApiSet(library: string): boolean {
  return /^(api|ext)-ms-/i.test(library);
}

interface Descriptor {
  readonly library: string;
  /** Where its functions' names are listed. */
  readonly names: number;
}

export class PeImports {
  readonly #source: ByteSource & { readonly wordSize: 4 | 8 };
  readonly #directory: Directory;
  #descriptors: Descriptor[] | undefined;

  constructor(source: ByteSource & { readonly wordSize: 4 | 8 }, directory: Directory) {
    this.#source = source;
    this.#directory = directory;
  }

  /** Names of the libraries, as they are written. @throws MalformedImage */
  get libraries(): string[] {
    return this.#all().map(({ library }) => library);
  }

  /** Names of the functions; those that go by number have none. @throws MalformedImage */
  names(): Set<string> {
    const { wordSize } = this.#source;
    const found = new Set<string>();
    for (const { names } of this.#all()) {
      for (const entry of this.#entries(names, wordSize)) {
        // The highest bit says that it is a number.
        if (entry.high >>> 31 === 0 && entry.low !== 0) found.add(this.#text(entry.low + 2));
      }
    }
    return found;
  }

  #all(): readonly Descriptor[] {
    this.#descriptors ??= this.#read();
    return this.#descriptors;
  }

  #read(): Descriptor[] {
    const { address, size } = this.#directory;
    const descriptors: Descriptor[] = [];
    if (size === 0) return descriptors;
    for (let at = address; ; at += DESCRIPTOR_BYTES) {
      const view = viewOf(exactly(this.#source, at, DESCRIPTOR_BYTES));
      const library = view.getUint32(12, true);
      if (library === 0) return descriptors;
      if (descriptors.length === MOST_LIBRARIES) throw new MalformedImage("imports without end");
      descriptors.push({ library: this.#text(library), names: view.getUint32(0, true) });
    }
  }

  *#entries(table: number, wordSize: 4 | 8): Generator<{ low: number; high: number }> {
    let left = MOST_FUNCTIONS;
    for (let at = table; table !== 0 && left > 0; at += TABLE_BYTES) {
      const bytes = this.#source.read(at, TABLE_BYTES);
      const view = viewOf(bytes);
      for (let i = 0; i + wordSize <= bytes.length; i += wordSize, left--) {
        const low = view.getUint32(i, true);
        const high = wordSize === 8 ? view.getUint32(i + 4, true) : low;
        if (low === 0 && high === 0) return;
        yield { low, high };
      }
      if (bytes.length < TABLE_BYTES) return;
    }
  }

  #text(address: number): string {
    const bytes = Buffer.from(this.#source.read(address, MOST_NAME_BYTES));
    const end = bytes.indexOf(0);
    return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
  }
}
