// In a terminal: the file that a profile goes to when none is named, Austin's question, colour, and what Ctrl-C does.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { austinPath, freshPath, readWholeProfile, scratch } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;
const execute = promisify(execFile);

afterEach(assertNoLeftovers);

interface Shown {
  readonly how: number;
  readonly shown: string;
}

/** Run the command in a terminal; `dialogue` has what to wait for and what to type then. */
async function inTerminal(
  args: readonly string[],
  dialogue: readonly (readonly [awaited: string, typed: string])[] = [],
  env: Readonly<Record<string, string>> = {},
  cwd = scratch,
): Promise<Shown> {
  const harness = join(projectRoot, "tests/terminal.py");
  const { stdout } = await execute(
    python.path,
    [harness, JSON.stringify(dialogue), process.execPath, austinPath, ...args],
    { cwd, env: { ...process.env, TERM: "xterm", NO_COLOR: "", ...env } },
  );
  return JSON.parse(stdout) as Shown;
}

const QUESTION = "[y/N] ";
const COMPATIBLE = { AUSTIN_COMPATIBLE: "1" };

/** A program that leaves a mark, and says on the terminal's own account what it read. */
function marking(mark: string): string[] {
  const script = `
import sys, time
open(sys.argv[1], "w").close()
until = time.perf_counter() + 0.2
while time.perf_counter() < until: sum(range(1000))
print("read", sys.stdin.readline().strip(), file=sys.stderr)
`;
  return [python.path, "-c", script, mark];
}

/** A new folder to run in. */
function freshFolder(): string {
  const folder = freshPath("folder");
  mkdirSync(folder);
  return folder;
}

describe("a profile that no file was named for", () => {
  const busy = [python.path, targetPath("busy20.py"), "0.2"];

  it("is in austin.PID.mojo, and the last lines say so and how to open it", async () => {
    const folder = freshFolder();
    const { how, shown } = await inTerminal(busy, [], { NO_COLOR: "1" }, folder);
    expect(how, shown).toBe(0);
    expect(shown).not.toContain(QUESTION);
    const pid = /Sampling process (\d+)/.exec(shown)?.[1];
    const name = `austin.${pid}.mojo`;
    expect(readdirSync(folder)).toEqual([name]);
    expect(shown).toMatch(new RegExp(`  Profile [. ]+ ${name.replaceAll(".", "\\.")}, `));
    expect(shown).toContain(`Open it with: austin-view ${name}`);
    const { samples } = await readWholeProfile(join(folder, name));
    expect(samples.length).toBeGreaterThan(0);
  });

  it("leaves the command its standard output and its input", async () => {
    const folder = freshFolder();
    const { how, shown } = await inTerminal(
      [
        python.path,
        "-c",
        "import time; print('says', input('ask ')); until = time.time() + 0.2\nwhile time.time() < until: pass",
      ],
      [["ask ", "word\n"]],
      {},
      folder,
    );
    expect(how, shown).toBe(0);
    expect(shown).toContain("says word");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("never takes the place of a file that is there, or of what a link leads to", async () => {
    const folder = freshFolder();
    const target = await startTarget(python, "busy20.py");
    writeFileSync(join(folder, `austin.${target.pid}.mojo`), "kept");
    symlinkSync("nowhere", join(folder, `austin.${target.pid}.1.mojo`));
    const args = ["-x", "200ms", "-p", String(target.pid)];
    const first = await inTerminal(args, [], { NO_COLOR: "1" }, folder);
    expect(first.shown).toContain(`Open it with: austin-view austin.${target.pid}.2.mojo`);
    const second = await inTerminal(args, [], { NO_COLOR: "1" }, folder);
    expect(second.shown).toContain(`Open it with: austin-view austin.${target.pid}.3.mojo`);
    await target.stop();
    expect(readdirSync(folder).sort()).toEqual(
      ["", ".1", ".2", ".3"].map((number) => `austin.${target.pid}${number}.mojo`).sort(),
    );
    expect(readFileSync(join(folder, `austin.${target.pid}.mojo`), "utf8")).toBe("kept");
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    await readWholeProfile(join(folder, `austin.${target.pid}.2.mojo`));
  });

  it.each([
    ["the command can't be started", [join(scratch, "nothing")], 1],
    ["the command is no Python", ["/bin/true"], 1],
  ])("is not left where %s", async (_, args, status) => {
    const folder = freshFolder();
    const { how, shown } = await inTerminal(args, [], {}, folder);
    expect(how, shown).toBe(status);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is refused before anything is started where the folder takes no file", async () => {
    const folder = freshFolder();
    const mark = freshPath("mark");
    chmodSync(folder, 0o555);
    const { how, shown } = await inTerminal(marking(mark), [], {}, process.getuid?.() === 0 ? "/proc" : folder);
    expect(how, shown).toBe(5);
    expect(shown).toContain("Cannot write a profile in this folder: open gave ");
    expect(shown).toContain("Name a file elsewhere with -o. Nothing was started.");
    expect(existsSync(mark)).toBe(false);
  });
});

describe("Austin's question, with AUSTIN_COMPATIBLE", () => {
  it.each([
    ["n", "n\n"],
    ["Enter", "\n"],
    ["the end of the input", "\x04"],
    ["yes in full", "yes\n"],
  ])("is answered by %s, and nothing is started", async (_, typed) => {
    const mark = freshPath("mark");
    const folder = freshFolder();
    const { how, shown } = await inTerminal(marking(mark), [[QUESTION, typed]], COMPATIBLE, folder);
    expect(shown).toContain(QUESTION);
    expect(how).toBe(0);
    expect(shown).not.toContain("MOJ");
    expect(existsSync(mark)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["y\n", "Y\n"])("is answered by %j, and the rest of the input is the command's", async (typed) => {
    const mark = freshPath("mark");
    const { how, shown } = await inTerminal(marking(mark), [[QUESTION, `${typed}second line\n`]], COMPATIBLE);
    expect(how, shown).toBe(0);
    expect(shown.slice(shown.indexOf(QUESTION))).toContain("MOJ\x03");
    expect(shown).toContain("read second line");
    expect(existsSync(mark)).toBe(true);
  });

  it("is ended by Ctrl-C, as anything is that has begun nothing", async () => {
    const mark = freshPath("mark");
    const { how } = await inTerminal(marking(mark), [[QUESTION, "\x03"]], COMPATIBLE);
    expect(how).toBe(-constants.signals.SIGINT);
    expect(existsSync(mark)).toBe(false);
  });

  it("is asked with -P, too, which is for programs that read the profile", async () => {
    const mark = freshPath("mark");
    const { how, shown } = await inTerminal(["-P", ...marking(mark)], [[QUESTION, "n\n"]]);
    expect(how, shown).toBe(0);
    expect(existsSync(mark)).toBe(false);
  });

  it("is not asked with -o", async () => {
    const path = freshPath();
    const { how, shown } = await inTerminal(["-o", path, python.path, targetPath("busy20.py"), "0.2"], [], COMPATIBLE);
    expect(how, shown).toBe(0);
    expect(shown).not.toContain(QUESTION);
    await readWholeProfile(path);
  });
});

describe("a terminal that is named like a file", () => {
  it.each([
    ["a profile", "--output"],
    ["a capture", "--capture"],
  ])("is no place for %s", async (_, option) => {
    const mark = freshPath("mark");
    for (const path of ["/dev/tty", "/dev/stdout"]) {
      const { how, shown } = await inTerminal([option, path, ...marking(mark)]);
      expect(how).toBe(64);
      expect(shown).toContain(`What ${option} writes is binary, and '${path}' is a terminal.`);
      expect(existsSync(mark)).toBe(false);
    }
  });

  it("is a place for text", async () => {
    const target = await startTarget(python, "busy20.py");
    const { how, shown } = await inTerminal(["-o", "/dev/tty", "-w", String(target.pid)]);
    expect(how, shown).toBe(0);
    expect(shown).toContain("<module>");
    const refused = await inTerminal(["--capture", "/dev/tty", "-w", String(target.pid)]);
    expect(refused.how).toBe(64);
    await target.stop();
  });
});

describe("colour", () => {
  const args = (): string[] => ["-o", freshPath(), python.path, targetPath("short.py")];

  it("is used on a terminal", async () => {
    expect((await inTerminal(args())).shown).toContain("\x1b[1m");
  });

  it.each([{ NO_COLOR: "1" }, { TERM: "dumb" }])("is not used with %o", async (env) => {
    const { shown } = await inTerminal(args(), [], env);
    expect(shown).toContain("Sampling statistics");
    expect(shown).not.toContain("\x1b");
  });
});

describe("the stacks of -w", () => {
  it.each<[string, Record<string, string>, boolean]>([
    ["are coloured", {}, true],
    ["are plain with NO_COLOR", { NO_COLOR: "1" }, false],
  ])("%s", async (_, env, coloured) => {
    const target = await startTarget(python, "busy20.py");
    const { how, shown } = await inTerminal(["-w", String(target.pid)], [], env);
    expect(how, shown).toBe(0);
    expect(shown).not.toContain(QUESTION);
    expect(shown.includes("\x1b[1;33mlevel\x1b[0m (\x1b[1;36m")).toBe(coloured);
    expect(shown.includes("\x1b")).toBe(coloured);
    expect(shown.includes("    level (")).toBe(!coloured);
    await target.stop();
  });
});

it("Ctrl-C lets the command clean up, and the profile is complete", async () => {
  const path = freshPath();
  const { how, shown } = await inTerminal(
    ["-o", path, python.path, targetPath("beats.py"), "orderly"],
    [
      ["Sampling process", ""],
      ["beat", ""],
      ["beat", "\x03"],
    ],
  );
  expect(how, shown).toBe(254);
  expect(shown).toContain("cleaned up");
  expect(shown).toContain("left");
  await readWholeProfile(path);
});
