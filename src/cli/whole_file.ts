// A file that is written whole or not at all. In: a path and a text. Out: the file; a failure leaves what was there before.
import { lstatSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { OutputFailure } from "./reader_command.js";

/** @throws OutputFailure */
export function writeWhole(path: string, text: string): void {
  try {
    // A device, a pipe or a link stays what it is.
    const isPlain = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
    if (!isPlain) {
      writeFileSync(path, text);
      return;
    }
    const unfinished = `${path}.${process.pid}.part`;
    try {
      writeFileSync(unfinished, text);
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  } catch (error) {
    const { syscall = "write", code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new OutputFailure(`Cannot write '${path}': ${syscall} gave ${code}.`);
  }
}
