// Where the profile goes, and what the command keeps of our streams.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { austinPath, freshPath, frontPath, readWholeProfile, runAustin, startAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

const TALKS = `
import os, sys, time
until = time.perf_counter() + 0.2
while time.perf_counter() < until: sum(range(1000))
text = sys.stdin.read()
print("out " + text)
print("err " + text, "to", os.readlink("/proc/self/fd/1"), file=sys.stderr)
`;
const talking = [python.path, "-c", TALKS];

describe("with a file", () => {
  it("holds the profile, and the command has all three streams", async () => {
    const path = freshPath();
    const { how, stdout, stderr } = await runAustin(["-o", path, ...talking], { input: "hello" });
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toBe("out hello\n");
    expect(stderr).toContain("err hello");
    await readWholeProfile(path);
    expect(stderr).toContain(path);
  });

  it("is emptied first", async () => {
    const path = freshPath();
    writeFileSync(path, Buffer.alloc(10_000_000, "old"));
    expect((await runAustin(["-o", path, ...talking])).how).toBe(0);
    await readWholeProfile(path);
    expect(readFileSync(path).includes("old")).toBe(false);
  });
});

describe("without a file", () => {
  it("goes to standard output alone, and the command's output nowhere", async () => {
    const { how, stdout, stderr } = await runAustin(talking, { input: "hello" });
    expect(how, stderr).toBe(0);
    expect(stdout.subarray(0, 4)).toEqual(Buffer.from("MOJ\x03"));
    await readWholeProfile(stdout);
    expect(stdout.includes("out hello")).toBe(false);
    expect(stderr).toContain("err hello to /dev/null");
  });

  it("is appended to a file that is appended to", async () => {
    const path = freshPath();
    writeFileSync(path, "before");
    const append = ["sh", "-c", 'path=$1; shift; exec "$@" >> "$path"', "sh", path];
    const { how, stderr } = await runAustin(talking, { through: append });
    expect(how, stderr).toBe(0);
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 6).toString()).toBe("before");
    await readWholeProfile(bytes.subarray(6));
  });
});

describe("closed when we are started", () => {
  /** @param how the shell's words behind the command's */
  async function run(
    args: readonly string[],
    how: string,
  ): Promise<{ readonly code: number; readonly stderr: string }> {
    const child = spawn("sh", ["-c", `exec "$0" "$@" ${how}`, frontPath, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => (stderr += text));
    const [code] = await once(child, "close");
    return { code, stderr };
  }
  const never = freshPath("never");
  const marks = [python.path, "-c", `open(${JSON.stringify(never)}, "w")`];

  it.each([
    ["standard output", [], ">&-", "standard output"],
    ["standard output by its name", ["-o", "/dev/stdout"], ">&-", "'/dev/stdout'"],
    ["a descriptor that nobody opened", ["-o", "/dev/fd/19"], "", "'/dev/fd/19'"],
    ["a capture's descriptor", ["--capture", "/dev/fd/19"], "", "'/dev/fd/19'"],
  ])("%s is refused, and nothing is started", async (_, options, how, name) => {
    const end = await run([...options, ...marks], how);
    expect(end.code, end.stderr).toBe(5);
    expect(end.stderr).toContain(`Cannot open the output ${name}: fstat gave EBADF`);
    expect(end.stderr).toContain("closed when austin was started: name a file with -o");
    expect(existsSync(never)).toBe(false);
  });

  it.each([[["-w", "1"]], [["--doctor"]]])("standard output is told to whoever asks for text: %j", async (options) => {
    const end = await run(options, ">&-");
    expect(end.code, end.stderr).toBe(5);
    expect(end.stderr).toContain("nobody would get what it prints");
  });

  it("is no matter where something else is written, and /dev/null is no closed one", async () => {
    const path = freshPath();
    const quiet = [python.path, "-c", "for i in range(3000000): pass"];
    expect((await run(["-o", path, ...quiet], ">&-")).code).toBe(0);
    await readWholeProfile(path);
    expect((await run(quiet, ">/dev/null")).code).toBe(0);
    expect((await run(quiet, "1<>/dev/null")).code).toBe(0);
  });
});

describe("a run that doesn't begin", () => {
  it.each([
    ["a command that isn't there", ["/nowhere/at/all"], 1],
    ["a program that is no Python", ["-t", "100ms", "/bin/sleep", "1000"], 10],
  ])("leaves no file that is new, and others as they were: %s", async (_, command, code) => {
    const fresh = freshPath();
    const end = await runAustin(["-o", fresh, ...command]);
    expect(end.how, end.stderr).toBe(code);
    expect(existsSync(fresh)).toBe(false);
    for (const contents of ["", "of somebody else"]) {
      const there = freshPath();
      writeFileSync(there, contents);
      await runAustin(["-o", there, ...command]);
      expect(readFileSync(there, "utf8")).toBe(contents);
    }
    // By a link, what it leads to is nobody else's either.
    const [link, target] = [freshPath(), freshPath()];
    symlinkSync(target, link);
    writeFileSync(target, "");
    await runAustin(["-o", link, ...command]);
    expect([readlinkSync(link), readFileSync(target, "utf8")]).toEqual([target, ""]);
  });

  it("since a signal ends it, leaves none either", async () => {
    const [path, fifo] = [freshPath(), freshPath("pipe")];
    const austin = startAustin([
      "-t",
      "1000s",
      "-o",
      path,
      "/bin/bash",
      "-c",
      "mkfifo $0; exec 3<>$0; echo ready; read x <&3",
      fifo,
    ]);
    await austin.says(/ready/);
    expect(existsSync(path)).toBe(true);
    austin.kill("SIGTERM");
    expect((await austin.ended).how).toBe(241);
    expect(existsSync(path)).toBe(false);
  });
});

describe("nobody reads what is said", () => {
  it("and the run goes on to its end", async () => {
    const path = freshPath();
    const austin = startAustin(["-o", path, python.path, targetPath("busy20.py"), "0.3"]);
    austin.child.stderr?.destroy();
    expect((await austin.ended).how).toBe(0);
    await readWholeProfile(path);
  });

  it("and help that can't be written is no crash", () => {
    const script = '"$@" > /dev/full; echo "code $?"';
    const said = execFileSync("sh", ["-c", script, "sh", process.execPath, austinPath, "--help"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(said).toBe("code 5\n");
  });
});

it("says nothing in colour where there is no terminal", async () => {
  const { stderr } = await runAustin(["-o", freshPath(), ...talking]);
  expect(stderr).toContain("Sampling statistics");
  expect(stderr).not.toContain("\x1b");
});
