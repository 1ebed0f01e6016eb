// What manifests say of the files of a release. In: facts, the files' digests. Out: addresses and digests by file. Knows no format.
import { type Facts, ReleaseError } from "../facts.js";
import type { Standalone } from "../standalones.js";

export interface Released {
  readonly facts: Facts;
  /** SHA-256 in hexadecimal, by the name of a file. */
  readonly digests: ReadonlyMap<string, string>;
  /** npm's package. */
  readonly tarball: string;
  readonly standalones: readonly Standalone[];
}

export interface Manifest {
  /** Below manifests/. */
  readonly path: string;
  readonly text: string;
}

export function addressOf({ facts }: Released, file: string): string {
  return `${facts.url}/${file}`;
}

export function digestOf({ digests }: Released, file: string): string {
  const digest = digests.get(file);
  if (digest === undefined) throw new ReleaseError(`'${file}' is not among the files of the release`);
  return digest;
}

/** Where people read more: the project's home, else where its files lie. */
export function homeOf({ facts }: Released): string {
  return facts.homepage ?? facts.url;
}
