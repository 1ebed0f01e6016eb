// What Austin 4.0 gets wrong and ours doesn't, by row: the section of the description of 4.0's behaviour that calls it a
// bug, a sentence, and the fields that differ for it. Nothing else may differ.
import type { Field } from "./observe.js";

export interface Difference {
  readonly section: string;
  readonly why: string;
  readonly fields: readonly Field[];
}

const SILENT: Difference = { section: "1.3", why: "4.0 fails without a word", fields: ["message"] };
const REFUSED: readonly Field[] = ["code", "message", "metadata"];
const STATUS: Difference = {
  section: "1.3",
  why: "4.0 never passes the command's exit status on, so that a script can't tell whether it failed",
  fields: ["code"],
};
const PATCH: Difference = {
  section: "2.2 and 9.4",
  why: "4.0 takes the patch version of 3.9 and 3.10 for 0",
  fields: ["metadata"],
};

/** Rows in which ours differs, by their names. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  "austin -c": SILENT,
  "austin -i 5": SILENT,
  "austin -C": SILENT,
  "austin -P -c -i 5": SILENT,
  "austin --inter=5ms": SILENT,
  "austin -o /no/such/folder/file {python} {work}": SILENT,
  "austin -k": {
    section: "1.1",
    why: "4.0 has kernel frames in austinp alone; ours has native ones here, too, and says with what they go",
    fields: ["message"],
  },
  "austin -i=1ms -o {file} {python} {work}": {
    section: "1.1",
    why: "4.0 takes the equals sign for a part of the value",
    fields: REFUSED,
  },
  "austin -t 10000ms -o {file} {python} {work}": {
    section: "1.1",
    why: "4.0 refuses the unit ms, which its own help names",
    fields: REFUSED,
  },
  "austin -x 0.5 -o {file} {python} {forever}": {
    section: "1.1",
    why: "4.0 takes whole seconds only",
    fields: REFUSED,
  },
  "austin -o {file} -- {python} {work}": {
    section: "1.1",
    why: "4.0 takes -- for the command",
    fields: REFUSED,
  },
  "austin -o {file} {python} {work} exit 7": STATUS,
  "austin -o {file} {python} {work} kill 9": STATUS,
  "austin -o {file} {python3.9} {work}": PATCH,
  "austin -o {file} {python3.10} {work}": PATCH,
  "austin -i 1ms -o {file} -p {pid} (SIGHUP)": {
    section: "1.3 and 2.2",
    why: "4.0 dies of SIGHUP, and what it had sampled is lost",
    fields: ["code", "metadata"],
  },
};

/** Of the fields that differ, those that nothing explains. */
export function unexplained(name: string, differing: readonly Field[]): Field[] {
  return differing.filter((field) => !DIFFERENCES[name]?.fields.includes(field));
}
