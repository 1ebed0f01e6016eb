// Where an output goes, before anything is opened. In: a path. Out: the descriptor that it stands for, or the name under which a
// file is written until it takes its own. It opens nothing.
import { basename, dirname, join } from "node:path";

/** Names have 255 bytes at most, of which ours needs some. */
const KEPT_NAME_BYTES = 200;
const STANDARD = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];

/**
 * The descriptor that a path stands for; undefined where it is any other path. Opened by its name, a file would be written from its
 * beginning, over what others have written there.
 */
export function descriptorOf(path: string): number | undefined {
  const standard = STANDARD.indexOf(path);
  if (standard >= 0) return standard;
  const [, pid, number] = /^\/(?:dev|proc\/(self|\d{1,10}))\/fd\/(\d{1,5})$/.exec(path) ?? [];
  const isOurs = pid === undefined || pid === "self" || Number(pid) === process.pid;
  return number === undefined || !isOurs ? undefined : Number(number);
}

/** A name for what is to become the file `path`, in its folder. Nobody can guess it, so that nobody has taken it. */
export function unfinishedBeside(path: string): string {
  const name = Buffer.from(basename(path)).subarray(0, KEPT_NAME_BYTES).toString();
  // Loaded only here: it takes longer than the rest of what is loaded for `--version`.
  const { randomBytes } = process.getBuiltinModule("node:crypto");
  return join(dirname(path), `.${name}.${randomBytes(6).toString("hex")}.unfinished`);
}
