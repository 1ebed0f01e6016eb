// What the host tells about processes that really run.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LoadedImage, ProcessDenied, ProcessGone } from "../../../src/host/index.js";
import {
  accessFacts,
  ageSeconds,
  executablePath,
  HostThreadIds,
  hostThreadIds,
  isInOtherPidNamespace,
  LifeWatch,
  lifeSigns,
  loadedImages,
  openImageFile,
  processState,
  ResidentMemory,
  readMappings,
  readProcFile,
  setTimerSlack,
  startTime,
  ThreadPlaces,
  ThreadStates,
  threadIds,
} from "../../../src/host/linux/index.js";
import { park, start, stopCommands } from "../../command.js";
import { titled } from "../../needs.js";
import { pythons } from "../../pythons.js";
import { isRoot, rootMissing } from "../../users.js";

afterEach(stopCommands);

const python = (pythons().at(-1) as { path: string }).path;

/** The id of a process that has ended and was reaped. */
async function deadProcess(): Promise<number> {
  const { pid, child } = await start("true", []);
  if (child.exitCode === null) await once(child, "exit");
  return pid;
}

/** A process whose child has ended without being reaped; gives the child. */
async function zombie(): Promise<number> {
  const script = `
import os, sys
pid = os.fork()
if pid == 0: os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print("ready", pid, flush=True)
sys.stdin.read()
`;
  return Number((await park(python, ["-c", script])).line);
}

describe("the state of a process", () => {
  it("is running, zombie or gone", async () => {
    expect(processState(process.pid)).toBe("running");
    expect(processState(await zombie())).toBe("zombie");
    expect(processState(await deadProcess())).toBe("gone");
  });

  it("is told again and again, with another program after an exec", async () => {
    const { pid, child } = await park("sh", ["-c", "echo ready; read x; exec cat"]);
    const watch = new LifeWatch(pid);
    const before = watch.look();
    expect(before.state).toBe("running");
    expect(before.program).toMatch(/^[1-9]\d+( \d+){2}$/);
    expect(watch.look()).toEqual(before);
    expect(lifeSigns(pid)).toEqual(before);
    child.stdin?.write("\n");
    await expect.poll(() => watch.look().program).not.toBe(before.program);
    // An exec takes several steps.
    await expect.poll(() => watch.look().program === lifeSigns(pid).program).toBe(true);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    expect(watch.look()).toEqual({ state: "gone", program: undefined, task: pid });
    watch.close();
  });

  it("is told of one that has ended before", async () => {
    for (const [pid, state] of [
      [await zombie(), "zombie"],
      [await deadProcess(), "gone"],
    ] as const) {
      const watch = new LifeWatch(pid);
      expect(watch.look().state).toBe(state);
      watch.close();
    }
  });

  it("comes with its age and the time it started", async () => {
    const { pid } = await park("sh", ["-c", "echo ready; read x"]);
    expect(startTime(pid)).toBeGreaterThanOrEqual(startTime(process.pid));
    expect(ageSeconds(pid)).toBeLessThanOrEqual(ageSeconds(process.pid));
    expect(ageSeconds(process.pid)).toBeGreaterThan(0);
  });

  it("comes with its memory in bytes", () => {
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
    const memory = new ResidentMemory(process.pid);
    const ratio = memory.bytes() / (kilobytes * 1024);
    memory.close();
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});

describe("a process that is gone", () => {
  it("is an error of its own", async () => {
    const pid = await deadProcess();
    for (const ask of [readMappings, executablePath, startTime, threadIds, isInOtherPidNamespace]) {
      expect(() => ask(pid), ask.name).toThrow(ProcessGone);
    }
  });

  it("may leave a zombie, which has no mappings and no program", async () => {
    const pid = await zombie();
    expect(readMappings(pid)).toEqual([]);
    expect(executablePath(pid)).toBeUndefined();
  });
});

describe("a process of another user", () => {
  it("is denied with call, errno and path", async () => {
    // Without privileges, the first process is another user's; with them, they are put away for the question.
    const pid = isRoot ? (await park("sh", ["-c", "echo ready; read x"])).pid : 1;
    if (isRoot) process.seteuid?.(65534);
    try {
      const denied = { call: "open", errno: 13, path: `/proc/${pid}/maps` };
      expect(() => readMappings(pid)).toThrow(ProcessDenied);
      expect(() => readMappings(pid)).toThrow(expect.objectContaining(denied));
      expect(() => executablePath(pid)).toThrow(expect.objectContaining({ call: "readlink", errno: 13 }));
      expect(accessFacts(pid)).toMatchObject({ mayTraceAny: false, targetUser: 0, sameUserNamespace: undefined });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

describe("the facts that decide about access", () => {
  it("are told for a process we may read", async () => {
    const { pid } = await park("sh", ["-c", "echo ready; read x"]);
    const facts = accessFacts(pid);
    expect(facts).toMatchObject({
      ourEffectiveUser: process.geteuid?.(),
      targetUser: process.getuid?.(),
      targetTracer: 0,
      sameUserNamespace: true,
    });
    expect([undefined, 0, 1, 2, 3]).toContain(facts.ptraceScope);
  });
});

describe("the file of an image", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "processes-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The way that led to the file of the program that `pid` runs. */
  function wayTo(pid: number): string | undefined {
    const exe = executablePath(pid);
    const image = loadedImages(readMappings(pid)).find(({ path }) => path === exe) as LoadedImage;
    const file = openImageFile(pid, image, ({ device, inode }) => device === image.device && inode === image.inode);
    file?.close();
    return file?.path.replaceAll(String(pid), "PID");
  }

  it("is opened under the process's root", async () => {
    const { pid } = await park("sh", ["-c", "echo ready; read x"]);
    expect(wayTo(pid)).toBe(`/proc/PID/root${executablePath(pid)}`);
  });

  it("is opened as what the process runs when it was deleted or replaced", async () => {
    const copy = join(folder, "copy");
    copyFileSync("/bin/sh", copy);
    const { pid } = await park(copy, ["-c", "echo ready; read x"]);
    unlinkSync(copy);
    expect(wayTo(pid)).toBe("/proc/PID/exe");
    copyFileSync("/bin/true", copy);
    expect(wayTo(pid)).toBe("/proc/PID/exe");
  });

  it("is no FIFO that took its name", async () => {
    const copy = join(folder, "copy");
    copyFileSync("/bin/sh", copy);
    const { pid } = await park(copy, ["-c", "echo ready; read x"]);
    unlinkSync(copy);
    execFileSync("mkfifo", [copy]);
    expect(wayTo(pid)).toBe("/proc/PID/exe");
  });

  it.skipIf(!isRoot)(
    titled("is opened by its path from our root when the process changed its own", rootMissing),
    async () => {
      const script = "import os, sys; os.chroot(sys.argv[1]); print('ready', flush=True); sys.stdin.read()";
      const { pid } = await park(python, ["-c", script, folder]);
      expect(wayTo(pid)).toBe(executablePath(pid));
    },
  );
});

describe("procfs files", () => {
  it("are read to their end although they come in pieces", async () => {
    const script = `
import mmap, sys
maps = [mmap.mmap(-1, 4096, prot=(mmap.PROT_READ if i % 2 else mmap.PROT_READ | mmap.PROT_WRITE)) for i in range(3000)]
print("ready", flush=True)
sys.stdin.read()
`;
    const { pid } = await park(python, ["-c", script]);
    expect(readMappings(pid).length).toBeGreaterThan(2900);
    expect(readProcFile(pid, "maps").endsWith("\n")).toBe(true);
  });
});

describe("threads", () => {
  const script = `
import sys, threading
def spin():
    while True: pass
thread = threading.Thread(target=spin, daemon=True)
thread.start()
print("ready", threading.main_thread().native_id, thread.native_id, flush=True)
sys.stdin.read()
`;

  /** Until the main thread reads from descriptor 0: before, both may want the GIL, and the other one wait for it. */
  async function untilItReads(pid: number, main: number): Promise<void> {
    const firstArgument = () => readFileSync(`/proc/${pid}/task/${main}/syscall`, "latin1").split(" ")[1];
    await expect.poll(firstArgument).toBe("0x0");
  }

  it("are running or not", async () => {
    const { pid, child, line } = await park(python, ["-c", script]);
    const [main, spinning] = line.split(" ").map(Number) as [number, number];
    await untilItReads(pid, main);
    expect(threadIds(pid).sort()).toEqual([main, spinning].sort());
    const states = new ThreadStates(pid);
    try {
      // Both descriptors are used again and again; the main thread comes to rest in its read.
      await expect.poll(() => states.isRunning(main)).toBe(false);
      for (let i = 0; i < 100; i++) expect(states.isRunning(spinning)).toBe(true);
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      expect(states.isRunning(spinning)).toBeUndefined();
      expect(states.isRunning(main)).toBeUndefined();
    } finally {
      states.close();
    }
  });

  it("have a place, and a text that changes when they run", async () => {
    const { pid, child, line } = await park(python, ["-c", script]);
    const [main, spinning] = line.split(" ").map(Number) as [number, number];
    await untilItReads(pid, main);
    const places = new ThreadPlaces(pid);
    try {
      await expect.poll(() => places.look(main)?.isAtRest).toBe(true);
      expect(places.look(spinning)?.isRunning).toBe(true);
      expect(places.look(spinning)?.processor).toBeLessThan(65_536);
      expect(places.look(process.pid)).toBeUndefined();
      const textOf = (descriptor: number) => {
        const bytes = Buffer.alloc(1024);
        return bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, bytes.length, 0));
      };
      expect(textOf(places.place(main))).toMatch(new RegExp(`^${main} `));
      const runs = () => [main, spinning].map((tid) => textOf(places.runs(tid)));
      let before = runs();
      // The main thread comes to rest, the other never does.
      await expect
        .poll(() => {
          const last = before;
          before = runs();
          return before.map((text, i) => text === last[i]);
        })
        .toEqual([true, false]);
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      expect(places.look(spinning)).toBeUndefined();
      expect([places.place(spinning), places.runs(spinning)]).toEqual([-1, -1]);
    } finally {
      places.close();
    }
  });

  it("may be more than descriptors are held open for", async () => {
    const many = `
import sys, threading
threading.stack_size(1 << 18)  # 600 of the usual size don't fit into 32 bits
threads = [threading.Thread(target=sys.stdin.readline, daemon=True) for _ in range(600)]
for thread in threads: thread.start()
print("ready", *(thread.native_id for thread in threads), flush=True)
threading.Event().wait()
`;
    const { pid, line } = await park(python, ["-c", many]);
    const before = readdirSync("/proc/self/fd").length;
    const states = new ThreadStates(pid);
    const places = new ThreadPlaces(pid);
    try {
      for (const tid of line.split(" ").map(Number)) {
        await expect.poll(() => states.isRunning(tid)).toBe(false);
        expect(places.look(tid)?.isAtRest).toBe(true);
        expect(places.runs(tid)).toBeGreaterThan(0);
      }
      expect(readdirSync("/proc/self/fd").length - before).toBe(2 * 512);
    } finally {
      states.close();
      places.close();
    }
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });

  it("keep their ids where all see the same ones", async () => {
    const { pid, line } = await park(python, ["-c", script]);
    expect(isInOtherPidNamespace(pid)).toBe(false);
    const ids = line.split(" ").map(Number);
    expect(hostThreadIds(pid)).toEqual(new Map(ids.map((id) => [id, id])));
    const hostIds = new HostThreadIds(pid);
    expect(ids.map((id) => hostIds.of(id))).toEqual(ids);
    expect(ids.map((id) => hostIds.nativeOf(id))).toEqual(ids);
  });

  it.skipIf(!isRoot)(titled("have ids of their own in another PID namespace", rootMissing), async () => {
    const inside = ["unshare", "--pid", "--fork", "--kill-child", python, "-c", script];
    const { pid: outer, line } = await park("env", inside);
    const pid = Number(readFileSync(`/proc/${outer}/task/${outer}/children`, "utf8").trim());
    const [main, spinning] = line.split(" ").map(Number) as [number, number];
    expect(main).toBe(1);
    expect(isInOtherPidNamespace(pid)).toBe(true);
    const ids = hostThreadIds(pid);
    expect([...ids.keys()].sort()).toEqual([main, spinning].sort());
    expect(ids.get(main)).toBe(pid);
    expect(threadIds(pid)).toContain(ids.get(spinning));
    let now = 0;
    const hostIds = new HostThreadIds(pid, () => now);
    expect(hostIds.nativeOf(pid)).toBe(main);
    const worker = ids.get(spinning) as number;
    // Once it has been asked, and anew where it may be another's by then.
    for (now of [0, 1000, 10_000]) expect(hostIds.nativeOf(worker)).toBe(spinning);
    expect(hostIds.nativeOf(outer)).toBeUndefined();
    expect(hostIds.of(main)).toBe(pid);
    expect(hostIds.of(spinning)).toBe(ids.get(spinning));
    // One that isn't there, nor comes.
    expect([hostIds.of(99_999), hostIds.of(99_999)]).toEqual([undefined, undefined]);
    // Who was found before is taken as it was, and not asked again.
    expect(hostThreadIds(pid, new Map([[77_777, pid]])).get(77_777)).toBe(pid);
    expect(hostThreadIds(pid, new Map([[77_777, 1]])).get(77_777)).toBeUndefined();
  });
});

describe("the timer slack", () => {
  it("can be set and read back", () => {
    const before = readFileSync("/proc/self/timerslack_ns", "utf8").trim();
    expect(setTimerSlack(1)).toBe(true);
    expect(readFileSync("/proc/self/timerslack_ns", "utf8").trim()).toBe("1");
    setTimerSlack(Number(before));
  });
});
