// What is said of processes that are not, not yet or no longer Python, and how long that is waited for.
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { findInterpreter } from "../../src/target/find.js";
import { waitForInterpreter } from "../../src/target/wait.js";
import { park, start, stopCommands } from "../command.js";
import { type Python, pythons } from "../pythons.js";
import { expectFound, isInitialised, TELL_AND_WAIT } from "../runtime.js";
import { isRoot } from "../users.js";

afterEach(stopCommands);

const python = pythons().at(-1) as Python;
/** Longer than any test may last: whoever waits for it fails. */
const FOR_EVER_MS = 1_000_000;
const options = { timeoutMs: FOR_EVER_MS, launched: true, isReady: isInitialised };

/** A shell that becomes `cat` says ready first; wait for the exec itself. */
async function program(name: string): Promise<number> {
  const { pid } = await park("sh", ["-c", `echo ready; exec ${name}`]);
  await expect.poll(() => exeOf(pid)).toBe(name);
  return pid;
}

function exeOf(pid: number): string | undefined {
  const result = findInterpreter(pid);
  return "exe" in result ? result.exe.split("/").at(-1) : undefined;
}

describe("a program that can't become Python", () => {
  it("is told at once, launched or attached to", async () => {
    const pid = await program("cat");
    for (const launched of [true, false]) {
      const result = await waitForInterpreter(pid, { ...options, launched });
      expect(result).toMatchObject({ kind: "not-python", why: "cat holds no Python and can't load or start one" });
    }
    expect(findInterpreter(pid, { origin: "memory" }).kind).toBe("not-python");
  });

  it("is told right after its launch, whatever it has mapped by then", async () => {
    for (let i = 0; i < 20; i++) {
      const { pid } = await start("sleep", ["1000"]);
      expect(await waitForInterpreter(pid, options)).toMatchObject({ kind: "not-python" });
    }
  });
});

describe("a program that may become Python", () => {
  it("is waited for when launched, to the end of the time", async () => {
    const { pid } = await park("bash", ["-c", "echo ready; read x"]);
    const result = await waitForInterpreter(pid, { ...options, timeoutMs: 50 });
    expect(result).toMatchObject({ kind: "timed-out", last: { reason: "may-become" } });
  });

  it("is not waited for when it's older than the time-out", async () => {
    const { pid } = await park("bash", ["-c", "echo ready; read x"]);
    await expect
      .poll(() => waitForInterpreter(pid, { ...options, launched: false, timeoutMs: 20 }))
      .toMatchObject({ kind: "not-python", exe: realpathSync("/bin/bash") });
  });

  it("becomes Python", async () => {
    const { pid, child } = await park("bash", [
      "-c",
      'echo ready; read x; exec "$0" -c "$1"',
      python.path,
      TELL_AND_WAIT,
    ]);
    expect(findInterpreter(pid)).toMatchObject({ kind: "not-yet", reason: "may-become" });
    const waiting = waitForInterpreter(pid, options);
    child.stdin.write("go\n");
    const result = await waiting;
    expect(result.kind).toBe("found");
    if (result.kind === "found") expectFound(result, python);
  });
});

describe("a program that execs for ever", () => {
  it("is never taken for gone or for anything definite", async () => {
    const { pid } = await start("bash", ["-c", 'exec bash -c "$0" "$0"', 'exec bash -c "$0" "$0"']);
    const results = Array.from({ length: 2000 }, () => findInterpreter(pid));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["not-yet"]));
  });
});

describe("a launch", () => {
  it.each(pythons().map((each) => [each.name, each] as const))(
    "of %s is found as soon as it is ready",
    async (_, each) => {
      for (let i = 0; i < 10; i++) {
        const { pid } = await start(each.path, ["-S", "-c", "import sys; sys.stdin.read()"]);
        const result = await waitForInterpreter(pid, options);
        expect(result.kind).toBe("found");
        if (result.kind === "found") expectFound(result, each);
      }
    },
  );

  it("of a runtime that is not accepted says what is waited for", async () => {
    const { pid } = await park(python.path, ["-c", TELL_AND_WAIT]);
    const result = await waitForInterpreter(pid, { ...options, timeoutMs: 20, isReady: () => false });
    expect(result).toMatchObject({ kind: "timed-out", last: { reason: "uninitialised" } });
  });

  it("can be given up", async () => {
    const { pid } = await park("bash", ["-c", "echo ready; read x"]);
    const abort = new AbortController();
    const waiting = waitForInterpreter(pid, { ...options, signal: abort.signal });
    abort.abort();
    expect(await waiting).toEqual({ kind: "aborted" });
    expect(await waitForInterpreter(pid, { ...options, signal: abort.signal })).toEqual({ kind: "aborted" });
  });
});

describe("a process that has ended", () => {
  it("is gone, reaped or not", async () => {
    const { pid, child } = await start("true", []);
    if (child.exitCode === null) await once(child, "exit");
    expect(await waitForInterpreter(pid, options)).toEqual({ kind: "gone", wasThere: false });
    const script = `
import os, sys
pid = os.fork()
if pid == 0: os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print("ready", pid, flush=True)
sys.stdin.read()
`;
    const { line } = await park(python.path, ["-c", script]);
    expect(await waitForInterpreter(Number(line), options)).toEqual({ kind: "gone", wasThere: false });
  });

  it("is gone when it ends in the wait", async () => {
    const { pid, child } = await park("bash", ["-c", "echo ready; read x"]);
    const waiting = waitForInterpreter(pid, options);
    child.stdin.write("go\n");
    expect(await waiting).toEqual({ kind: "gone", wasThere: true });
  });
});

describe("a process that isn't ours to read", () => {
  it("is denied with call, errno and path", async () => {
    const pid = isRoot ? (await park(python.path, ["-c", TELL_AND_WAIT])).pid : 1;
    if (isRoot) process.seteuid?.(65534);
    try {
      const result = await waitForInterpreter(pid, options);
      expect(result).toEqual({ kind: "denied", call: "readlink", errno: 13, path: `/proc/${pid}/exe` });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
