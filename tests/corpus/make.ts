// Making the captures of one interpreter. In: the interpreter, and where it lies that says nothing of the machine. Out: for
// each theme and stage a capture by the command `austin`, and beside it the account that the target itself gave.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Account } from "../account.js";
import { type ForeignPython, type Python, projectRoot } from "../pythons.js";
import { startCommand } from "../started.js";
import { type Theme, themes } from "../themes.js";
import { captureDifferences } from "./compared.js";
import { ACCOUNT, type Architecture, CAPTURE, logOf } from "./corpus.js";
import type { NeutralPlace } from "./neutral.js";

const austin = join(projectRoot, "dist/bin/austin.js");
/** Some samples: the first fill the decoder's caches, the others come from them. */
const SAMPLING = ["-g", "-i", "10ms", "-x", "0.1"] as const;
/** A run that its exposure ended. */
const EXPOSED = 254;
/** An emulated interpreter takes its time. */
const READY_MILLISECONDS = 300_000;

/** The interpreters whose captures make the corpus, or could. */
export function architectureOf(python: Python | ForeignPython): Architecture {
  if ("architecture" in python) return python.architecture;
  return python.wordSize === 8 ? "x86_64" : "i386";
}

/** "3.13", or "3.13-dbg". */
export function buildOf({ version: [major, minor], debug }: Python): string {
  return `${major}.${minor}${debug ? "-dbg" : ""}`;
}

/**
 * Make the captures of one interpreter into a folder, each compared with the account; others that are there stay.
 * @throws an error that says where they differ
 */
export async function makeCaptures(
  place: NeutralPlace,
  python: Python | ForeignPython,
  folder: string,
  wanted: readonly Theme[] = themes,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const here = place.python(python);
  for (const theme of wanted.filter(({ on }) => on?.(python) ?? true)) {
    const { script, options = {} } = theme;
    const words = [
      ...(here.emulator ?? []),
      here.path,
      ...(options.pythonArguments ?? []),
      join(place.targets, script),
    ];
    const target = await startCommand<Account>(words as [string, ...string[]], `${script} on Python ${python.name}`, {
      folder: place.folder,
      readyTimeoutMilliseconds: READY_MILLISECONDS,
      onlyEnv: { ...place.environment(here), ...options.env },
    });
    try {
      let account = target.ready;
      for (let stage = 0; stage < theme.stages; stage++) {
        if (stage > 0) account = await target.next();
        await capture(place, account, join(folder, titleOf(theme, stage)));
      }
    } finally {
      await target.stop();
    }
  }
}

async function capture(place: NeutralPlace, account: Account, path: string): Promise<void> {
  const name = "parked.capture";
  const made = join(place.folder, name);
  await run([austin, ...SAMPLING, "--capture", name, "-p", String(account.pid)], place.folder);
  const bytes = readFileSync(made);
  const found = await captureDifferences(bytes, account);
  if (found.length > 0) throw new Error(`${path} says something else than its target:\n${found.join("\n")}`);
  const log = await logOf(bytes);
  const told = place.secrets.filter((text) => log.includes(text) || JSON.stringify(account).includes(text));
  if (told.length > 0) throw new Error(`${path} names places of this machine: ${told.join(", ")}`);
  rmSync(made);
  writeFileSync(path + CAPTURE, bytes);
  writeFileSync(path + ACCOUNT, gzipSync(JSON.stringify(account), { level: 9 }));
}

function run(args: readonly string[], folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder }, (error, _, stderr) => {
      if (error === null || error.code === EXPOSED) resolve();
      else reject(new Error(`austin failed (${error.code ?? error.signal}):\n${stderr}`));
    });
  });
}

function titleOf({ title, stages }: Theme, stage: number): string {
  const name = title.replaceAll(" ", "-");
  return stages === 1 ? name : `${name}.${stage + 1}`;
}
