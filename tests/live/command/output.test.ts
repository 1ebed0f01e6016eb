// Where the profile goes, and what the command keeps of our streams.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { austinPath, freshPath, readWholeProfile, runAustin, startAustin } from "../../austin.js";
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
