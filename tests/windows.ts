// Windows, as Wine has it. In: the folder that .ci/windows.sh fills, and steps. Out: which CPythons are there, and what came of the steps, which
// one node.exe has carried out (targets/windows_steps.mjs). Knows nothing of sampling.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unlessThere } from "./needs.js";
import { projectRoot } from "./pythons.js";

const place = join(projectRoot, ".cache/windows");
const WINE = "/usr/bin/wine";

export interface WindowsPython {
  /** "3.12.1" */
  readonly name: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** python.exe as this machine has it. */
  readonly path: string;
}

export interface WindowsCommand {
  /** "node" is node.exe; PID stands for the target's id. */
  readonly words: readonly string[];
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the target is told to go on before. */
  readonly stage?: boolean;
  /** Whether it is ended the hard way as soon as a whole line stands on its standard output. */
  readonly kill?: boolean;
  readonly input?: string;
}

export interface WindowsStep {
  readonly name: string;
  /** A program that says a line when it is parked, and ends when its input does. */
  readonly target?: readonly string[];
  readonly folder?: string;
  readonly commands: readonly WindowsCommand[];
}

export interface WindowsOutcome {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: string | null;
  readonly milliseconds: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface WindowsResult {
  readonly name: string;
  /** What the target said at each stage. */
  readonly ready: readonly string[];
  readonly outcomes: readonly WindowsOutcome[];
  readonly stderr: string;
}

/** The CPythons for Windows that are here, oldest first. */
export function windowsPythons(): WindowsPython[] {
  const folder = join(place, "pythons");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => ({
      name,
      version: name.split(".").map(Number) as [number, number, number],
      path: join(folder, name, "python.exe"),
    }))
    .filter(({ path }) => existsSync(path))
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** What tests on Windows lack here, if anything. */
export function windowsLack(): string | undefined {
  const isThere = existsSync(WINE) && existsSync(join(place, "node.exe")) && windowsPythons().length > 0;
  return unlessThere(isThere, "Wine, and programs for Windows: bash .ci/windows.sh .cache/windows");
}

/** A path of this machine as Windows' programs have it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

/** Its like of a path that a Windows program tells. */
export function pathHere(path: string): string {
  return path.replace(/^Z:/, "").replaceAll("\\", "/");
}

/** Words that run the built command. */
export function austinWords(...args: readonly string[]): string[] {
  return ["node", windowsPath(join(projectRoot, "dist/bin/austin.js")), ...args];
}

/** Carry out the steps, one after another. @param folder where the files of the steps are made */
export async function onWindows(steps: readonly WindowsStep[]): Promise<WindowsResult[]> {
  const scratch = mkdtempSync(join(tmpdir(), "austin-windows-"));
  const [stepsPath, resultsPath, outputPath] = ["steps", "results", "output"].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  try {
    writeFileSync(stepsPath, JSON.stringify(steps));
    const runner = join(projectRoot, "tests/targets/windows_steps.mjs");
    const words = [join(place, "node.exe"), ...[runner, stepsPath, resultsPath].map(windowsPath)];
    await wine(words, outputPath);
    if (!existsSync(resultsPath)) throw new Error(`node.exe ended early: ${readFileSync(outputPath, "utf8")}`);
    return (JSON.parse(readFileSync(resultsPath, "utf8")) as WindowsResult[]).map((result) => ({
      ...result,
      outcomes: result.outcomes.map((one) => ({ ...one, stdout: Buffer.from(String(one.stdout ?? ""), "base64") })),
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Its outputs go to a file: a pipe of this machine is no handle there. */
function wine(words: readonly string[], output: string): Promise<void> {
  const environment = { WINEPREFIX: join(place, "prefix"), WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree=;mshtml=" };
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", 'exec "$0" "$@" >"$OUTPUT" 2>&1 </dev/null', WINE, ...words], {
      stdio: "ignore",
      env: { ...process.env, ...environment, DISPLAY: "", OUTPUT: output },
    });
    child.on("error", reject);
    child.on("exit", () => resolve());
  });
}
