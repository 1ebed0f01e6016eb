// Outputs that are one file, or what is read: refused before anything is started, by whatever names they come. What was in a file
// before stays until there is something to take its place.
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { austinPath, freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { start, stopCommands } from "../../command.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { readerPath, runReader } from "../../readers.js";

const python = pythons().at(-1) as Python;
const OLD = "what was there before";

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

/** A file that is there. */
function old(name: string): string {
  const path = freshPath(name);
  writeFileSync(path, OLD);
  return path;
}

/** The same file under another name. */
const ALIASES: readonly (readonly [string, (path: string) => string])[] = [
  ["the same path", (path) => path],
  ["a relative path", (path) => relative(process.cwd(), path)],
  ["a path with detours", (path) => join(dirname(path), "../", basename(dirname(path)), ".", basename(path))],
  [
    "a link",
    (path) => {
      const link = freshPath("link.austin");
      symlinkSync(path, link);
      return link;
    },
  ],
  [
    "a link to a link",
    (path) => {
      const [first, second] = [freshPath("link.austin"), freshPath("link.austin")];
      symlinkSync(path, first);
      symlinkSync(basename(first), second);
      return second;
    },
  ],
  [
    "a folder that is a link",
    (path) => {
      const link = freshPath("folder");
      symlinkSync(dirname(path), link);
      return join(link, basename(path));
    },
  ],
];

/** A program that leaves a mark at once. */
function marking(mark: string): string[] {
  return [python.path, "-c", `open(${JSON.stringify(mark)}, "w")`];
}

async function refused(options: readonly string[], message: RegExp | string): Promise<void> {
  const mark = freshPath("mark");
  const { how, stderr } = await runAustin([...options, ...marking(mark)]);
  expect(stderr).toMatch(message);
  expect(stderr).toContain("Nothing was started.");
  expect(how, stderr).toBe(64);
  expect(existsSync(mark)).toBe(false);
}

describe("two outputs of a run that are one file", () => {
  it.each(ALIASES)("by %s, which isn't there yet", async (_, alias) => {
    const path = freshPath("new.austin");
    const other = alias(path);
    await refused(["-o", path, "--capture", other], /--output/);
    await refused(["--save", path, "--capture", other], /--save/);
    await refused(["-o", path, "--save", other], /--save/);
    await refused(["--save", path, "--save", other], /--save/);
    expect(existsSync(path)).toBe(false);
  });

  it.each(ALIASES)("by %s, which is there", async (_, alias) => {
    const path = old("old.austin");
    await refused(["-o", path, "--capture", alias(path)], /is the file of --output, too/);
    await refused(["--save", path, "--capture", alias(path)], /--save/);
    expect(readFileSync(path, "utf8")).toBe(OLD);
  });

  it("by a hard link", async () => {
    const [path, other] = [old("old.mojo"), freshPath("hard")];
    linkSync(path, other);
    await refused(["-o", path, "--capture", other], /--output/);
    expect(readFileSync(path, "utf8")).toBe(OLD);
  });

  it("of a look", async () => {
    const path = old("old.txt");
    const { how, stderr } = await runAustin(["-w", String(process.pid), "-o", path, "--capture", path]);
    expect([how, stderr]).toEqual([64, expect.stringContaining("is the file of --output, too")]);
    expect(readFileSync(path, "utf8")).toBe(OLD);
  });

  it.each([
    ["standard output", ">>", '"$path"'],
    ["standard error", "2>>", '"$path" >/dev/null'],
  ])("is %s", (name, sign, rest) => {
    const path = old("stream.mojo");
    const run = ["sh", "-c", `path=$1; shift; "$@" ${sign} ${rest}; echo "code $?" >&3`, "sh", path];
    const words = [process.execPath, austinPath, "-o", path, ...marking(freshPath("mark"))];
    const said = execFileSync(run[0] as string, [...run.slice(1), ...words], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    expect(said.length).toBe(0);
    const after = readFileSync(path, "utf8");
    expect(after.startsWith(OLD)).toBe(true);
    expect(after).not.toContain("MOJ");
    if (name === "standard error") expect(after).toContain(`is the file of ${name}, too`);
  });

  it("may be a device that takes all", async () => {
    const { how, stderr } = await runAustin(["-o", "/dev/null", "--capture", "/dev/null", python.path, "-c", WORK]);
    expect(how, stderr).toBe(0);
  });
});

const WORK = "import time\nend = time.time() + 0.3\nwhile time.time() < end: sum(range(500))\nprint('said')";

describe("an output that is what a run reads", () => {
  it("is refused: a script, the command itself, standard input", async () => {
    const script = freshPath("script.py");
    writeFileSync(script, WORK);
    for (const command of [
      [python.path, script],
      [script, "x"],
    ]) {
      const { how, stderr } = await runAustin(["-o", script, ...command]);
      expect([how, stderr]).toEqual([64, expect.stringContaining("is what the command reads")]);
    }
    const input = old("input");
    const from = ["sh", "-c", 'path=$1; shift; exec "$@" < "$path"', "sh", input];
    const { how, stderr } = await runAustin(["-o", input, python.path, "-c", WORK], { through: from });
    expect([how, stderr]).toEqual([64, expect.stringContaining("as standard input")]);
    expect(readFileSync(script, "utf8")).toBe(WORK);
    expect(readFileSync(input, "utf8")).toBe(OLD);
  });
});

describe("/dev/stdout", () => {
  it("is standard output, which then has nothing of the command's", async () => {
    for (const path of ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]) {
      const { how, stdout, stderr } = await runAustin(["-o", path, python.path, "-c", WORK]);
      expect(how, stderr).toBe(0);
      await readWholeProfile(stdout);
    }
  });

  it("is not written from its beginning", async () => {
    const path = old("appended");
    const append = ["sh", "-c", 'path=$1; shift; exec "$@" >> "$path"', "sh", path];
    const { how, stderr } = await runAustin(["-o", "/dev/stdout", python.path, "-c", WORK], { through: append });
    expect(how, stderr).toBe(0);
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, OLD.length).toString()).toBe(OLD);
    await readWholeProfile(bytes.subarray(OLD.length));
  });
});

describe("a file of an earlier run", () => {
  it.each<[string, string[], number]>([
    ["a process that isn't there", ["-p", "4194303"], 1],
    ["a command that isn't there", ["no-such-command"], 1],
    ["a command that ends too quickly", ["true"], 1],
    ["a mistyped option", ["--intervall", "1ms", "true"], 64],
  ])("is as it was after %s", async (_, words, code) => {
    const [profile, capture, saved] = [old("old.mojo"), old("old.capture"), old("old.austin")];
    const { how, stderr } = await runAustin(["-o", profile, "--capture", capture, "--save", saved, ...words]);
    expect(how, stderr).toBe(code);
    for (const path of [profile, capture, saved]) expect(readFileSync(path, "utf8")).toBe(OLD);
    if (code !== 64) expect(stderr).toContain(`'${profile}' is as it was`);
    expect(readdirSync(dirname(profile)).filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  it("is as it was after a look at what isn't Python", async () => {
    const [text, capture] = [old("old.txt"), old("old.capture")];
    const { pid } = await start("sleep", ["1000"]);
    const { how } = await runAustin(["-w", String(pid), "-o", text, "--capture", capture]);
    expect(how).toBe(10);
    for (const path of [text, capture]) expect(readFileSync(path, "utf8")).toBe(OLD);
  });

  it("gives way to a profile of which the filters leave nothing", async () => {
    const profile = old("old.mojo");
    const { how } = await runAustin(["-o", profile, "--function", "no_such_function", python.path, "-c", WORK]);
    expect(how).toBe(1);
    expect(readFileSync(profile, "latin1")).toMatch(/^MOJ.*left out/s);
  });
});

describe("every output is tried before anything is started", () => {
  it.each<[string, string[]]>([
    ["-o", ["-o", "/nowhere/x.mojo"]],
    ["--capture", ["--capture", "/nowhere/x.capture"]],
    ["--save", ["-o", "OLD", "--save", "/nowhere/x.austin"]],
    ["a second --save", ["-o", "OLD", "--save", "/dev/null/x.austin"]],
    ["--save into a folder's place", ["--save", "FOLDER"]],
    ["--capture in a folder's place", ["--capture", "FOLDER"]],
  ])("%s", async (_, options) => {
    const [mark, profile, folder] = [freshPath("mark"), old("old.mojo"), freshPath("folder.austin")];
    mkdirSync(folder);
    const words = options.map((word) => (word === "OLD" ? profile : word === "FOLDER" ? folder : word));
    const { how, stderr } = await runAustin([...words, ...marking(mark)]);
    expect(stderr).toContain("Nothing was started.");
    expect(how, stderr).toBe(5);
    expect(existsSync(mark)).toBe(false);
    expect(readFileSync(profile, "utf8")).toBe(OLD);
  });
});

describe("the commands that read profiles", () => {
  const profile = freshPath("made.mojo");
  let made: Buffer;
  beforeAll(async () => {
    made = await bytesOf(mojo.write(streamOf(madeSamples("wall"), { ...METADATA, mode: "wall" })));
    writeFileSync(profile, made);
  });

  const COMMANDS: readonly (readonly [string, (output: string) => string[]])[] = [
    ["austin-convert", (output) => ["-f", "mojo", "-o", output, profile]],
    ["austin-decode", (output) => ["-o", output, profile]],
    ["austin-diff", (output) => ["--html", output, profile, profile]],
    ["austin-view", (output) => ["--html", output, profile]],
    ["austin-view", (output) => ["--heat", output, profile]],
    ["austinp-resolve", (output) => [profile, output]],
    ["mojo2austin", (output) => [profile, output]],
    ["austin2speedscope", (output) => [profile, output]],
    ["austin2pprof", (output) => [profile, output]],
  ];

  it.each(COMMANDS)("%s spares what it reads", async (command, args) => {
    for (const [, alias] of ALIASES) {
      const { code, stderr } = await runReader(command, args(alias(profile)));
      expect([code, stderr]).toEqual([64, expect.stringContaining("so that nothing is lost")]);
    }
    expect(readFileSync(profile)).toEqual(made);
  });

  it.each([
    ["austin-convert", ["-f", "mojo"]],
    ["austin-view", ["--top"]],
    ["austin-diff", [profile]],
    ["austin-decode", []],
  ])("%s spares it when it is standard output", (command, args) => {
    const words = [process.execPath, readerPath(command), ...args, profile];
    const append = 'path=$1; shift; "$@" >> "$path" 2>/dev/null; echo "code $?"';
    expect(execFileSync("sh", ["-c", append, "sh", profile, ...words], { encoding: "utf8" })).toBe("code 64\n");
    expect(readFileSync(profile)).toEqual(made);
  });

  it.each(ALIASES)("austin-view's pages are two files: not by %s", async (_, alias) => {
    const path = freshPath("page.html");
    const { code, stderr } = await runReader("austin-view", ["--html", path, "--heat", alias(path), profile]);
    expect([code, stderr]).toEqual([64, expect.stringContaining("name one file")]);
    expect(existsSync(path)).toBe(false);
  });

  it("austin-view tries both pages before it writes one", async () => {
    const path = old("page.html");
    const { code } = await runReader("austin-view", ["--html", path, "--heat", "/nowhere/heat.html", profile]);
    expect(code).toBe(5);
    expect(readFileSync(path, "utf8")).toBe(OLD);
  });
});
