// What we inherited and Node hides: before our first line it sets all signals to their defaults, unblocks them, raises the
// limit of open files and marks descriptors close-on-exec. In: what bin/austin noted before Node was there, in our environment,
// and procfs. Out: facts, in bytes where they may be of any encoding. Without notes, what is hidden is as Node has made it.
import { existsSync, readFileSync } from "node:fs";
import type { Inherited } from "../own_facts.js";
import { frontNotes } from "./front_notes.js";

/** bin/austin's notes: words of a name, a colon and a value. */
const NOTES = "AUSTIN_FRONT";
/** The environment as it was, in base64: as many variables as it takes, numbered from 0. */
const ENVIRONMENT = "AUSTIN_FRONT_ENVIRONMENT_";

/** The C library keeps 32 and 33 for itself, and takes them from nobody. */
const RESERVED = [32, 33];

let known: Inherited | undefined;

/** What this process inherited. The first call takes the notes out of our environment: nothing that is started shall have them. */
export function inherited(): Inherited {
  known ??= checked(takeNotes(ownNotes(), process.pid, () => environmentIn("/proc/self/environ", process.env)));
  return known;
}

/** Where descriptors can't be looked at, none was seen. */
function checked(facts: Inherited): Inherited {
  return facts.descriptors?.length === 0 && !existsSync("/proc/self/fdinfo")
    ? { ...facts, descriptors: undefined }
    : facts;
}

/** Where the notes are: in our environment, or, of a standalone executable, in our memory. */
function ownNotes(): NodeJS.ProcessEnv {
  const noted = process.versions.bun === undefined ? undefined : frontNotes();
  return noted === undefined ? process.env : { [NOTES]: noted };
}

/** What `variables` have noted, which goes from them. @param seen the environment that the process was started with */
export function takeNotes(variables: NodeJS.ProcessEnv, pid: number, seen: () => Buffer): Inherited {
  const notes = (variables[NOTES] ?? "").split(" ");
  const all = (name: string): string[] =>
    notes.filter((note) => note.startsWith(`${name}:`)).map((note) => note.slice(name.length + 1));
  // Somebody else's, as of an austin that started us by other means: they are nothing to us.
  if (Number(all("pid")[0]) !== pid) {
    return { ignored: [], blocked: [], openFiles: undefined, descriptors: undefined, environment: entriesOf(seen()) };
  }
  const noted: string[] = [];
  for (let name = ENVIRONMENT + noted.length; variables[name] !== undefined; name = ENVIRONMENT + noted.length) {
    noted.push(variables[name] as string);
    delete variables[name];
  }
  delete variables[NOTES];
  return {
    ignored: signalsIn(all("SigIgn")[0]),
    blocked: signalsIn(all("SigBlk")[0]),
    openFiles: all("files")[0],
    descriptors: all("fd")
      .map(Number)
      .sort((a, b) => a - b),
    environment:
      noted.length > 0
        ? entriesOf(Buffer.from(noted.join(""), "base64"))
        : // It was too large to be noted: this is what the front's shell made of it.
          entriesOf(seen()).filter((entry) => !entry.toString("latin1").startsWith(NOTES)),
  };
}

/** The environment that a file has; where it is not ours to read, as of a Node with capabilities of its own, what Node makes of it. */
export function environmentIn(path: string, variables: NodeJS.ProcessEnv): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.from(
      Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\0`)
        .join(""),
    );
  }
}

/** Strings that end with a NUL each. */
function entriesOf(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    entries.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    start = end < 0 ? bytes.length : end + 1;
  }
  return entries;
}

/** Numbers of the signals in a mask of procfs. */
function signalsIn(mask = "0"): number[] {
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, i) => i + 1).filter(
    (signal) => ((bits >> BigInt(signal - 1)) & 1n) === 1n && !RESERVED.includes(signal),
  );
}

/** The last `count` words of our own command line, in bytes. */
export function lastArguments(count: number): Buffer[] {
  return entriesOf(readFileSync("/proc/self/cmdline")).slice(-count || Number.MAX_SAFE_INTEGER);
}

/** The soft limit of open files that we have now; a number or "unlimited". */
export function openFilesLimit(): string | undefined {
  return /^Max open files\s+(\w+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
}

/** Whether a descriptor of ours is closed in whatever we start; so it is said of one that can't be looked at. */
export function isCloseOnExec(descriptor: number): boolean {
  // Bun closes whatever it isn't told of.
  if (process.versions.bun !== undefined) return true;
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"))?.[1];
    return (Number.parseInt(flags ?? "0", 8) & 0o2000000) !== 0;
  } catch {
    return true;
  }
}
