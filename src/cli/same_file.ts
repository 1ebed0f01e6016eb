// Whether an output would be written over an input. In: paths as the user gave them, "-" for standard input and output.
import { fileStatus } from "./file_status.js";

/** Whether both are one regular file, by whatever name. */
export function isSameFile(input: string, output: string): boolean {
  if (input === "-" || output === "-") return false;
  const [a, b] = [fileStatus(input), fileStatus(output)];
  return a?.isFile() === true && a.dev === b?.dev && a.ino === b.ino;
}
