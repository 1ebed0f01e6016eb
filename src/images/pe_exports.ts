// The names that a PE image gives to others. In: the image's bytes by address, and where its export directory lies. Out: addresses by name.
// Names are sorted by their bytes, so a search looks at a dozen of thousands (IMAGE_EXPORT_DIRECTORY, "PE Format").
import { type ByteSource, MalformedImage, viewOf } from "./byte_source.js";
import { type Directory, exactly } from "./pe_directory.js";

const DIRECTORY_BYTES = 40;
const MOST_NAMES = 1 << 20;
const MOST_NAME_BYTES = 256;

interface Tables {
  readonly count: number;
  readonly functionCount: number;
  readonly functions: number;
  readonly names: number;
  readonly ordinals: number;
}

export class PeExports {
  readonly #source: ByteSource;
  readonly #directory: Directory;
  #tables: Tables | undefined;

  constructor(source: ByteSource, directory: Directory) {
    this.#source = source;
    this.#directory = directory;
  }

  /** The address behind a name; undefined where there is none, or another image has it. @throws MalformedImage */
  find(name: string): number | undefined {
    if (this.#directory.size < DIRECTORY_BYTES) return undefined;
    this.#tables ??= this.#read();
    const { count, functionCount, functions, names, ordinals } = this.#tables;
    const wanted = Buffer.from(name, "latin1");
    for (let low = 0, high = count; low < high; ) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(wanted, this.#nameAt(this.#word(names + 4 * middle)));
      if (order < 0) high = middle;
      else if (order > 0) low = middle + 1;
      else {
        const ordinal = viewOf(exactly(this.#source, ordinals + 2 * middle, 2)).getUint16(0, true);
        if (ordinal >= functionCount) throw new MalformedImage("an exported name has no function");
        return this.#own(this.#word(functions + 4 * ordinal));
      }
    }
    return undefined;
  }

  /** What lies within the directory is the name of another image's symbol. */
  #own(address: number): number | undefined {
    const { address: start, size } = this.#directory;
    return address === 0 || (address >= start && address < start + size) ? undefined : address;
  }

  #read(): Tables {
    const view = viewOf(exactly(this.#source, this.#directory.address, DIRECTORY_BYTES));
    const [functionCount, count, functions, names, ordinals] = [20, 24, 28, 32, 36].map((field) =>
      view.getUint32(field, true),
    ) as [number, number, number, number, number];
    if (count > MOST_NAMES) throw new MalformedImage(`${count} exported names`);
    return { count, functionCount, functions, names, ordinals };
  }

  #word(address: number): number {
    return viewOf(exactly(this.#source, address, 4)).getUint32(0, true);
  }

  #nameAt(address: number): Uint8Array {
    const bytes = this.#source.read(address, MOST_NAME_BYTES);
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }
}
