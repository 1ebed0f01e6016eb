// The command on Windows, as Wine has it, with real CPythons for Windows: started, attached to, below a launcher, with children, captured, ended. What
// it shows is what the program itself says, and what it captures is decoded here to the same bytes. For each CPython, one node.exe does all of
// it, one thing after another.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeFrame, InvalidFrame } from "../../src/model/frame.js";
import type { Sample } from "../../src/model/sample.js";
import { readMojo } from "../../src/mojo/index.js";
import type { Account } from "../account.js";
import { captureDifferences } from "../corpus/compared.js";
import { titled, unlessThere } from "../needs.js";
import { projectRoot } from "../pythons.js";
import {
  austinWords,
  onWindows,
  type WindowsOutcome,
  type WindowsPython,
  type WindowsResult,
  type WindowsStep,
  windowsLack,
  windowsPath,
  windowsPythons,
} from "../windows.js";

const zigFolder = join(projectRoot, ".cache/zig/0.17.1/ziglang");
const lack =
  windowsLack() ??
  unlessThere(existsSync(zigFolder), "zig: npm run check:prebuilds") ??
  // That would be taken first, and is for this machine.
  unlessThere(
    !existsSync(join(projectRoot, "native/build")),
    "a clone in which no add-on was built: rm -r native/build",
  );

const scratch = mkdtempSync(join(realpathSync(tmpdir()), "austin-windows-"));
/** Characters of more than one code page, and a space. */
const folder = join(scratch, "Prüfung 日本");
const launcher = join(scratch, "launcher.exe");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Windows' ids are multiples of 4, and Wine gives low ones. */
const NOBODY = "999996";
const NOTICE = /^This program was tried on Windows as Wine has it only\.\n.*marked unproven\.\n/m;

const SCRIPTS: Readonly<Record<string, string>> = {
  "busy.py": `
import sys, time
def busy():
    end = time.process_time() + 0.5
    while time.process_time() < end: sum(range(1000))
busy()
sys.exit(3)
`,
  "growing.py": `
import time
kept = []
def grows():
    for _ in range(100):
        kept.append(bytearray(b"x" * (1 << 20)))
        time.sleep(0.01)
grows()
`,
  // What ends it, ends it the hard way, and its child as well.
  "tree.py": `
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
`,
};

/** Says of each id whether such a process is there. */
const LIVES = `for (const id of process.argv.slice(1)) {
  try { process.kill(Number(id), 0); console.log(id, "lives"); } catch (error) { console.log(id, error.code); }
}`;

/** Versions with which all is done; with the others, what depends on the version. */
const ALL = ["3.9", "3.12", "3.14"];

function stepsOf({ name, path }: WindowsPython): WindowsStep[] {
  const here = (file: string) => windowsPath(join(folder, file));
  const made = (file: string) => here(`${name}-${file}`);
  const python = windowsPath(path);
  const austin = (...args: string[]) => ({
    words: austinWords("-t", "60s", ...args),
    env: { TEMP: windowsPath(scratch) },
  });
  const alone = (title: string, ...args: string[]): WindowsStep => ({ name: title, commands: [austin(...args)] });
  const parked: WindowsStep = {
    name: "parked",
    target: [python, "-B", here("calls.py")],
    commands: [
      austin("-w", "PID", "--json"),
      austin(
        "-p",
        "PID",
        "-g",
        "-i",
        "10ms",
        "-x",
        "0.5",
        "-o",
        made("parked.mojo"),
        "--capture",
        made("parked.capture"),
      ),
      austin("-P", "-p", "PID", "-i", "10ms", "-x", "0.3"),
    ],
  };
  if (!ALL.some((one) => name.startsWith(one))) return [parked];
  return [
    parked,
    alone("launched", "-c", "-i", "5ms", "-o", made("launched.mojo"), python, "-B", here("busy.py")),
    alone(
      "exposed",
      "-i",
      "5ms",
      "-x",
      "0.3",
      "-o",
      made("exposed.mojo"),
      python,
      "-c",
      "import time; time.sleep(600)",
    ),
    alone("growing", "-m", "-i", "5ms", "-o", made("growing.mojo"), python, "-B", here("growing.py")),
    alone("family", "-C", "-i", "5ms", "-o", made("family.mojo"), python, "-B", here("family.py"), "spawn"),
    alone("below", "-i", "5ms", "-o", made("below.mojo"), windowsPath(launcher), python, "-B", here("busy.py")),
    {
      name: "killed",
      commands: [{ ...austin("-i", "5ms", "-o", made("killed.mojo"), python, "-B", here("tree.py")), kill: true }],
    },
  ];
}

/** What needs no CPython. */
const REFUSED: readonly WindowsStep[] = [
  { name: "nobody", commands: [{ words: austinWords("-p", NOBODY) }, { words: austinWords("-w", NOBODY) }] },
  { name: "no command", commands: [{ words: austinWords("no-such-command") }] },
  {
    name: "not Python",
    target: ["node", "-e", "console.log('ready'); process.stdin.resume()"],
    commands: [{ words: austinWords("-t", "1ms", "-w", "PID") }],
  },
];

beforeAll(() => {
  if (lack !== undefined) return;
  mkdirSync(folder);
  const targets = join(projectRoot, "tests/targets");
  for (const file of ["calls.py", "account.py", "family.py"]) copyFileSync(join(targets, file), join(folder, file));
  for (const [file, text] of Object.entries(SCRIPTS)) writeFileSync(join(folder, file), text);
  const cache = join(projectRoot, ".cache/zig/cache");
  const plain = ["-Os", "-s", "-nostdlib", "-fno-stack-protector", "-fno-sanitize=all"];
  const headers = ["-isystem", join(zigFolder, "lib/libc/include/any-windows-any")];
  const files = ["-o", launcher, join(targets, "windows_launcher.c"), "-lkernel32"];
  execFileSync(join(zigFolder, "zig"), ["cc", "-target", "x86_64-windows-gnu", ...plain, ...headers, ...files], {
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  });
}, 120_000);

/** The outcomes of steps, by the step's name. */
class Outcomes {
  readonly #results: ReadonlyMap<string, WindowsResult>;

  constructor(results: readonly WindowsResult[]) {
    this.#results = new Map(results.map((one) => [one.name, one]));
  }

  of(step: string, number = 0): WindowsOutcome {
    const found = this.#results.get(step)?.outcomes[number];
    if (found === undefined) throw new Error(`${step}: nothing came of it\n${this.#results.get(step)?.stderr}`);
    return found;
  }

  ready(step: string): string {
    return this.#results.get(step)?.ready[0] ?? "";
  }
}

async function samplesIn(bytes: Uint8Array): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of readMojo(bytes)) samples.push(sample as Sample);
  return samples;
}

const scopes = (frames: readonly (CodeFrame | InvalidFrame)[]) =>
  frames.map((frame) => (frame.kind === "code" ? frame.scope : "?"));

/** Samples whose stack ends in a function. */
const endingIn = (samples: readonly Sample[], scope: string) =>
  samples.filter(({ frames }) => scopes(frames as CodeFrame[]).at(-1) === scope);

interface WhereFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

interface WhereDocument {
  readonly processes: readonly {
    readonly pid: number;
    readonly python: string;
    readonly threads: readonly { readonly thread: number; readonly frames: readonly (WhereFrame | null)[] }[];
  }[];
}

const pythons = lack === undefined ? windowsPythons() : [];

describe.skipIf(lack !== undefined)(titled("on Windows", lack), () => {
  describe.each(pythons)("Python $name", (python) => {
    let outcomes: Outcomes;
    const bytesOf = (name: string) => readFileSync(join(folder, `${python.name}-${name}`));
    const isWhole = ALL.some((one) => python.name.startsWith(one));

    beforeAll(async () => {
      outcomes = new Outcomes(await onWindows(stepsOf(python)));
    }, 600_000);

    it("shows every thread where the program says that it is", () => {
      const { code, stdout, stderr } = outcomes.of("parked");
      expect([code, stderr]).toEqual([0, expect.stringMatching(NOTICE)]);
      const account = JSON.parse(outcomes.ready("parked")) as Account;
      const [process] = (JSON.parse(stdout.toString()) as WhereDocument).processes;
      expect([process?.pid, process?.python]).toEqual([account.pid, python.name]);
      const line = (file: string, scope: string, line: number | null) => `${scope} ${file}:${line}`;
      const seen = (process?.threads ?? []).map(({ thread, frames }) => [
        thread,
        // What nothing proves begins with a frame that says so.
        frames.flatMap((frame) => (frame === null ? [] : [line(frame.file, frame.function, frame.line)])),
      ]);
      const said = account.threads.map(({ nativeId, frames }) => [
        nativeId,
        frames.map((frame) => line(frame.file, frame.qualname ?? frame.name, frame.line)),
      ]);
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(said));
      expect(JSON.stringify(said)).toContain("Prüfung 日本");
      // The one that has the GIL, or had it last: nothing tells of it that it did not run.
      expect((process?.threads ?? []).filter(({ frames }) => frames[0] === null).length).toBeLessThanOrEqual(1);
    });

    it("is captured, and decoded here to the very profile of the run, and to what the program says", async () => {
      expect([outcomes.of("parked", 1).code, outcomes.of("parked", 1).stderr]).toEqual([
        254,
        expect.stringMatching(NOTICE),
      ]);
      const capture = bytesOf("parked.capture");
      const decode = join(projectRoot, "dist/bin/austin-decode.js");
      const decoded = execFileSync(process.execPath, [decode, join(folder, `${python.name}-parked.capture`)], {
        maxBuffer: 1 << 28,
      });
      expect(decoded.equals(bytesOf("parked.mojo"))).toBe(true);
      const account = JSON.parse(outcomes.ready("parked")) as Account;
      expect(await captureDifferences(capture, account, { mayBeUnproven: true })).toEqual([]);
    });

    it("is written to a pipe", async () => {
      const { code, stdout, stderr } = outcomes.of("parked", 2);
      expect([code, stderr]).toEqual([254, ""]);
      const samples = await samplesIn(stdout);
      expect(samples.length).toBeGreaterThan(0);
      expect(new Set(samples.map(({ pid }) => pid))).toEqual(
        new Set([(JSON.parse(outcomes.ready("parked")) as Account).pid]),
      );
    });

    if (!isWhole) return;

    it("is launched, and its exit status passed on", async () => {
      const { code, stderr } = outcomes.of("launched");
      expect([code, stderr]).toEqual([3, expect.stringMatching(NOTICE)]);
      expect(stderr).toMatch(/Process \d+ ended with exit code 3\./);
      const samples = await samplesIn(bytesOf("launched.mojo"));
      expect(endingIn(samples, "busy").length).toBeGreaterThan(0);
      expect(readFileSync(join(scratch, "austin.log"), "utf8")).toMatch(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d austin\[\d+\]: Process \d+ ended with exit code 3\.$/m,
      );
    });

    it("is ended with its exposure", async () => {
      const { code, stderr } = outcomes.of("exposed");
      expect([code, stderr]).toEqual([254, expect.stringContaining("The exposure of 300 ms is over")]);
      expect((await samplesIn(bytesOf("exposed.mojo"))).length).toBeGreaterThan(0);
    });

    it("grows, and is seen to", async () => {
      expect([outcomes.of("growing").code, outcomes.of("growing").stderr]).toEqual([0, expect.stringMatching(NOTICE)]);
      const samples = await samplesIn(bytesOf("growing.mojo"));
      const bytes = endingIn(samples, "grows").reduce((sum, { metrics }) => sum + (metrics.memoryBytes ?? 0), 0);
      // Some hundred pieces of a mebibyte; what others give back meanwhile counts, too.
      expect(bytes).toBeGreaterThan(20 << 20);
    });

    it("has children, which are sampled, too", async () => {
      expect([outcomes.of("family").code, outcomes.of("family").stderr]).toEqual([0, expect.stringMatching(NOTICE)]);
      const samples = endingIn(await samplesIn(bytesOf("family.mojo")), "do");
      expect(new Set(samples.map(({ pid }) => pid)).size).toBe(2);
    });

    it("is found below a launcher that has started it in its place", async () => {
      const { code, stderr } = outcomes.of("below");
      expect([code, stderr]).toEqual([3, expect.stringContaining(`Python version: ${python.name}`)]);
      expect(endingIn(await samplesIn(bytesOf("below.mojo")), "busy").length).toBeGreaterThan(0);
    });

    it("ends with us, and so does what it has started, however we end", async () => {
      const ids = outcomes.of("killed").stdout.toString().trim().split(" ");
      expect(ids).toHaveLength(2);
      const [{ outcomes: [alive] = [] } = {}] = await onWindows([
        { name: "lives", commands: [{ words: ["node", "-e", LIVES, ...ids] }] },
      ]);
      expect(alive?.stdout.toString()).toBe(ids.map((id) => `${id} ESRCH\n`).join(""));
    });
  });

  describe("what can't be sampled", () => {
    let outcomes: Outcomes;

    beforeAll(async () => {
      outcomes = new Outcomes(await onWindows(REFUSED));
    }, 300_000);

    it("is told: nobody", () => {
      for (const number of [0, 1]) {
        const { code, stderr } = outcomes.of("nobody", number);
        expect([code, stderr]).toEqual([1, expect.stringContaining(NOBODY)]);
      }
    });

    it("is told: no such command", () => {
      const { code, stderr } = outcomes.of("no command");
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/no-such-command.*ENOENT \(no such file or directory\)/s),
      ]);
    });

    it("is told: not Python", () => {
      const { code, stderr } = outcomes.of("not Python");
      expect([code, stderr]).toEqual([10, expect.stringMatching(/node\.exe/)]);
    });
  });
});
