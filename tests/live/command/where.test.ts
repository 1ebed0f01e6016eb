// `-w`: the stacks of a process at one moment, as text and as JSON, for whoever asks where it is stuck.
import { once } from "node:events";
import { copyFileSync, readFileSync, utimesSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, isAlive, runAustin, startAustin, stateOf } from "../../austin.js";
import { start, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { startTarget, type Target, targetPath } from "../../target.js";
import { asNobody, otherUserMissing } from "../../users.js";

interface Ids {
  readonly pid: number;
  readonly busy: number;
  readonly sleeping: number;
}

interface Frame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly lineEnd: number | null;
  readonly column: number | null;
  readonly columnEnd: number | null;
  readonly fileIsNewer: boolean;
}

interface Thread {
  readonly interpreter: number;
  readonly thread: number;
  readonly running: boolean;
  readonly state: string;
  readonly gc: boolean;
  readonly problems: readonly string[];
  readonly frames: readonly (Frame | null)[];
}

interface Document {
  readonly format: string;
  readonly version: number;
  readonly processes: readonly {
    readonly pid: number;
    readonly child: boolean;
    readonly python: string;
    readonly problems: readonly string[];
    readonly threads: readonly Thread[];
  }[];
}

const SCRIPT = "idle_and_busy.py";
const lines = readFileSync(targetPath(SCRIPT), "utf8").split("\n");
/** Where the sleeper stands, in lines and columns from 1. */
const SLEEP = "time.sleep(1e6)";
const sleepLine = lines.findIndex((line) => line.includes(SLEEP)) + 1;
const sleepColumn = (lines[sleepLine - 1] as string).indexOf(SLEEP) + 1;

/** As threads are called by default: with their functions, from 3.10 on. */
const CALLED = "(?: (?:MainThread|Thread-\\d+(?: \\(\\w+\\))?))";

const python = pythons().at(-1) as Python;
const nobodyMissing = otherUserMissing(python.path);

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

/** The process as `-w --json` has it. */
async function look(pid: number): Promise<Document["processes"][number]> {
  const { how, stdout, stderr } = await runAustin(["-w", String(pid), "--json"]);
  expect(how, stderr).toBe(0);
  const { format, version, processes } = JSON.parse(stdout.toString()) as Document;
  expect({ format, version }).toEqual({ format: "austin-where", version: 1 });
  expect(processes).toHaveLength(1);
  return processes[0] as Document["processes"][number];
}

/** The part of the text that shows one thread. */
function partOf(text: string, tid: number): string {
  return text.split(/\n\n(?=\n|$)|^\n/).find((part) => part.includes(`Thread 0:${tid}`)) ?? "";
}

/** While a thread runs, stacks are proven where we get at its processor in time, which a busy machine doesn't promise. */
const UNPROVEN = "unproven";
const MAY_BE_UNPROVEN = `(?: \\(${UNPROVEN}\\))?`;

describe.each(eachPython(({ debug }) => !debug))("where Python %s is", (_, each) => {
  let target: Target<Ids> | undefined;

  afterEach(async () => {
    await target?.stop();
    target = undefined;
  });

  it("is printed for people", async () => {
    target = await startTarget<Ids>(each, SCRIPT);
    const { pid, busy, sleeping } = target.ready;
    const { how, stdout, stderr } = await runAustin(["-w", String(pid)]);
    const text = stdout.toString();
    expect(how, stderr).toBe(0);
    expect(stderr).toBe(`Python version: ${each.version.join(".")}\n`);
    expect(text).not.toContain("\x1b");
    expect(text.startsWith("\n\n")).toBe(true);
    expect(partOf(text, busy)).toMatch(
      new RegExp(`🚀 Process ${pid} 🧵 Thread 0:${busy}${CALLED}${MAY_BE_UNPROVEN}\n\n`),
    );
    expect(partOf(text, busy)).toMatch(/ {4}works \(\S+idle_and_busy\.py:\d+/);
    expect(partOf(text, sleeping)).toMatch(
      new RegExp(`💤 Process ${pid} 🧵 Thread 0:${sleeping}${CALLED}${MAY_BE_UNPROVEN}\n\n`),
    );
    expect(partOf(text, sleeping)).toContain(`    sleeps (${targetPath(SCRIPT)}:${sleepLine}`);
    expect(partOf(text, pid)).toContain(`    <module> (${targetPath(SCRIPT)}:`);
    expect(isAlive(pid)).toBe(true);
  });

  it("is printed for programs", async () => {
    target = await startTarget<Ids>(each, SCRIPT);
    const { pid, busy, sleeping } = target.ready;
    const { child, python: version, problems, threads } = await look(pid);
    expect({ child, version, problems }).toEqual({ child: false, version: each.version.join("."), problems: [] });
    // As CPython lists them: the newest first.
    expect(threads.map(({ thread }) => thread)).toEqual([busy, sleeping, pid]);
    expect(threads.map(({ running }) => running)).toEqual([true, false, false]);
    expect(threads.map(({ interpreter, gc }) => [interpreter, gc])).toEqual(threads.map(() => [0, false]));
    expect(threads.flatMap(({ problems }) => problems).filter((problem) => problem !== UNPROVEN)).toEqual([]);
    expect(threads[0]?.frames.some((frame) => frame?.function === "works")).toBe(true);
    const hasColumns = each.version[1] >= 11;
    expect(threads[1]?.frames.at(-1)).toEqual({
      function: "sleeps",
      file: targetPath(SCRIPT),
      line: sleepLine,
      lineEnd: hasColumns ? sleepLine : null,
      column: hasColumns ? sleepColumn : null,
      columnEnd: hasColumns ? sleepColumn + SLEEP.length : null,
      fileIsNewer: false,
      native: false,
      kernel: false,
      guessed: false,
    });
    expect(threads[2]?.frames.map((frame) => frame?.function)).toEqual(["<module>"]);
  });
});

it("is seen of a process that is stopped, and it stays stopped", async () => {
  const target = await startTarget<Ids>(python, SCRIPT);
  const { pid } = target.ready;
  target.child.kill("SIGSTOP");
  await expect.poll(() => stateOf(pid)).toBe("T");
  const { threads } = await look(pid);
  expect(threads.map(({ state, running, problems }) => [state, running, problems])).toEqual(
    threads.map(() => ["T", false, []]),
  );
  expect(threads[0]?.frames.some((frame) => frame?.function === "works")).toBe(true);
  const { stdout } = await runAustin(["-w", String(pid)]);
  expect(stdout.toString()).toContain(`Thread 0:${pid} MainThread (stopped)\n`);
  expect(stateOf(pid)).toBe("T");
  target.child.kill("SIGCONT");
  await target.stop();
});

it("tells which source was written after the process had started", async () => {
  const script = freshPath("edited.py");
  copyFileSync(targetPath(SCRIPT), script);
  const target = await startTarget<Ids>(python, script);
  const { pid } = target.ready;
  const written = async () => {
    const frames = (await look(pid)).threads.flatMap((thread) => thread.frames);
    return [...new Set(frames.flatMap((frame) => (frame?.fileIsNewer ? [frame.file] : [])))];
  };
  expect(await written()).toEqual([]);
  const later = Date.now() / 1000 + 60;
  utimesSync(script, later, later);
  expect(await written()).toEqual([script]);
  const { stdout } = await runAustin(["-w", String(pid)]);
  expect(stdout.toString()).toMatch(/sleeps \(.*\) \[the file is newer than the process\]\n/);
  expect(stdout.toString()).not.toMatch(/threading\.py.*newer/);
  await target.stop();
});

it("shows without off-CPU copies what nothing proves, and says so", async () => {
  const target = await startTarget<Ids>(python, SCRIPT);
  const { stdout } = await runAustin(["--still", "never", "-w", String(target.pid)]);
  // The one that works. Where it has had the GIL all the while, the others are proven by that.
  expect(stdout.toString()).toMatch(
    /Thread 0:\d+ .+ \(unproven\)\n\n {4}\(not proven, or not read\)\n(.+\n)* {4}works /,
  );
  await target.stop();
});

it("goes to a file with -o, and the file is the text alone", async () => {
  const target = await startTarget<Ids>(python, SCRIPT);
  const path = freshPath("stacks.txt");
  const { how, stdout, stderr } = await runAustin(["-w", String(target.pid), "-o", path]);
  expect(how, stderr).toBe(0);
  expect(stdout).toHaveLength(0);
  expect(readFileSync(path, "utf8")).toMatch(/^\n\n🚀 Process/);
  await target.stop();
});

it("takes the process that was named last, by -w or -p", async () => {
  const target = await startTarget<Ids>(python, SCRIPT);
  for (const args of [
    ["-p", "1", "-w", String(target.pid)],
    ["-w", "1", "-p", String(target.pid)],
  ]) {
    const { how, stdout, stderr } = await runAustin(args);
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toContain(`Process ${target.pid} `);
  }
  await target.stop();
});

describe("with -C", () => {
  const child = "import sys, time; print('ready', flush=True); sys.stdin.read()";

  it("descendants are shown, below other programs too, newest first and marked", async () => {
    const script = `
import subprocess, sys
def parent_of_all():
    child = subprocess.Popen(["/bin/bash", "-c", '"$0" -c "$1"; :', sys.executable, sys.argv[1]])
    child.wait()
parent_of_all()
`;
    const { pid, ready, child: process } = await start(python.path, ["-c", script, child]);
    await ready();
    const { how, stdout, stderr } = await runAustin(["-Cw", String(pid), "--json"]);
    expect(how, stderr).toBe(0);
    const { processes } = JSON.parse(stdout.toString()) as Document;
    expect(processes.map((one) => one.child)).toEqual([true, false]);
    expect(processes[1]?.pid).toBe(pid);
    expect(processes[1]?.threads[0]?.frames.some((frame) => frame?.function === "parent_of_all")).toBe(true);
    const version = python.version.join(".");
    expect(stderr).toBe(
      `Child process [${processes[0]?.pid}] Python version: ${version}\nParent process [${pid}] Python version: ${version}\n`,
    );
    const text = (await runAustin(["-Cw", String(pid)])).stdout.toString();
    expect(text).toContain(`💤👶 Process ${processes[0]?.pid} 🧵`);
    expect(text).toContain(`💤 Process ${pid} 🧵`);
    const exited = once(process, "exit");
    process.stdin.end();
    await exited;
  });

  it("the root need not be Python", async () => {
    const { pid, ready, child: process } = await start("/bin/bash", ["-c", '"$0" -c "$1"; :', python.path, child]);
    await ready();
    const { how, stdout, stderr } = await runAustin([...["-t", "1000s"], "-Cw", String(pid), "--json"]);
    expect(how, stderr).toBe(0);
    const { processes } = JSON.parse(stdout.toString()) as Document;
    expect(processes.map((one) => [one.child, one.pid === pid])).toEqual([[true, false]]);
    const exited = once(process, "exit");
    process.stdin.end();
    await exited;
  });

  it("a root that isn't Python and has no Python below it is told", async () => {
    const { pid } = await start("sleep", ["1000"]);
    const { how, stderr } = await runAustin(["-Cw", String(pid)]);
    expect(how).toBe(10);
    expect(stderr).toContain(`process ${pid} is not Python`);
  });
});

describe("nothing is on standard output, and the exit code tells, when", () => {
  async function refused(args: readonly string[], through: readonly string[] = []) {
    const { how, stdout, stderr } = await runAustin(args, { through });
    expect(stdout).toHaveLength(0);
    return { how, stderr };
  }

  it("there is no such process", async () => {
    const { pid, child } = await start("true", []);
    if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
    expect(await refused(["-w", String(pid)])).toMatchObject({
      how: 1,
      stderr: expect.stringContaining("Cannot attach to process"),
    });
  });

  it("it is not Python", async () => {
    const { pid } = await start("sleep", ["1000"]);
    const { how, stderr } = await refused(["-w", String(pid)]);
    expect(how).toBe(10);
    expect(stderr).toContain(`process ${pid} is not Python`);
  });

  it.skipIf(nobodyMissing !== undefined)(titled("it is another user's", nobodyMissing), async () => {
    const target = await startTarget<Ids>(python, SCRIPT);
    const { how, stderr } = await refused(["-w", String(target.pid)], asNobody);
    expect(how).toBe(2);
    expect(stderr).toContain("Insufficient permissions");
    await target.stop();
  });

  it("the file can't be opened: the process isn't even looked for", async () => {
    const { how, stderr } = await refused(["-w", String(2 ** 31 - 1), "-o", `${freshPath("none")}/stacks.txt`]);
    expect(how).toBe(5);
    expect(stderr).toContain("open gave ENOENT");
  });

  it("Ctrl-C ends the wait for an interpreter", async () => {
    const shell = await start("/bin/bash", ["-c", "echo ready; read x"]);
    await shell.ready();
    const austin = startAustin(["-t", "1000s", "-w", String(shell.pid)]);
    // Its handlers are there once it has loaded the add-on, which it needs for the first look.
    await expect.poll(() => readFileSync(`/proc/${austin.pid}/maps`, "latin1")).toMatch(/\.node$/m);
    austin.kill("SIGINT");
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    expect(stdout).toHaveLength(0);
    expect(stderr).toContain(`Ended by SIGINT; process ${shell.pid} runs on.`);
  });
});

describe("what can't be written is told with code 5:", () => {
  it("a full device", async () => {
    const target = await startTarget<Ids>(python, SCRIPT);
    const { how, stderr } = await runAustin(["-w", String(target.pid), "-o", "/dev/full"]);
    expect(how).toBe(5);
    expect(stderr).toContain("Cannot write the output '/dev/full': write gave ENOSPC");
    await target.stop();
  });

  it("a pipe that was closed", async () => {
    const target = await startTarget<Ids>(python, SCRIPT);
    const austin = startAustin(["-w", String(target.pid)]);
    austin.child.stdout?.destroy();
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(5);
    expect(stderr).toContain("Cannot write the output standard output: write gave EPIPE");
    await target.stop();
  });
});
