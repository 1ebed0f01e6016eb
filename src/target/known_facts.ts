// What is known of binaries, for all processes that have them mapped. In: open files. Out: the facts of their contents. A file that
// was written since, in place or anew under a number that is given again, is another one: its size or its times differ.
import type { OpenFile } from "../host/index.js";
import type { ImageFacts } from "./image_facts.js";

/** Files that are remembered: more than a program has, and a run of days sees new ones all the time. */
const MOST_FILES = 1024;

export class KnownFacts {
  readonly #facts = new Map<string, ImageFacts>();

  /** How many files are remembered. */
  get size(): number {
    return this.#facts.size;
  }

  /** @param path as the facts have it, which look at the name, too */
  of(file: OpenFile, path: string): ImageFacts | undefined {
    return this.#facts.get(key(file, path));
  }

  add(file: OpenFile, path: string, facts: ImageFacts): void {
    this.#facts.set(key(file, path), facts);
    // The oldest: it is read again where it is still in use.
    if (this.#facts.size > MOST_FILES) this.#facts.delete(this.#facts.keys().next().value as string);
  }
}

function key({ contents }: OpenFile, path: string): string {
  return `${contents} ${path}`;
}
