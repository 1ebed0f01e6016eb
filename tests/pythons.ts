// In: the machine's folders. Out: every CPython the tests run on, and what the matrix expects and lacks.
// Knows nothing of sampling. The version of an interpreter is what the interpreter itself says.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One interpreter of the matrix. */
export interface Python {
  /** Unique, for test titles: "3.13.0", "3.14.10-dbg", "3.13.18-i386", "3.11.2-system". */
  readonly name: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** Absolute path of the binary, never a shim. */
  readonly path: string;
  /** A `--with-pydebug` build. */
  readonly debug: boolean;
  /** Bytes in a pointer. */
  readonly wordSize: 4 | 8;
  readonly origin: "pyenv" | "debian" | "system";
  /** The words that run it where the machine can't: an emulator and its options. */
  readonly emulator?: readonly string[];
}

/** An interpreter for another processor than the machine's, run by QEMU's user mode. */
export interface ForeignPython extends Python {
  readonly emulator: readonly [string, ...string[]];
  readonly architecture: ForeignArchitecture;
}

export type ForeignArchitecture = "arm64" | "armhf" | "ppc64el";

/** Debian's names, and QEMU's. */
export const EMULATORS: Readonly<Record<ForeignArchitecture, string>> = {
  arm64: "qemu-aarch64-static",
  armhf: "qemu-arm-static",
  ppc64el: "qemu-ppc64le-static",
};

/** Something the matrix expects and doesn't find. */
export interface MissingPython {
  readonly name: string;
  readonly why: string;
}

const FIRST_MINOR = 9;
const LAST_MINOR = 15;
/** The project's root folder: the nearest above with a package.json, for this file may run compiled elsewhere. */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));
const debianRoot = join(projectRoot, ".pythons");
const pyenvRoot = process.env.PYENV_ROOT ?? join(homedir(), ".pyenv");

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}

const askItself = `
import json, struct, sys
print(json.dumps([list(sys.version_info[:3]), struct.calcsize("P"), hasattr(sys, "gettotalrefcount")]))
`;

interface Candidate {
  readonly path: string;
  readonly origin: Python["origin"];
  readonly emulator?: readonly [string, ...string[]];
}

interface Discovery {
  readonly found: readonly Python[];
  readonly broken: readonly { readonly path: string; readonly why: string }[];
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function debianInterpreters(architecture: string): string[] {
  const bin = join(debianRoot, architecture, "usr/bin");
  return entries(bin)
    .filter((file) => /^python3\.\d+(-dbg)?$/.test(file))
    .map((file) => join(bin, file));
}

function* candidates(): Generator<Candidate> {
  for (const version of entries(join(pyenvRoot, "versions"))) {
    const bin = join(pyenvRoot, "versions", version, "bin");
    const name = entries(bin).find((file) => /^python[23]\.\d+$/.test(file));
    if (name !== undefined) yield { path: join(bin, name), origin: "pyenv" };
  }
  for (const architecture of ["amd64", "i386"]) {
    for (const path of debianInterpreters(architecture)) yield { path, origin: "debian" };
  }
  if (existsSync("/usr/bin/python3")) yield { path: "/usr/bin/python3", origin: "system" };
}

function ask({ path, origin, emulator }: Candidate): Python {
  const [program, ...args] = [...(emulator ?? []), path] as [string, ...string[]];
  const answer = execFileSync(program, [...args, "-E", "-c", askItself.trim()], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const [version, wordSize, debug] = JSON.parse(answer) as [[number, number, number], 4 | 8, boolean];
  const suffix = `${debug ? "-dbg" : ""}${wordSize === 4 ? "-i386" : ""}${origin === "system" ? "-system" : ""}`;
  return { name: version.join(".") + suffix, version, path, debug, wordSize, origin };
}

let discovery: Discovery | undefined;

function discover(): Discovery {
  if (discovery !== undefined) return discovery;
  const found: Python[] = [];
  const broken: { path: string; why: string }[] = [];
  for (const candidate of candidates()) {
    try {
      found.push(ask(candidate));
    } catch (error) {
      const stderr = (error as { stderr?: string }).stderr?.trim();
      broken.push({ path: candidate.path, why: stderr || (error as Error).message });
    }
  }
  found.sort((a, b) => a.version[1] - b.version[1] || a.version[2] - b.version[2] || a.name.localeCompare(b.name));
  discovery = { found, broken };
  return discovery;
}

function isSupported({ version: [major, minor] }: Python): boolean {
  return major === 3 && minor >= FIRST_MINOR && minor <= LAST_MINOR;
}

/** Every supported interpreter (3.9 to 3.15) on this machine, oldest first. Found once and kept. */
export function pythons(): readonly Python[] {
  return discover().found.filter(isSupported);
}

/** Whether it is a release build; the system's own counts where there is no other of its minor version. */
export function isRelease({ debug, origin, version }: Python): boolean {
  if (debug || origin !== "system") return !debug;
  return !pythons().some((other) => other.origin !== "system" && !other.debug && other.version[1] === version[1]);
}

/** Interpreters that the sampler must refuse by name (2.7, 3.6 to 3.8), where they are present. */
export function unsupported(): readonly Python[] {
  return discover().found.filter((python) => !isSupported(python));
}

/**
 * Every interpreter for another processor that is here with its emulator, oldest first.
 */
export function foreignPythons(): ForeignPython[] {
  return (Object.keys(EMULATORS) as ForeignArchitecture[]).flatMap((architecture) => {
    const root = join(debianRoot, architecture);
    const emulator = [join("/usr/bin", EMULATORS[architecture]), "-L", root] as const;
    if (!existsSync(emulator[0])) return [];
    return debianInterpreters(architecture).map((path) => {
      const python = ask({ path, origin: "debian", emulator: [...emulator] });
      return { ...python, name: `${python.version.join(".")}-${architecture}`, architecture, emulator: [...emulator] };
    });
  });
}

interface Expectation {
  readonly name: string;
  readonly where: string;
  readonly matches: (python: Python) => boolean;
}

function expectations(): Expectation[] {
  const pyenv = [9, 10, 11, 12, 13].map((minor) => ({
    name: `pyenv 3.${minor}`,
    where: join(pyenvRoot, "versions", `3.${minor}.*`),
    matches: (python: Python) => python.origin === "pyenv" && python.version[1] === minor,
  }));
  const debian = [13, 14, 15].flatMap((minor) =>
    [false, true].map((debug) => ({
      name: `Debian 3.${minor}${debug ? "-dbg" : ""}`,
      where: join(debianRoot, "amd64/usr/bin", `python3.${minor}${debug ? "-dbg" : ""}`),
      matches: ({ origin, version, wordSize, debug: isDebug }: Python) =>
        origin === "debian" && version[1] === minor && wordSize === 8 && isDebug === debug,
    })),
  );
  const i386 = {
    name: "Debian 3.13-i386",
    where: join(debianRoot, "i386/usr/bin/python3.13"),
    matches: ({ origin, version, wordSize }: Python) => origin === "debian" && version[1] === 13 && wordSize === 4,
  };
  return [...pyenv, ...debian, i386];
}

/** What the matrix expects and this machine doesn't have, each with the reason. */
export function missing(): readonly MissingPython[] {
  const { found, broken } = discover();
  return expectations()
    .filter(({ matches }) => !found.some(matches))
    .map(({ name, where }) => {
      const prefix = where.replace(/\*$/, "");
      const failure = broken.find(({ path }) => path === where || (prefix !== where && path.startsWith(prefix)));
      return { name, why: failure ? `${failure.path} doesn't run: ${failure.why}` : `nothing at ${where}` };
    });
}

/** Rows for `describe.each(eachPython())("%s", (name, python) => …)`, titled by the interpreter's name. */
export function eachPython(filter: (python: Python) => boolean = () => true): [name: string, python: Python][] {
  return pythons()
    .filter(filter)
    .map((python) => [python.name, python]);
}
