import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Heritage, startOf } from "../../../src/target/launcher.js";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const nothing: Heritage = { ignored: [], blocked: [], openFiles: undefined, closed: [], environment: [], pid: 42 };
const path = bytes(`PATH=${process.env.PATH}`);

describe("a command", () => {
  it("is started as it is where Node can do it", () => {
    const environment = ["A=1", "a.b==", "LISTEN_PID=43", "ü="].map((text) => Buffer.from(text));
    const start = startOf(
      ["python3", "", "-c", "ü"].map((text) => Buffer.from(text)),
      { ...nothing, environment },
    );
    expect(start.command).toBe("python3");
    expect(start.args).toEqual(["", "-c", "ü"]);
    expect(Object.entries(start.env)).toEqual([
      ["A", "1"],
      ["a.b", "="],
      ["LISTEN_PID", "43"],
      ["ü", ""],
    ]);
  });

  it.each<[string, Partial<Heritage>, string]>([
    ["a signal is ignored", { ignored: [1] }, "x"],
    ["a signal is blocked", { blocked: [1] }, "x"],
    ["the limit of open files is another", { openFiles: "20" }, "x"],
    ["a standard descriptor is closed", { closed: [0] }, "x"],
    ["a word isn't UTF-8", {}, "\xff"],
    ["a value isn't UTF-8", { environment: [bytes("A=\xff")] }, "x"],
    ["a name isn't UTF-8", { environment: [bytes("\xff=1")] }, "x"],
    ["a variable is there twice", { environment: [bytes("A=1"), bytes("A=2")] }, "x"],
    ["a variable names our process", { environment: [bytes("LISTEN_PID=42")] }, "x"],
  ])("is started by sh where %s", (_, heritage, word) => {
    expect(startOf([bytes(word)], { ...nothing, ...heritage }).command).toBe("/bin/sh");
  });
});

// Whatever /bin/sh may be on a machine.
describe.each(["/bin/dash", "/bin/bash", "/bin/busybox"].filter((shell) => existsSync(shell)))("%s", (shell) => {
  const run = (words: readonly Buffer[], heritage: Partial<Heritage>): string => {
    const { args, env } = startOf(words, { ...nothing, environment: [path], ...heritage });
    return spawnSync(shell, args, { argv0: "sh", env, stdio: ["ignore", "pipe", "inherit"] }).stdout.toString("latin1");
  };

  it("gives bytes on as they are, and newlines at the end", () => {
    const words = ["x\xff", "-n\x80%d\\n\n\n", "", "it's", "a\x81\x88=$(id)"];
    const said = run([bytes("printf"), bytes("[%s]"), ...words.map(bytes)], {});
    expect(said).toBe(words.map((word) => `[${word}]`).join(""));
  });

  it("gives variables on, in their order, and nothing else", () => {
    const environment = [
      path,
      ...["Z=\xff\n", "a.b=c", "-x=1", "\xfe=", "BASH_FUNC_f%%=() { :; }", "LC_ALL=C"].map(bytes),
    ];
    const said = run([bytes("cat"), bytes("/proc/self/environ")], { environment });
    expect(said).toBe(environment.map((entry) => `${entry.toString("latin1")}\0`).join(""));
  });

  it("ignores, limits and closes", () => {
    const script =
      "while read -r line; do case $line in SigIgn*) echo $line;; esac; done </proc/self/status; ulimit -Sn; [ -e /proc/self/fd/0 ] || echo closed";
    const said = run(["/bin/sh", "-c", script].map(bytes), { ignored: [1, 3, 40], openFiles: "20", closed: [0] });
    expect(said).toBe("SigIgn: 0000008000000005\n20\nclosed\n");
  });

  it("names the process that it becomes", () => {
    const environment = [path, ...["LISTEN_PID=42", "LISTEN_PIDFDID=7", "WATCHDOG_PID=9"].map(bytes)];
    const said = run(["/bin/sh", "-c", "echo $(($$ - LISTEN_PID)) $LISTEN_PIDFDID $WATCHDOG_PID"].map(bytes), {
      environment,
    });
    expect(said).toBe("0 9\n");
  });
});
