// The file that a command's name stands for. In: the name and the folders of PATH, in bytes: neither need be UTF-8. Out: its
// path, as execvp finds it, and whether it can be started.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";

/** Where the C library looks when there is no PATH. */
const DEFAULT_PATH = Buffer.from("/bin:/usr/bin");
/** The kernel reads no more of a script's first line. */
const FIRST_LINE_BYTES = 256;

/** Undefined where there is none. @param path the variable PATH */
export function findProgram(command: Buffer, path: Buffer = DEFAULT_PATH): Buffer | undefined {
  const name = command.toString("latin1");
  if (name === "") return undefined;
  if (name.includes("/")) return isExecutable(command) ? command : undefined;
  for (const folder of path.toString("latin1").split(":")) {
    const file = Buffer.from(`${folder || "."}/${name}`, "latin1");
    if (isExecutable(file)) return file;
  }
  return undefined;
}

/** What may stand behind a name in Windows, as Node's spawn tries it. */
const WINDOWS_ENDINGS = ["", ".com", ".exe"];

/** The same in Windows: in the folder that we are in and in those of PATH, with an ending or without. */
function findWindowsProgram(command: string, path = ""): Buffer | undefined {
  const folders = /[\\/:]/.test(command) ? [""] : ["", ...path.split(";").filter((one) => one !== "")];
  for (const folder of folders) {
    for (const ending of WINDOWS_ENDINGS) {
      const file = Buffer.from(folder === "" ? command + ending : `${folder}\\${command}${ending}`);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** The same of a name as Node has it, in our own PATH. */
export function findCommand(command: string): Buffer | undefined {
  const { PATH } = process.env;
  if (process.platform === "win32") return findWindowsProgram(command, PATH);
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
