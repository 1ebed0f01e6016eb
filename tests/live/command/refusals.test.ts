// What can't be sampled is told at once, with the exit code that fits, and nothing is left running.
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, isAlive, readWholeProfile, runAustin, scratch, startAustin, untilWritten } from "../../austin.js";
import { park, start, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled, unlessThere } from "../../needs.js";
import { type Python, pythons, unsupported } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";
import { asNobody, otherUserMissing } from "../../users.js";

const python = pythons().at(-1) as Python;
const nobodyMissing = otherUserMissing(python.path);
/** Longer than any test may last: whoever waits for it fails. */
const FOR_EVER = ["-t", "1000s"];

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

/** A program that leaves a mark and lasts. */
function marking(mark: string): string[] {
  return [python.path, "-c", "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(1000)", mark];
}

describe("a command that isn't started", () => {
  it("is not found", async () => {
    const { how, stderr } = await runAustin(["-o", freshPath(), "no-such-command"]);
    expect(how).toBe(1);
    expect(stderr).toMatch(/Cannot launch the given command 'no-such-command'.*ENOENT/);
  });

  it("is not executable", async () => {
    const script = freshPath("script.py");
    writeFileSync(script, "print('hello')\n");
    const { how, stderr } = await runAustin(["-o", freshPath(), script]);
    expect(how).toBe(1);
    expect(stderr).toMatch(/Cannot launch.*EACCES/);
    expect(stderr).toContain("austin python3");
  });
});

describe("a command that isn't Python", () => {
  it("and ends at once", async () => {
    const { how, stderr } = await runAustin([...FOR_EVER, "-o", freshPath(), "true"]);
    expect(how).toBe(1);
    expect(stderr).toContain("terminated too quickly");
    expect(stderr).toContain("exit code 0");
  });

  it("and would last, is told at once and ended", async () => {
    const { how, stderr } = await runAustin([...FOR_EVER, "-o", freshPath(), "sleep", "1000"]);
    expect(how, stderr).toBe(10);
    const pid = Number(/process (\d+) is not Python/.exec(stderr)?.[1]);
    expect(isAlive(pid)).toBe(false);
  });

  it("though it might become it, is ended when the time is over", async () => {
    const shell = ["/bin/bash", "-c", "mkfifo $0; exec 3<>$0; read x <&3", freshPath("pipe")];
    const { how, stderr } = await runAustin(["-t", "200ms", "-o", freshPath(), ...shell]);
    expect(how, stderr).toBe(10);
    expect(stderr).toContain("Cannot determine the version of the Python interpreter");
  });
});

describe("a shell that has started Python", () => {
  /** A shell that waits for a Python, which writes its process id to the file `$2` once it runs, and holds none of our pipes. */
  const SCRIPT = '"$0" -c "$1" "$2" </dev/null >/dev/null 2>&1; true';
  const CHILD = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid()) + '.'); time.sleep(1000)";

  async function childIn(path: string): Promise<number> {
    for (;;) {
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      if (text.endsWith(".")) return Number.parseInt(text, 10);
      await sleep(5);
    }
  }

  async function end(child: number): Promise<void> {
    process.kill(child, "SIGKILL");
    while (isAlive(child)) await sleep(5);
  }

  it("is told that, before it is ended", async () => {
    const path = freshPath();
    const { how, stderr } = await runAustin([
      "-t",
      "2s",
      "-o",
      freshPath(),
      "sh",
      "-c",
      SCRIPT,
      python.path,
      CHILD,
      path,
    ]);
    expect(how, stderr).toBe(10);
    const child = await childIn(path);
    expect(stderr).toContain(`process ${child}, Python ${python.version.join(".")}`);
    expect(stderr).toContain("-C before the command");
    expect(stderr).toContain("SIGTERM to 'sh'");
    // What was not ours to end runs on.
    expect(isAlive(child)).toBe(true);
    await end(child);
  });

  it("and ends with it before the time is over is told who that was", async () => {
    const path = freshPath();
    // Looks are 0.2, 0.6 and 1.4 s after the start: three of them, as launchers that end sooner are told of -C in any case.
    const script = '"$0" -c "$1" "$2" >/dev/null 2>&1 & sleep 2; kill $!; wait; exit 0';
    const { how, stderr } = await runAustin([
      ...FOR_EVER,
      "-o",
      freshPath(),
      "sh",
      "-c",
      script,
      python.path,
      CHILD,
      path,
    ]);
    expect(how, stderr).toBe(1);
    const child = Number.parseInt(readFileSync(path, "utf8"), 10);
    expect(stderr).toContain("terminated too quickly");
    expect(stderr).toContain(
      `It has started process ${child}, Python ${python.version.join(".")}. Sample them with -C`,
    );
    expect(isAlive(child)).toBe(false);
  });

  it.each([["-p"], ["-w"]])("is told that with %s", async (option) => {
    const path = freshPath();
    const { pid } = await start("sh", ["-c", SCRIPT, python.path, CHILD, path]);
    const child = await childIn(path);
    const { how, stderr } = await runAustin(["-t", "100ms", option, String(pid)]);
    expect(how, stderr).toBe(10);
    expect(stderr).toContain(`process ${child}, Python ${python.version.join(".")}`);
    expect(stderr).toContain(`-C -p ${pid}, or one alone: -p ${child}`);
    await end(child);
  });
});

describe("a process that isn't Python", () => {
  it("is told at once and goes on", async () => {
    const { pid } = await start("sleep", ["1000"]);
    const { how, stderr } = await runAustin([...FOR_EVER, "-p", String(pid)]);
    expect(how, stderr).toBe(10);
    expect(stderr).toContain(`process ${pid} is not Python`);
    expect(isAlive(pid)).toBe(true);
  });

  it("has ended and is reaped", async () => {
    const { pid, child } = await start("true", []);
    if (child.exitCode === null) await once(child, "exit");
    const { how, stdout, stderr } = await runAustin([...FOR_EVER, "-p", String(pid)]);
    expect(how).toBe(1);
    expect(stderr).toContain(`Cannot attach to process ${pid}: there is no such process.`);
    expect(stdout).toEqual(Buffer.from("MOJ\x03"));
  });

  it("has ended and isn't reaped", async () => {
    const script = `
import os, sys
pid = os.fork()
if pid == 0: os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print("ready", pid, flush=True)
sys.stdin.read()
`;
    const { line } = await park(python.path, ["-c", script]);
    const { how, stderr } = await runAustin([...FOR_EVER, "-p", line]);
    expect(how).toBe(1);
    expect(stderr).toContain(`Cannot attach to process ${line}: it has ended.`);
  });
});

describe("a Python that isn't supported", () => {
  const oldMissing = unlessThere(unsupported().length > 0, "a Python before 3.9: pyenv install 3.8");
  if (oldMissing !== undefined) it.skip(titled("is named", oldMissing), () => {});

  it.each(unsupported().map((each) => [each.name, each] as const))("%s is named", async (_, each) => {
    const version = `Python ${each.version.join(".")}`;
    const script = "import sys, time; sys.stdout.write('ready\\n'); sys.stdout.flush(); time.sleep(1000)";
    const launched = await runAustin([...FOR_EVER, "-o", freshPath(), each.path, "-c", script]);
    expect(launched.how, launched.stderr).toBe(10);
    expect(launched.stderr).toMatch(/^Unsupported Python version/m);
    expect(launched.stderr).toContain(version);
    const { pid } = await park(each.path, ["-c", script]);
    const attached = await runAustin([...FOR_EVER, "-o", freshPath(), "-p", String(pid)]);
    expect(attached.how, attached.stderr).toBe(10);
    expect(attached.stderr).toContain(`${version}.`);
    expect(isAlive(pid)).toBe(true);
  });
});

describe("Python behind another program", () => {
  const run = [python.path, targetPath("busy20.py"), "0.2"];
  const executable = freshPath("starts-itself.py");
  writeFileSync(executable, `#!${python.path}\nsum(range(10**7))\n`);
  chmodSync(executable, 0o755);

  it.each([
    ["a shell that calls exec", ["/bin/bash", "-c", 'sleep 0.1; exec "$@"', "bash", ...run]],
    ["env", ["env", "A=B", ...run]],
    ["its first line", [executable]],
  ])("is sampled: %s", async (_, command) => {
    const path = freshPath();
    const { how, stderr } = await runAustin(["-o", path, ...command]);
    expect(how, stderr).toBe(0);
    await readWholeProfile(path);
  });
});

describe("an output that can't be opened", () => {
  const folder = `${scratch}/folder`;
  mkdirSync(folder);

  it.each([
    ["a folder that isn't there", `${scratch}/none/profile.mojo`, "ENOENT"],
    ["a folder", folder, "EISDIR"],
  ])("ends the run before anything is started: %s", async (_, path, errno) => {
    const mark = freshPath("mark");
    const { how, stdout, stderr } = await runAustin(["-o", path, ...marking(mark)]);
    expect(how).toBe(5);
    expect(stderr).toContain(errno);
    expect(stderr).toContain("Nothing was started.");
    expect(stdout).toHaveLength(0);
    expect(existsSync(mark)).toBe(false);
  });
});

describe.skipIf(nobodyMissing !== undefined)(titled("a process of another user", nobodyMissing), () => {
  it("is refused, with both users named", async () => {
    const target = await startTarget(python, "busy20.py");
    const { how, stderr } = await runAustin([...FOR_EVER, "-p", String(target.pid)], { through: asNobody });
    expect(how, stderr).toBe(2);
    expect(stderr).toContain("Insufficient permissions");
    expect(stderr).toContain("belongs to user 0, and austin runs as user 65534");
    expect(isAlive(target.pid)).toBe(true);
    await target.stop();
  });

  it("is the user's own, and sampled", async () => {
    const { how, stdout, stderr } = await runAustin([python.path, targetPath("busy20.py"), "0.2"], {
      through: asNobody,
    });
    expect(how, stderr).toBe(0);
    await readWholeProfile(stdout);
  });

  it("becomes one while it's sampled: the profile up to there is complete, and the target goes on", async () => {
    // PR_SET_DUMPABLE: from then on only a privileged process may read it.
    const script = `
import ctypes, sys, threading, time
def spin():
    while True: sum(range(1000))
threading.Thread(target=spin, daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
print("ready", flush=True)
time.sleep(1000)
`;
    const target = await start(asNobody[0] as string, [...asNobody.slice(1), python.path, "-c", script]);
    await target.ready();
    const path = `${scratch}/nobody`;
    mkdirSync(path);
    chmodSync(scratch, 0o755);
    chmodSync(path, 0o777);
    const austin = startAustin(["-o", `${path}/profile.mojo`, "-p", String(target.pid)], { through: asNobody });
    await austin.sampling();
    await untilWritten(`${path}/profile.mojo`);
    target.child.stdin.write("\n");
    await target.ready();
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(2);
    expect(stderr).toContain("Insufficient permissions");
    await readWholeProfile(`${path}/profile.mojo`);
    expect(isAlive(target.pid)).toBe(true);
  });
});
