// Whether an output would be written over an input. In: paths as the user gave them, "-" for standard input and output.
import { statSync } from "node:fs";

/** Whether both are one regular file, by whatever name. */
export function isSameFile(input: string, output: string): boolean {
  if (input === "-" || output === "-") return false;
  const [a, b] = [input, output].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a?.isFile() === true && a.dev === b?.dev && a.ino === b.ino;
}
