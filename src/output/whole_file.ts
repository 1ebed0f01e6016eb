// A file that is written whole or not at all. In: a path, and bytes as they are made. Out: the file, in place of what was there
// before, once all bytes are in it; until then they are in a file beside it. Knows no format.
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { isatty } from "node:tty";
import { OutputError } from "../mojo/output-error.js";
import { descriptorOf, unfinishedBeside } from "./output_path.js";
import { openPipe } from "./pipe.js";

const WRITE_BYTES = 256 * 1024;
const STANDARD_OUTPUT = 1;

/** The output is a terminal, and the bytes are not for one. */
export class BinaryToTerminal extends Error {
  override readonly name = "BinaryToTerminal";
  constructor(readonly path: string) {
    super(`${path} is a terminal`);
  }
}

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface OutputWishes {
  /** Whether the bytes may go to a terminal. */
  readonly isText: boolean;
  /** Whether a pipe is given each chunk as it comes; else many at once. */
  readonly isPrompt?: boolean;
}

/**
 * Write all bytes to the file `path`, or to standard output where it is "-". What is no regular file, such as a pipe or
 * a device, is written to as it is.
 *
 * @returns how many bytes there were
 * @throws OutputError where it can't be written, BinaryToTerminal, and what `bytes` throws: then the file is as it was
 */
export async function writeWhole(
  path: string,
  bytes: Bytes,
  { isText, isPrompt = false }: OutputWishes,
): Promise<number> {
  const open = path === "-" ? STANDARD_OUTPUT : descriptorOf(path);
  if (open !== undefined) {
    const name = path === "-" ? "standard output" : path;
    if (!isText && isatty(open)) throw new BinaryToTerminal(name);
    return pour(bytes, open, name, isPrompt);
  }
  const target = attempt(path, "stat", () => resolved(path));
  if (!isRegular(target)) {
    const descriptor = (await openPipe(target)) ?? attempt(path, "open", () => openSync(target, "w"));
    try {
      if (!isText && isatty(descriptor)) throw new BinaryToTerminal(path);
      return await pour(bytes, descriptor, path, isPrompt);
    } finally {
      closeSync(descriptor);
    }
  }
  return replace(target, path, bytes);
}

/**
 * Find out whether `writeWhole` can write there, and leave everything as it is.
 *
 * @throws OutputError
 */
export function tryWhole(path: string): void {
  if (path === "-" || descriptorOf(path) !== undefined) return;
  const target = attempt(path, "stat", () => resolved(path));
  if (isRegular(target)) {
    const { unfinished, descriptor } = begin(target, path);
    closeSync(descriptor);
    unlinkSync(unfinished);
  } else if (statSync(target).isDirectory()) {
    // Refused by the system, which says how.
    attempt(path, "open", () => closeSync(openSync(target, constants.O_WRONLY)));
  } else {
    // Opened, a pipe would wait for its reader, and tell it of an end.
    attempt(path, "access", () => accessSync(target, constants.W_OK));
  }
}

/** Create the file that is to become `target`. */
function begin(target: string, path: string): { readonly unfinished: string; readonly descriptor: number } {
  const mode = statSync(target, { throwIfNoEntry: false })?.mode;
  const unfinished = unfinishedBeside(target);
  const descriptor = attempt(path, "open", () => openSync(unfinished, "wx", mode === undefined ? 0o666 : mode & 0o777));
  return { unfinished, descriptor };
}

async function replace(target: string, path: string, bytes: Bytes): Promise<number> {
  const { unfinished, descriptor } = begin(target, path);
  // Whatever ends the process by its own will, a signal's listener too.
  const remove = () => unlinkSync(unfinished);
  process.on("exit", remove);
  let isWhole = false;
  try {
    const count = await pour(bytes, descriptor, path);
    isWhole = true;
    return count;
  } finally {
    process.off("exit", remove);
    closeSync(descriptor);
    if (isWhole) attempt(path, "rename", () => renameSync(unfinished, target));
    else remove();
  }
}

/** Write the bytes, many at once unless it is to be prompt. */
async function pour(bytes: Bytes, descriptor: number, path: string, isPrompt = false): Promise<number> {
  let count = 0;
  let waiting: Uint8Array[] = [];
  let length = 0;
  const flush = async () => {
    const [first] = waiting;
    const piece = waiting.length === 1 && first !== undefined ? first : Buffer.concat(waiting);
    waiting = [];
    length = 0;
    await writeAll(descriptor, piece, path, count);
    count += piece.length;
  };
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    waiting.push(chunk);
    length += chunk.length;
    if (isPrompt || length >= WRITE_BYTES) await flush();
  }
  if (length > 0) await flush();
  return count;
}

const FULL_PIPE_MILLISECONDS = 2;

async function writeAll(descriptor: number, piece: Uint8Array, path: string, before: number): Promise<void> {
  for (let at = 0; at < piece.length; ) {
    try {
      at += writeSync(descriptor, piece, at);
    } catch (error) {
      // A pipe that doesn't block, and is full: somebody reads it, or has closed it by then.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        throw OutputError.from(path, "write", before + at, error);
      }
      await new Promise((resolve) => setTimeout(resolve, FULL_PIPE_MILLISECONDS));
    }
  }
}

/** Where a path leads, though there may be nothing yet: a link stays one, and what it names is replaced. */
function resolved(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? realpathSync(path) : path;
}

/** Whether the path is, or will be, a regular file. A folder is opened, to be refused by the system. */
function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

function attempt<T>(path: string, call: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw OutputError.from(path, call, 0, error);
  }
}
