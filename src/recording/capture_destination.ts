// Where a capture goes. In: a path. Out: a descriptor, of a new file that nobody else may read, or of the pipe or the device that the
// user named. Nothing that is there already is written into, and nothing of somebody else's is opened: captures hold raw memory.
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { OutputError } from "../mojo/output-error.js";
import { descriptorOf, unfinishedBeside } from "../output/output_path.js";

const OWNER_ONLY = 0o600;
const STICKY = 0o1000;

export interface CaptureDestination {
  readonly descriptor: number;
  /** Whether the descriptor is ours to close. */
  readonly isOwned: boolean;
  /** The new file's name, until it takes the one that was given. */
  readonly unfinished?: string;
}

/** Another user could read what is written there. */
export class ForeignDestination extends Error {
  override readonly name = "ForeignDestination";
  constructor(
    readonly path: string,
    readonly owner: number,
  ) {
    super(`${path} is user ${owner}'s`);
  }
}

/** Whether nothing has the name, a link that leads nowhere neither. */
export function isFree(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/** @throws OutputError, ForeignDestination */
export function openDestination(path: string): CaptureDestination {
  try {
    const open = descriptorOf(path);
    if (open !== undefined) return privately({ descriptor: open, isOwned: false });
    const named = lstatSync(path, { throwIfNoEntry: false });
    if (named !== undefined && isStream(path)) return stream(path, named);
    if (named !== undefined) requireReplaceable(path, named);
    const unfinished = unfinishedBeside(path);
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const descriptor = openSync(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY);
    return { descriptor, isOwned: true, unfinished };
  } catch (error) {
    throw error instanceof ForeignDestination ? error : OutputError.from(path, callOf(error), 0, error);
  }
}

/** Whether the path leads to a pipe or a device; a folder is opened like one, to be refused by the system. */
function isStream(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

function stream(path: string, named: Stats): CaptureDestination {
  requireTrusted(path, named);
  const { O_WRONLY, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_WRONLY | (named.isSymbolicLink() ? 0 : O_NOFOLLOW));
  try {
    requireTrusted(path, fstatSync(descriptor));
    return privately({ descriptor, isOwned: true });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Links, pipes and devices lead to whom their owner wants: ours, and the system's, are what the user means. */
function requireTrusted(path: string, { uid }: Stats): void {
  if (uid !== 0 && uid !== process.geteuid?.()) throw new ForeignDestination(path, uid);
}

/** Standard output may be a file. */
function privately(destination: CaptureDestination): CaptureDestination {
  if (fstatSync(destination.descriptor).isFile()) fchmodSync(destination.descriptor, OWNER_ONLY);
  return destination;
}

/** In a folder like /tmp, a name that is taken stays its owner's: the system would say so when all is sampled. */
function requireReplaceable(path: string, { uid }: Stats): void {
  const folder = statSync(dirname(path));
  const us = process.geteuid?.();
  if ((folder.mode & STICKY) !== 0 && us !== 0 && us !== uid && us !== folder.uid)
    throw new ForeignDestination(path, uid);
}

/** The system call that an error is of. */
function callOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).syscall ?? "open";
}
