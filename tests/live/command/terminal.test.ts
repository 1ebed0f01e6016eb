// In a terminal: the question before binary output goes there, colour, and what Ctrl-C does.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { austinPath, freshPath, readWholeProfile } from "../../austin.js";
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
): Promise<Shown> {
  const harness = join(projectRoot, "tests/terminal.py");
  const { stdout } = await execute(
    python.path,
    [harness, JSON.stringify(dialogue), process.execPath, austinPath, ...args],
    { env: { ...process.env, TERM: "xterm", NO_COLOR: "", ...env } },
  );
  return JSON.parse(stdout) as Shown;
}

const QUESTION = "[y/N] ";

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

describe("the question", () => {
  it.each([
    ["n", "n\n"],
    ["Enter", "\n"],
    ["the end of the input", "\x04"],
    ["yes in full", "yes\n"],
  ])("is answered by %s, and nothing is started", async (_, typed) => {
    const mark = freshPath("mark");
    const { how, shown } = await inTerminal(marking(mark), [[QUESTION, typed]]);
    expect(shown).toContain(QUESTION);
    expect(how).toBe(0);
    expect(shown).not.toContain("MOJ");
    expect(existsSync(mark)).toBe(false);
  });

  it.each(["y\n", "Y\n"])("is answered by %j, and the rest of the input is the command's", async (typed) => {
    const mark = freshPath("mark");
    const { how, shown } = await inTerminal(marking(mark), [[QUESTION, `${typed}second line\n`]]);
    expect(how, shown).toBe(0);
    expect(shown.slice(shown.indexOf(QUESTION))).toContain("MOJ\x03");
    expect(shown).toContain("read second line");
    expect(existsSync(mark)).toBe(true);
  });

  it("is not asked with -o", async () => {
    const path = freshPath();
    const { how, shown } = await inTerminal(["-o", path, python.path, targetPath("busy20.py"), "0.2"]);
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
