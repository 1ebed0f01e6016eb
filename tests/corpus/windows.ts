// Making the captures of one CPython for Windows: as make.ts, by programs that Wine runs. In: the interpreter, and a folder whose name says nothing of
// the machine. Out: captures and accounts.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Account } from "../account.js";
import { projectRoot } from "../pythons.js";
import { themes } from "../themes.js";
import { austinWords, onWindows, type WindowsPython, type WindowsStep, windowsPath } from "../windows.js";
import { captureDifferences } from "./compared.js";
import { ACCOUNT, CAPTURE, logOf } from "./corpus.js";

/** Some samples: the first fill the decoder's caches, the others come from them. */
const SAMPLING = ["-g", "-i", "10ms", "-x", "0.3"] as const;
/** A run that its exposure ended. */
const EXPOSED = 254;

export interface WindowsExhibit {
  readonly title: string;
  readonly capture: Uint8Array;
  readonly account: Account;
}

/** Captures of all themes, made in `folder`, which is emptied. @throws an error that says what failed */
export async function windowsExhibits(python: WindowsPython, folder: string): Promise<WindowsExhibit[]> {
  rmSync(folder, { recursive: true, force: true });
  const here = join(folder, "python");
  mkdirSync(here, { recursive: true });
  cpSync(dirname(python.path), here, { recursive: true, filter: (path) => !path.includes("__pycache__") });
  mkdirSync(join(folder, "targets"));
  const targets = join(projectRoot, "tests/targets");
  for (const name of readdirSync(targets)) {
    if (name.endsWith(".py")) copyFileSync(join(targets, name), join(folder, "targets", name));
  }
  const wanted = themes.filter(({ options }) => options === undefined || python.version[1] >= 11);
  const steps: WindowsStep[] = wanted.map(({ title, script, stages, options }) => ({
    name: title,
    target: [
      windowsPath(join(here, "python.exe")),
      "-B",
      ...(options?.pythonArguments ?? []),
      windowsPath(join(folder, "targets", script)),
    ],
    folder: windowsPath(folder),
    commands: Array.from({ length: stages }, (_, stage) => ({
      words: austinWords(...SAMPLING, "--capture", `${script}.${title.length}.${stage}`, "-p", "PID"),
      folder: windowsPath(folder),
      stage: stage > 0,
    })),
  }));
  const made: WindowsExhibit[] = [];
  for (const [i, { name, ready, outcomes, stderr }] of (await onWindows(steps)).entries()) {
    for (const [stage, { code, stderr: said }] of outcomes.entries()) {
      if (code !== EXPOSED) throw new Error(`${name} on ${python.name}: austin ended with ${code}\n${said}`);
      const { script, title, stages } = wanted[i] as (typeof wanted)[number];
      made.push({
        title: name.replaceAll(" ", "-") + (stages === 1 ? "" : `.${stage + 1}`),
        capture: readFileSync(join(folder, `${script}.${title.length}.${stage}`)),
        account: JSON.parse(ready[stage] as string),
      });
    }
    if (outcomes.length === 0) throw new Error(`${name} on ${python.name} never parked\n${stderr}`);
  }
  return made;
}

/** Write them to a folder of the corpus, each compared with its account. */
export async function makeWindowsCaptures(python: WindowsPython, scratch: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { title, capture, account } of await windowsExhibits(python, scratch)) {
    const found = await captureDifferences(capture, account, { mayBeUnproven: true });
    if (found.length > 0)
      throw new Error(`${folder}: ${title} says something else than its target:\n${found.join("\n")}`);
    if ((await logOf(capture)).includes(projectRoot)) throw new Error(`${title} names ${projectRoot}`);
    writeFileSync(join(folder, title + CAPTURE), capture);
    writeFileSync(join(folder, title + ACCOUNT), gzipSync(JSON.stringify(account), { level: 9 }));
  }
}
