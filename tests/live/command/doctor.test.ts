// `--doctor`: what is checked, of a process that can be sampled and of some that can't. That its verdict is the message a
// run would give is seen with each cause in causes.test.ts.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { isAlive, runAustin, stateOf } from "../../austin.js";
import { start, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { type Python, pythons } from "../../pythons.js";
import { startTarget } from "../../target.js";
import { asNobody, isRoot, otherUserMissing, rootMissing } from "../../users.js";

const python = pythons().at(-1) as Python;
const nobodyMissing = otherUserMissing(python.path);

interface Report {
  readonly format: string;
  readonly version: number;
  readonly pid: number | null;
  readonly checks: readonly {
    readonly about: string;
    readonly name: string;
    readonly verdict: string;
    readonly fact: string;
  }[];
  readonly verdict: { readonly exitCode: number; readonly message: string; readonly help: readonly string[] };
}

const OWN = [
  "Node",
  "add-on",
  "system",
  "user",
  "CAP_SYS_PTRACE",
  "ptrace_scope",
  "seccomp",
  "kernel stacks",
  "process_vm_readv",
  "user namespace",
  "/proc",
  "security modules",
  "label",
  "container",
  "processors",
];
const TARGET = [
  "state",
  "program",
  "user",
  "dumpable",
  "capabilities",
  "user namespace",
  "PID namespace",
  "tracer",
  "label",
  "processors",
  "maps",
  "process_vm_readv",
];

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

async function examine(args: readonly string[], through: readonly string[] = []) {
  const { how, stdout, stderr } = await runAustin(["--doctor", "--json", ...args], { through });
  expect(stderr).toBe("");
  const report = JSON.parse(stdout.toString()) as Report;
  expect([report.format, report.version, report.verdict.exitCode]).toEqual(["austin-doctor", 1, how]);
  const names = (about: string) => report.checks.filter((one) => one.about === about).map(({ name }) => name);
  const fact = (name: string) => report.checks.findLast((one) => one.name === name)?.fact;
  const bad = report.checks.filter(({ verdict }) => verdict === "bad").map(({ name }) => name);
  return { how, report, own: names("austin"), target: names("process"), fact, bad };
}

it("examines the machine alone", async () => {
  const { how, own, target, report, bad } = await examine([]);
  expect([how, report.pid, own, target, bad]).toEqual([0, null, OWN, [], []]);
});

it("examines a process that can be sampled, and leaves it as it is", async () => {
  const { pid, stop, child } = await startTarget(python, "idle_and_busy.py");
  child.kill("SIGSTOP");
  await expect.poll(() => stateOf(pid)).toBe("T");
  const { how, own, target, fact, bad, report } = await examine([String(pid)]);
  expect([how, own, target, bad]).toEqual([0, OWN, [...TARGET, "interpreter", "stacks"], []]);
  expect(fact("state")).toBe("T");
  expect(fact("interpreter")).toContain(`Python ${python.version.join(".")}, ${python.wordSize * 8} bits, in /`);
  expect(fact("stacks")).toBe("3 threads");
  expect(report.verdict.message).toBe(`Nothing stands in the way of sampling process ${pid}.`);
  expect(stateOf(pid)).toBe("T");
  child.kill("SIGCONT");
  await stop();
});

it("tells people the same", async () => {
  const { pid } = await start("sleep", ["1000"]);
  const { how, stdout, stderr } = await runAustin(["--doctor", "-p", String(pid)]);
  const text = stdout.toString();
  expect([how, stderr]).toEqual([10, ""]);
  for (const name of OWN) expect(text).toMatch(new RegExp(`^ {2}(ok|note) +${name} `, "m"));
  expect(text).toMatch(new RegExp(`\\n\\nprocess ${pid}\\n`));
  expect(text).toMatch(/^ {2}BAD {3}sampling +Cannot determine a Python version/m);
  expect(text).toContain("\nIt runs /");
  expect(isAlive(pid)).toBe(true);
});

it.skipIf(nobodyMissing !== undefined)(titled("names every check that fails", nobodyMissing), async () => {
  const { pid, stop } = await startTarget(python, "busy20.py");
  const { how, target, bad, fact } = await examine([String(pid)], asNobody);
  expect([how, target]).toEqual([2, [...TARGET, "sampling"]]);
  expect(bad).toEqual(expect.arrayContaining(["program", "user", "maps", "process_vm_readv", "sampling"]));
  expect(fact("process_vm_readv")).toBe("gave EPERM (operation not permitted)");
  expect(fact("maps")).toBe("open gave EACCES (permission denied)");
  await stop();
});

it.skipIf(!isRoot)(titled("examines a process of another PID namespace", rootMissing), async () => {
  const inside = ["--pid", "--fork", "--kill-child", "--mount-proc", python.path, "-c"];
  const { pid, child, ready } = await start("unshare", [
    ...inside,
    "import sys; print('ready', flush=True); sys.stdin.read()",
  ]);
  await ready();
  const inner = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  const { how, fact } = await examine([inner]);
  expect(how).toBe(0);
  expect(fact("PID namespace")).toBe("another one, where it is 1");
  const exited = once(child, "exit");
  child.stdin.end();
  await exited;
});
