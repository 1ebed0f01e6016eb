// Where the commands' compiled code lies from one start to the next: the user's cache folder, and nowhere else. In: the environment, our user, a
// name. Out: bytes that only this user can have written, or none; whatever goes wrong here costs a start some time, and nothing else.
//
// What V8 takes from a cache it runs, so a cache is as good as the code itself: it is read only where the file and its folder are this user's,
// and nobody else may write them. Root has none in the home folder of another user (`sudo` may keep HOME), and neither have programs that are
// set-user-ID, nor Windows, where none of this can be asked.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { isAbsolute, join } from "node:path";

const FOLDER = "austin-ts";
const SUFFIX = ".cache";
/** One for each Node that is used, and those of versions before. */
const MOST_FILES = 8;
const MOST_BYTES = 1 << 24;
/** The sum that a file begins with, and how often it takes a word. */
const SUM_BYTES = 4;
const SUM_STRIDE = 64;
/** Bits of a mode by which others may write, or read. */
const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Who we are; undefined where there are no such numbers, or two. */
function ownUser(): number | undefined {
  const user = process.geteuid?.();
  return user === process.getuid?.() ? user : undefined;
}

/**
 * The folder of caches, which may not be there yet.
 * @param variables NODE_DISABLE_COMPILE_CACHE=1 asks for none, as it does of Node's own
 * @returns undefined where there is to be none
 */
export function cacheFolder(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME, HOME, NODE_DISABLE_COMPILE_CACHE } = variables;
  if (NODE_DISABLE_COMPILE_CACHE === "1" || ownUser() === undefined) return undefined;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, FOLDER);
  return HOME && isAbsolute(HOME) ? join(HOME, ".cache", FOLDER) : undefined;
}

/** The bytes of a cache that only we can have written; undefined where there is none. */
export function readCache(folder: string, name: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    if (!isPrivate(folder)) return undefined;
    descriptor = openSync(join(folder, name + SUFFIX), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { uid, mode, nlink, size } = fstatSync(descriptor);
    const isRegular = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (!isRegular || uid !== ownUser() || (mode & OTHERS) !== 0 || nlink !== 1 || size > MOST_BYTES) return undefined;
    const file = readFileSync(descriptor);
    const bytes = file.subarray(SUM_BYTES);
    return file.length > SUM_BYTES && file.readInt32LE() === sumOf(bytes) ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Write a cache, whole or not at all: who reads meanwhile has the one before. @returns whether it is there now */
export function writeCache(folder: string, name: string, bytes: Buffer): boolean {
  const path = join(folder, name + SUFFIX);
  const beside = `${path}.${process.pid}`;
  try {
    makeFolder(folder);
    if (!isPrivate(folder)) return false;
    // A name for what a crash of the machine may leave empty is worse than none.
    const sum = Buffer.alloc(SUM_BYTES);
    sum.writeInt32LE(sumOf(bytes));
    writeFileSync(beside, Buffer.concat([sum, bytes]), { mode: 0o600, flag: "wx", flush: true });
    renameSync(beside, path);
    removeOld(folder);
    return true;
  } catch {
    try {
      rmSync(beside, { force: true });
    } catch {}
    return false;
  }
}

/**
 * A sum by which damage shows: V8 checks versions and lengths of code, but not contents, and ends the process where these are no code. What goes wrong
 * with a file does so by the sector; all bytes would take as long as a third of a start, and so would a module that adds them up.
 */
export function sumOf(bytes: Buffer): number {
  let sum = bytes.length;
  for (let at = 0; at + SUM_BYTES <= bytes.length; at += SUM_STRIDE)
    sum = (Math.imul(sum, 31) + bytes.readInt32LE(at)) | 0;
  return sum;
}

/** Make the folder, and the one that holds it, but only in what is ours: root leaves nothing behind in the home folder of another user. */
function makeFolder(folder: string): void {
  const isOurs = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.uid === ownUser();
  const holder = join(folder, "..");
  if (!isOurs(holder)) {
    if (!isOurs(join(holder, ".."))) return;
    mkdirSync(holder, { mode: 0o700 });
  }
  // Not "recursive": in a file system that takes no folder, as procfs, that never comes back.
  if (isOurs(holder) && !isOurs(folder)) mkdirSync(folder, { mode: 0o700 });
}

/** Whether a folder is one, is ours, and nobody else may put files there. */
function isPrivate(folder: string): boolean {
  const { uid, mode } = lstatSync(folder);
  return (mode & constants.S_IFMT) === constants.S_IFDIR && uid === ownUser() && (mode & OTHERS_WRITE) === 0;
}

/** What was not written for longest goes; so does what a process left that was killed while it wrote. */
function removeOld(folder: string): void {
  const written = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const files = readdirSync(folder).map((name) => ({ name, at: written(name) }));
  files.sort((a, b) => b.at - a.at);
  for (const { name } of files.slice(MOST_FILES)) rmSync(join(folder, name), { force: true });
}
