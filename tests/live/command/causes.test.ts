// Why a process can't be sampled: every cause has a message of its own, with the fact that shows it and the smallest
// remedy. Each is brought about for real here, but for:
//
//   no such process, a zombie, another user, not Python, too old     refusals.test.ts
//   a full disk, a closed pipe                                       broken_output.test.ts, where.test.ts
//   ptrace_scope 1, 2 and 3, another group, a security module        tests/unit/cli/permission.test.ts: not to be had here
//   another byte order                                               tests/live/find_interpreter.test.ts
//
// A wrong word size is no cause: 32-bit interpreters are sampled (matrix.test.ts, where.test.ts).
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, isAlive, runAustin, scratch, startAustin } from "../../austin.js";
import { park, start, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { type Python, pythons } from "../../pythons.js";
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

/** Run `austin -p` for a profile, `austin -w`, and the doctor: all must say the same. */
async function refusals(pid: number, through: readonly string[] = []) {
  const profile = await runAustin([...FOR_EVER, "-p", String(pid)], { through });
  const stacks = await runAustin([...FOR_EVER, "-w", String(pid)], { through });
  expect(stacks.stderr).toBe(profile.stderr);
  expect(stacks.how).toBe(profile.how);
  expect(stacks.stdout).toHaveLength(0);
  const doctor = await runAustin([...FOR_EVER, "--doctor", "--json", String(pid)], { through });
  const { exitCode, message, help } = JSON.parse(doctor.stdout.toString()).verdict;
  expect(`${[message, ...help].join("\n")}\n`).toBe(profile.stderr);
  expect([doctor.how, doctor.stderr, exitCode]).toEqual([profile.how, "", profile.how]);
  return profile;
}

it("a process that ends while its interpreter is looked for", async () => {
  const shell = await start("/bin/bash", ["-c", "echo ready; read x"]);
  await shell.ready();
  const austin = startAustin([...FOR_EVER, "-p", String(shell.pid)]);
  // Behind the add-on some dozens of waits load the rest; between looks it waits without end.
  await expect.poll(() => readFileSync(`/proc/${austin.pid}/maps`, "latin1")).toMatch(/\.node$/m);
  const loading = switches(austin.pid);
  await expect.poll(() => switches(austin.pid), { timeout: 60_000 }).toBeGreaterThan(loading + 200);
  const exited = once(shell.child, "exit");
  shell.child.stdin.end();
  await exited;
  const { how, stderr } = await austin.ended;
  expect(how, stderr).toBe(1);
  expect(stderr).toBe(`Cannot attach to process ${shell.pid}: it ended while austin looked for its interpreter.\n`);
});

function onlyChild(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim());
}

/** How often the main thread has waited for something. */
function switches(pid: number): number {
  return Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}

it("PyPy", async () => {
  // Its name is what it is known by; what is in it doesn't matter.
  const pypy = freshPath("pypy3.10");
  mkdirSync(`${pypy}.d`);
  const program = `${pypy}.d/pypy3.10`;
  copyFileSync("/bin/sleep", program);
  chmodSync(program, 0o755);
  const { pid } = await start(program, ["1000"]);
  const { how, stderr } = await refusals(pid);
  expect(how, stderr).toBe(10);
  expect(stderr).toMatch(new RegExp(`^Unsupported Python version in process ${pid}: PyPy 3\\.10`));
});

describe.skipIf(nobodyMissing !== undefined)(titled("with less power than the target has", nobodyMissing), () => {
  it("a process that isn't dumpable", async () => {
    // PR_SET_DUMPABLE
    const script = `
import ctypes, time
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
print("ready", flush=True)
time.sleep(1000)
`;
    const { pid } = await park(asNobody[0] as string, [...asNobody.slice(1), python.path, "-c", script]);
    const { how, stderr } = await refusals(pid, asNobody);
    expect(how, stderr).toBe(2);
    expect(stderr).toContain(`Process ${pid} is not dumpable (its files in /proc belong to root)`);
    expect(stderr).toContain("PR_SET_DUMPABLE");
    expect(isAlive(pid)).toBe(true);
  });

  it("a process in an outer user namespace", async () => {
    const script = "import time; print('ready', flush=True); time.sleep(1000)";
    const { pid } = await park(asNobody[0] as string, [...asNobody.slice(1), python.path, "-c", script]);
    const { how, stderr } = await refusals(pid, [...asNobody, "unshare", "--user", "--map-root-user"]);
    expect(how, stderr).toBe(2);
    expect(stderr).toContain(`Process ${pid} lives in another user namespace than austin`);
    expect(stderr).toContain("CAP_SYS_PTRACE does not count there");
  });

  it("a process of a number in another PID namespace", async () => {
    // A number that is nobody's here.
    let number = 20_000;
    while (existsSync(`/proc/${number}`)) number++;
    const script = "import os, sys; print('ready', os.getpid(), flush=True); sys.stdin.read()";
    const command = `echo ${number - 1} > /proc/sys/kernel/ns_last_pid; ${python.path} -c "${script}"; :`;
    const { pid, line, child } = await park("unshare", [
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "sh",
      "-c",
      command,
    ]);
    expect(Number(line)).toBe(number);
    const { how, stderr } = await refusals(number);
    expect(how, stderr).toBe(1);
    expect(stderr).toContain(`Cannot attach to process ${number}: there is no such process.`);
    const here = onlyChild(onlyChild(pid));
    expect(stderr).toContain(`the number belongs to a process that is here: austin -p ${here}\n`);
    const exited = once(child, "exit");
    child.stdin.end();
    await exited;
  });

  it("a /proc of another PID namespace", async () => {
    const target = await startTarget(python, "busy20.py");
    const { how, stderr } = await refusals(target.pid, ["unshare", "--pid", "--fork", "--kill-child"]);
    expect(how, stderr).toBe(1);
    expect(stderr).toContain("/proc shows the processes of another PID namespace than austin's own");
    await target.stop();
  });

  it("an output folder that may not be written", async () => {
    const folder = freshPath("folder");
    mkdirSync(folder, { mode: 0o700 });
    chmodSync(scratch, 0o755);
    const { how, stderr } = await runAustin(["-o", `${folder}/profile.mojo`, "true"], { through: asNobody });
    expect(how, stderr).toBe(5);
    expect(stderr).toContain(`Cannot open the output '${folder}/profile.mojo': open gave EACCES`);
  });
});

it("a filter on system calls", async () => {
  const target = await startTarget(python, "busy20.py");
  const { how, stderr } = await refusals(target.pid, [python.path, targetPath("without_copies.py"), "refused"]);
  expect(how, stderr).toBe(2);
  expect(stderr).toContain("process_vm_readv gave EPERM");
  expect(stderr).toContain("A seccomp filter refuses process_vm_readv (Seccomp in /proc/self/status is 2)");
  expect(stderr).toContain("even reading austin's own memory gave EPERM");
  expect(stderr).not.toContain("not Python");
  await target.stop();
});
