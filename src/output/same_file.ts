// Whether two of a command's files are one, by whatever names: then one would be written over the other. In: paths as the user gave
// them, "-" for standard input and output. Out: the first two that are the same. It opens nothing.
import { type BigIntStats, fstatSync, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** A file of the command line. */
export interface NamedFile {
  /** What messages call it, such as "--capture". */
  readonly name: string;
  readonly path: string;
}

export interface SameFile {
  readonly output: NamedFile;
  readonly other: NamedFile;
  readonly isInput: boolean;
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;
const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

/** The first output that is an output before it, or an input; undefined where all differ. */
export function findSameFile(outputs: readonly NamedFile[], inputs: readonly NamedFile[]): SameFile | undefined {
  const seen = new Map<string, NamedFile>();
  const read = new Map<string, NamedFile>();
  for (const input of inputs) {
    const status = statusOf(input.path, STANDARD_INPUT);
    // A socket may be both, and a pipe is used up.
    if (status?.isFile()) read.set(idOf(status), input);
  }
  for (const output of outputs) {
    const status = statusOf(output.path, STANDARD_OUTPUT);
    // Devices take whatever comes.
    if (status?.isCharacterDevice()) continue;
    const id = status === undefined ? futureId(output.path) : idOf(status);
    const input = read.get(id);
    if (input !== undefined) return { output, other: input, isInput: true };
    const other = seen.get(id);
    if (other !== undefined) return { output, other, isInput: false };
    seen.set(id, output);
  }
  return undefined;
}

function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Undefined where there is nothing yet, or it can't be looked at: whoever opens it says why. */
function statusOf(path: string, standard: number): BigIntStats | undefined {
  try {
    return path === "-" ? fstatSync(standard, { bigint: true }) : statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** What a file will be that isn't there yet: its folder and its name there, behind links that lead nowhere so far. */
function futureId(path: string): string {
  let final = resolve(path);
  try {
    for (let links = 0; links < MOST_LINKS; links++) {
      final = join(realpathSync(dirname(final)), basename(final));
      if (lstatSync(final, { throwIfNoEntry: false })?.isSymbolicLink() !== true) break;
      final = resolve(dirname(final), readlinkSync(final));
    }
    return `${idOf(statSync(dirname(final), { bigint: true }))}/${basename(final)}`;
  } catch {
    return final;
  }
}
