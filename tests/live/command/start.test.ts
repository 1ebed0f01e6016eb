// The beginning of a run: short programs are seen, the command gets nothing of what we prepare, and a signal before its start
// is the end.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin, startAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { startTarget } from "../../target.js";

afterEach(assertNoLeftovers);

/** Works for 50 ms of the processor's time, in two halves. */
const SHORT = `
import time

def until(end):
    while time.process_time() < end:
        pass

def first(now):
    until(now + 0.025)

def last(now):
    until(now + 0.05)

now = time.process_time()
first(now)
last(now)
`;

/** What a program has of those who started it. */
const INHERITED = `
import os, resource, signal
def read(name):
    with open("/proc/self/" + name) as file:
        return file.read()
print(read("timerslack_ns"), os.nice(0), os.getpgid(0), os.getsid(0), os.getppid() > 0, sorted(os.environ.items()))
print(sorted(os.listdir("/proc/self/fd")), resource.getrlimit(resource.RLIMIT_NOFILE))
print([line for line in read("status").splitlines() if line.startswith(("SigPnd", "SigBlk", "SigIgn", "SigCgt", "Shd", "Cap", "Cpus_allowed:", "NoNewPrivs"))])
try:
    print([line.split() for line in read("sched").splitlines() if line.startswith(("se.slice", "policy", "prio"))])
except OSError:
    pass
`;

const SIGNALS = [
  ["SIGINT", 254],
  ["SIGTERM", 241],
  ["SIGHUP", 255],
] as const;

/** Whether a process has a handler for a signal. */
function catches(pid: number, signal: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "0";
  return ((BigInt(`0x${caught}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** Until austin listens to the signals that end it: this one comes last, and the others have a handler of Node's own from the start. */
async function untilListening(pid: number): Promise<void> {
  while (!catches(pid, constants.signals.SIGHUP)) await nextTurn();
}

describe.each(eachPython())("on Python %s", (_, python) => {
  it("a program that works for 50 ms is seen", async () => {
    const seen: boolean[] = [];
    const told: string[] = [];
    for (let i = 0; i < 3; i++) {
      const path = freshPath();
      const { how, stderr } = await runAustin(["-o", path, python.path, "-c", SHORT]);
      told.push(stderr);
      expect(stderr).toMatch(how === 0 ? "Profile" : /too quickly|No samples/);
      const { scopes } = how === 0 ? await readWholeProfile(path) : { scopes: new Set<string>() };
      seen.push(["first", "last", "until"].some((scope) => scopes.has(scope)));
    }
    // A busy machine may keep us from a processor for as long as that, once; what we do wrong, we do each time.
    expect(seen.filter(Boolean).length, told.join("\n")).toBeGreaterThanOrEqual(2);
  });
});

describe("what a command is given", () => {
  const python = pythons().at(-1) as Python;

  it("is what it has without us", async () => {
    const { how, stdout, stderr } = await runAustin(["-o", freshPath(), python.path, "-c", INHERITED]);
    // So short a program may be over before it is seen, on a busy machine: that is of others' concern.
    expect([0, 1], stderr).toContain(how);
    // A Node in between, as Node itself sets some of it.
    const starts = "require('child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })";
    const args = ["-e", starts, python.path, "-c", INHERITED];
    const direct = execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    expect(stdout.toString()).toBe(direct);
  });

  it.each(SIGNALS)("is no start at all, where %s came before", async (signal, code) => {
    const austin = startAustin(["-o", freshPath(), python.path, "-c", "while True: pass"]);
    // It listens to signals before it loads or makes anything; the command comes last.
    await untilListening(austin.pid);
    austin.kill(signal);
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
    expect(stderr).toContain(`Ended by ${signal}`);
  });
});

/** Have loading wait behind the first listeners, in the files at `place`, until `place`.go is there. @returns the environment for that */
function held(place: string): { readonly NODE_OPTIONS: string } {
  // What knows of systems wants to start processes.
  writeFileSync(
    `${place}.cjs`,
    `const { existsSync, writeFileSync } = require("node:fs");
    const Module = require("node:module");
    const load = Module._load;
    Module._load = (name, ...others) => {
      if (name === "node:child_process") {
        writeFileSync(${JSON.stringify(`${place}.begun`)}, "");
        while (!existsSync(${JSON.stringify(`${place}.go`)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
      return load(name, ...others);
    };`,
  );
  return { NODE_OPTIONS: `--require=${place}.cjs` };
}

it("prints its version without what starts processes, and what networks and terminals take", async () => {
  const place = freshPath("loaded");
  writeFileSync(
    `${place}.cjs`,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(place)}, process.moduleLoadList.join("\\n")));`,
  );
  const { how, stdout } = await runAustin(["-V"], { env: { NODE_OPTIONS: `--require=${place}.cjs` } });
  expect(how).toBe(0);
  expect(stdout.toString()).toMatch(/^austin \d/);
  const loaded = readFileSync(place, "utf8").split("\n");
  expect(loaded).toContain("NativeModule fs");
  for (const name of ["child_process", "net", "tty"]) expect(loaded).not.toContain(`NativeModule ${name}`);
});

describe("a signal while austin starts", () => {
  const python = pythons().at(-1) as Python;

  it.each(["-p", "-w"])("ends %s in good order", async (option) => {
    const target = await startTarget(python, "busy20.py");
    const place = freshPath("loads");
    const austin = startAustin(["-o", freshPath(), option, String(target.pid)], { env: held(place) });
    while (!existsSync(`${place}.begun`)) await nextTurn();
    austin.kill("SIGINT");
    writeFileSync(`${place}.go`, "");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    expect(stderr).toContain("Ended by SIGINT");
    await target.stop();
  });

  it("is heeded before anything is loaded", async () => {
    const place = freshPath("loads");
    const env = held(place);
    const austin = startAustin(["-o", freshPath(), python.path, "-c", "while True: pass"], { env });
    while (!existsSync(`${place}.begun`)) await nextTurn();
    austin.kill("SIGINT");
    writeFileSync(`${place}.go`, "");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
  });

  it("ends what is no run as it would have", async () => {
    const place = freshPath("loads");
    const austin = startAustin(["--doctor"], { env: held(place) });
    while (!existsSync(`${place}.begun`)) await nextTurn();
    austin.kill("SIGTERM");
    writeFileSync(`${place}.go`, "");
    expect((await austin.ended).how).toBe("SIGTERM");
  });
});
