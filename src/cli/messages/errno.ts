// Error numbers as words. In: errno, positive as the kernel has it or negative as Node has it.
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

/** Name and meaning of an error number, such as `EPERM (operation not permitted)`. */
export function describeErrno(errno: number): string {
  const number = Math.abs(errno);
  const known = getSystemErrorMap().get(-number);
  if (known) return `${known[0]} (${known[1]})`;
  const name = Object.entries(constants.errno).find(([, value]) => value === number)?.[0];
  return name === undefined ? `error ${number}` : name;
}
