// /proc/<pid>/maps. In: its text. Out: the mapped ranges of an address space, lowest address first.
import type { Mapping } from "../loaded_image.js";
import { readProcFile, splitDeleted, utf8 } from "./procfs.js";

const LINE = /^([0-9a-f]+)-([0-9a-f]+) ([r-])([w-])([x-])([sp]) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/;

/** Parse a line of a `maps` file; undefined where it was cut off or is not understood. */
export function parseMapping(line: string): Mapping | undefined {
  const fields = LINE.exec(line);
  if (fields === null) return undefined;
  const [, start, end, r, w, x, share, offset, device, inode, name] = fields as unknown as string[];
  const { path, deleted } = splitDeleted(utf8((name as string).replaceAll("\\012", "\n")));
  return {
    start: BigInt(`0x${start}`),
    end: BigInt(`0x${end}`),
    readable: r === "r",
    writable: w === "w",
    executable: x === "x",
    shared: share === "s",
    offset: Number.parseInt(offset as string, 16),
    device: device as string,
    inode: Number(inode),
    path,
    deleted,
  };
}

/** Parse the text of a `maps` file; lines that were cut off or are not understood are left out. */
export function parseMappings(text: string): Mapping[] {
  return text.split("\n").flatMap((line) => parseMapping(line) ?? []);
}

/**
 * The ranges mapped in process `pid` at this moment; none while it execs or exits.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function readMappings(pid: number): Mapping[] {
  return parseMappings(readProcFile(pid, "maps"));
}
