// A row of the comparison, run through Austin 4.0 and through ours: what each did, and how the two differ.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { park, start, stopCommands } from "../command.js";
import { killLeftovers } from "../leftovers.js";
import { austin } from "../peers.js";
import { projectRoot, pythons } from "../pythons.js";
import { unexplained } from "./differences.js";
import { type Field, type Observation, observe } from "./observe.js";
import { nameOf, type Row } from "./rows.js";

const OURS = [process.execPath, join(projectRoot, "dist/bin/austin.js")];
const FIELDS: readonly Field[] = ["code", "stdout", "message", "metadata"];
/** 4.0's start-up fails now and then, 5 times in 160; so many times in a row it doesn't. */
const PEER_ATTEMPTS = 6;

export interface Comparison {
  readonly name: string;
  readonly theirs: Observation;
  readonly ours: Observation;
  readonly differing: readonly Field[];
  /** How often 4.0 was run again, since it may have lost the race of its own start-up. */
  readonly again: number;
}

/** The interpreter that a placeholder names: `python` the newest that 4.0 knows well, `python3.9` a release of 3.9. */
function interpreter(minor: number): string {
  const fit = pythons().filter(({ version, debug, origin }) => version[1] === minor && !debug && origin === "pyenv");
  if (fit[0] === undefined) throw new Error(`the comparison needs CPython 3.${minor} of pyenv`);
  return fit[0].path;
}

/** A process that works, and takes memory and gives it back. */
const READY = `
print("ready", flush=True)
while True:
    kept = [b"x" * (1 << 22) for _ in range(4)]
    kept = None
    sum(range(20000))
`;

/** Words for a placeholder's name. Processes are each run's own. */
async function meaning(name: string, folder: string): Promise<string[]> {
  const work = join(projectRoot, "tests/targets/compared.py");
  if (name === "file") return [join(folder, "profile.mojo")];
  if (name === "work") return [work, "0.4"];
  if (name === "forever") return [work, "1000"];
  if (name === "gone") return ["4194303"];
  if (name === "pid") return [String((await park(interpreter(13), ["-c", READY])).pid)];
  if (name === "notpython") return [String((await start("sleep", ["1000"])).pid)];
  const version = /^python(?:3\.(\d+))?$/.exec(name);
  if (version === null) throw new Error(`nothing is called {${name}}`);
  return [interpreter(Number(version[1] ?? 13))];
}

async function run(command: readonly string[], { line, env = {}, signal, through = [] }: Row): Promise<Observation> {
  const folder = mkdtempSync(join(tmpdir(), "comparison-"));
  try {
    const args: string[] = [];
    let file: string | undefined;
    for (const word of line.split(" ").filter((each) => each !== "")) {
      const [, before = "", name] = /^(.*)\{(.+)\}$/.exec(word) ?? [];
      const words = name === undefined ? [word] : await meaning(name, folder);
      if (name === "file") file = words[0];
      args.push(`${before}${words[0]}`, ...words.slice(1));
    }
    return await observe({ command: [...through, ...command], args, file, env, signal });
  } finally {
    await stopCommands();
    killLeftovers();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Run a row through both: ours once. 4.0's start-up is a race, which it loses in many ways (it hangs, fails without a word, or
 * finds no Python where there is one), so it is run again while it does anything that isn't explained. What it does each
 * time stays.
 */
export async function compare(row: Row): Promise<Comparison> {
  const name = nameOf(row);
  const ours = await run(OURS, row);
  for (let again = 0; ; again++) {
    const theirs = await run([austin], row);
    const differing = FIELDS.filter((field) => theirs[field] !== ours[field]);
    if (unexplained(name, differing).length === 0 || again === PEER_ATTEMPTS) {
      return { name, theirs, ours, differing, again };
    }
  }
}
