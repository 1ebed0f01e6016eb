// The command with little or nothing to do: what it prints and exits with, as scripts around Austin expect it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, runAustin } from "../../austin.js";
import { start, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

it.each([
  ["nothing", [], /^Usage: austin \[/],
  ["--usage", ["--usage"], /^Usage: austin \[/],
  ["--help", ["--help"], /^Usage: austin \[OPTION\.\.\.\] command \[ARG\.\.\.\]\n/],
  ["-?", ["-?"], /^Usage: austin \[OPTION\.\.\.\] command \[ARG\.\.\.\]\n/],
  ["--version", ["--version"], /^austin 4\.0\.0\n/],
  ["-V", ["-V"], /^austin 4\.0\.0\n/],
])("%s is answered on standard output alone", async (_, args, answer) => {
  const { how, stdout, stderr } = await runAustin(args);
  expect(how).toBe(0);
  expect(stdout.toString()).toMatch(answer);
  expect(stderr).toBe("");
});

describe("there is nothing to sample", () => {
  function compileSleeper(): string {
    const source = freshPath("sleeper.c");
    const program = freshPath("sleeper");
    writeFileSync(source, "int sleep(unsigned);\nint main(void) { return sleep(1000); }\n");
    execFileSync("gcc", ["-o", program, source]);
    return program;
  }

  it("in a program that isn't Python", async () => {
    const { how, stderr } = await runAustin(["-o", freshPath(), compileSleeper()]);
    expect(how, stderr).toBe(10);
    expect(stderr).toContain("Cannot determine");
  });

  it("in a process that isn't Python", async () => {
    const { pid } = await start(compileSleeper(), []);
    const { how, stderr } = await runAustin(["-o", freshPath(), "-p", String(pid)]);
    expect(how, stderr).toBe(10);
    expect(stderr).toContain("Cannot determine");
  });

  it.each([
    ["in a command that ends at once", ["true"], "too quickly"],
    ["in a command that isn't there", ["no-such-command"], "Cannot launch"],
    ["in a process that isn't there", ["-p", "9999999"], "Cannot attach"],
  ])("%s", async (_, args, words) => {
    const { how, stderr } = await runAustin(["-o", freshPath(), ...args]);
    expect(how, stderr).toBe(1);
    expect(stderr).toContain(words);
  });
});
