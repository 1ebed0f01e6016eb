// The file that a command's name stands for. In: the name and the folders of PATH, in bytes: neither need be UTF-8. Out: its
// path, as execvp finds it, and whether it can be started.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { basename, delimiter } from "node:path";
import { host } from "../host/index.js";

/** Where the C library looks when there is no PATH. */
const DEFAULT_PATH = Buffer.from("/bin:/usr/bin");
/** The kernel reads no more of a script's first line. */
const FIRST_LINE_BYTES = 256;

/** Undefined where there is none. @param path the variable PATH */
export function findProgram(command: Buffer, path: Buffer = DEFAULT_PATH): Buffer | undefined {
  const name = command.toString("latin1");
  if (name === "") return undefined;
  const folders = basename(name) === name ? path.toString("latin1").split(delimiter) : [undefined];
  for (const folder of folders) {
    for (const ending of host.programEndings) {
      const file = folder === undefined ? `${name}${ending}` : `${folder || "."}/${name}${ending}`;
      const found = Buffer.from(file, "latin1");
      if (isExecutable(found)) return found;
    }
  }
  return undefined;
}

/** The same of a name as Node has it, in our own PATH. */
export function findCommand(command: string): Buffer | undefined {
  const { PATH } = process.env;
  return findProgram(Buffer.from(command), PATH === undefined ? undefined : Buffer.from(PATH));
}

/** Whether nothing that can be seen keeps the system from starting a file; a script's interpreter must be there, too. */
export function canStart(program: Buffer): boolean {
  const interpreter = /^#!\s*([^\s\0]+)/.exec(firstLine(program))?.[1];
  return interpreter === undefined || isExecutable(Buffer.from(interpreter, "latin1"));
}

function isExecutable(path: Buffer): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function firstLine(path: Buffer): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const bytes = Buffer.alloc(FIRST_LINE_BYTES);
    return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, FIRST_LINE_BYTES, 0)).split("\n")[0] ?? "";
  } catch {
    // It may be started, all the same, by who may not read it.
    return "";
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
