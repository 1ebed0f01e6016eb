// How a run ends when the target does, or when its time is over.
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, isAlive, readWholeProfile, runAustin, startAustin, stateOf, untilWritten } from "../../austin.js";
import { park, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;
/** Longer than any test may last: whoever waits for it fails. */
const FOR_EVER = ["-t", "1000s"];

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

describe("the target ends", () => {
  it("with an exit code, which is told and passed on", async () => {
    const path = freshPath();
    const script = "import sys; sum(range(10**7)); sys.exit(7)";
    const { how, stderr } = await runAustin([...FOR_EVER, "-o", path, python.path, "-c", script]);
    expect(how, stderr).toBe(7);
    expect(stderr).toContain("ended with exit code 7.");
    await readWholeProfile(path);
  });

  it("by SIGKILL, having been launched", async () => {
    const path = freshPath();
    const austin = startAustin([...FOR_EVER, "-o", path, python.path, targetPath("beats.py"), "orderly"]);
    const pid = await austin.sampling();
    await untilWritten(path);
    process.kill(pid, "SIGKILL");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(128 + 9);
    expect(stderr).toContain("was ended by SIGKILL.");
    await readWholeProfile(path);
  });

  it("before it was Python, with an exit code", async () => {
    const { how, stderr } = await runAustin(["-o", freshPath(), "sh", "-c", "exit 7"]);
    expect(how, stderr).toBe(7);
    expect(stderr).toContain("terminated too quickly");
  });

  it("long after it had become something else, with an exit code", async () => {
    const path = freshPath();
    const args = [...FOR_EVER, "-o", path, python.path, targetPath("becomes.py"), "/bin/sh", "-c", "exit 7"];
    const { how, stderr } = await runAustin(args);
    expect(how, stderr).toBe(7);
    await readWholeProfile(path);
  });

  it("by SIGKILL, having been attached to", async () => {
    const path = freshPath();
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin([...FOR_EVER, "-o", path, "-p", String(target.pid)]);
    await austin.sampling();
    await untilWritten(path);
    target.child.kill("SIGKILL");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(0);
    expect(stderr).toContain(`Process ${target.pid} has ended.`);
    await readWholeProfile(path);
  });

  it("and nobody asks for its exit status", async () => {
    const script = `
import os, sys
pid = os.fork()
while pid == 0: sum(range(1000))
print("ready", pid, flush=True)
sys.stdin.read()
`;
    const { line } = await park(python.path, ["-c", script]);
    const pid = Number(line);
    const path = freshPath();
    const austin = startAustin([...FOR_EVER, "-o", path, "-p", line]);
    await austin.sampling();
    await untilWritten(path);
    process.kill(pid, "SIGKILL");
    const { how, stderr } = await austin.ended;
    expect(stateOf(pid)).toBe("Z");
    expect(how, stderr).toBe(0);
    await readWholeProfile(path);
  });

  it.each(eachPython())("at once, by itself, on Python %s", async (_, each) => {
    const path = freshPath();
    const { how, stderr } = await runAustin([...FOR_EVER, "-o", path, each.path, "-c", "pass"]);
    // Whether its few milliseconds were enough for a sample is the machine's affair: both are told.
    if (how === 0) await readWholeProfile(path);
    else expect(stderr).toMatch(/too quickly|No samples/);
    expect([0, 1]).toContain(how);
  });
});

describe("the exposure is over", () => {
  it.each(eachPython())("and a launched Python %s cleans up to its end", async (_, each) => {
    const path = freshPath();
    const args = [...FOR_EVER, "-x", "1", "-o", path, each.path, targetPath("beats.py"), "orderly"];
    const { how, stdout, stderr } = await runAustin(args);
    expect(how, stderr).toBe(254);
    expect(stdout.toString()).toMatch(/cleaned up\nleft\n$/);
    const { scopes } = await readWholeProfile(path);
    expect(scopes).toContain("work");
    // The clean-up is after the profile's end.
    expect(scopes).not.toContain("clean_up");
  });

  it("and a command that ignores Ctrl-C is told to end all the same", async () => {
    const args = ["-x", "1", "-o", freshPath(), python.path, targetPath("beats.py"), "ignoring"];
    const { how, stdout, stderr } = await runAustin(args);
    expect(how, stderr).toBe(254);
    expect(stdout.toString()).toMatch(/left\n$/);
  });

  it("and a command that hangs after Ctrl-C is told to end all the same", async () => {
    // The main thread is interrupted, and waits for the other one.
    const script = `
import threading, time
threading.Thread(target=threading.Event().wait).start()
time.sleep(1000)
`;
    const path = freshPath();
    const { how, stderr } = await runAustin(["-x", "1", "-o", path, python.path, "-c", script]);
    expect(how, stderr).toBe(254);
    expect(stderr).toMatch(/Process \d+ has not ended yet; it gets SIGTERM\./);
    await readWholeProfile(path);
  });

  it("and a command that is stopped goes on, and cleans up", async () => {
    const path = freshPath();
    const austin = startAustin(["-x", "8", "-o", path, python.path, targetPath("beats.py"), "orderly"]);
    const pid = await austin.sampling();
    await untilWritten(path);
    await austin.says(/beat/);
    process.kill(pid, "SIGSTOP");
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    expect(stdout.toString()).toMatch(/cleaned up\nleft\n$/);
    expect(stderr).not.toContain("SIGTERM");
  });

  it("by a signal to us alone: a command that is stopped goes on, and cleans up", async () => {
    const path = freshPath();
    const austin = startAustin(["-o", path, python.path, targetPath("beats.py"), "orderly"]);
    const pid = await austin.sampling();
    await untilWritten(path);
    await austin.says(/beat/);
    process.kill(pid, "SIGSTOP");
    austin.kill("SIGINT");
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    expect(stdout.toString()).toMatch(/cleaned up\nleft\n$/);
  });

  it.each([[[]], [["-C"]]])("and a command that nothing ends is left, and named, with %j", async (options) => {
    const script = `
import signal, time
for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, lambda *_: None)
print("ready", flush=True)
while True: time.sleep(1000)
`;
    const path = freshPath();
    // Its output is a file: else whoever reads ours would wait for the command.
    const through = ["sh", "-c", 'exec "$@" >"$0"', freshPath("said")];
    const austin = startAustin([...options, "-x", "4", "-o", path, python.path, "-c", script], { through });
    const pid = await austin.sampling();
    const exited = once(austin.child, "exit");
    expect((await exited)[0]).toBe(254);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    const { stderr } = await austin.ended;
    expect(stderr).toContain(
      `Process ${pid} has not ended after SIGTERM, and runs on.\nTo end it: kill -KILL ${pid}\n`,
    );
    await readWholeProfile(path);
  });

  it("and an attached target goes on unharmed", async () => {
    const target = await startTarget(python, "busy20.py");
    const { how, stderr } = await runAustin(["-x", "300ms", "-o", freshPath(), "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    expect(stderr).toContain(`process ${target.pid} runs on`);
    expect(isAlive(target.pid)).toBe(true);
    expect(await target.stop()).toBe("");
    expect(target.child.exitCode).toBe(0);
  });

  it("while no interpreter is in sight", async () => {
    const shell = ["/bin/bash", "-c", "mkfifo $0; exec 3<>$0; read x <&3", freshPath("pipe")];
    const args = [...FOR_EVER, "-x", "1", "-o", freshPath(), python.path, targetPath("becomes.py"), ...shell];
    const { how, stderr } = await runAustin(args);
    expect(how, stderr).toBe(254);
  });
});

it("a command that is not Python, and that nothing ends, is left, and named", async () => {
  const through = ["sh", "-c", 'exec "$@" >"$0"', freshPath("said")];
  const austin = startAustin(["-o", freshPath(), "sh", "-c", "trap '' TERM; exec sleep 1000"], { through });
  expect((await once(austin.child, "exit"))[0]).toBe(10);
  const [, pid] = await austin.tells(/Process (\d+) has not ended after SIGTERM, and runs on\./);
  expect(isAlive(Number(pid))).toBe(true);
  process.kill(Number(pid), "SIGKILL");
  await austin.ended;
});

it("a target that has ended before is not waited for", async () => {
  const target = await startTarget(python, "busy20.py");
  const exited = once(target.child, "exit");
  target.child.kill("SIGKILL");
  await exited;
  const { how, stderr } = await runAustin([...FOR_EVER, "-p", String(target.pid)]);
  expect(how, stderr).toBe(1);
  expect(stderr).toContain("there is no such process");
});
