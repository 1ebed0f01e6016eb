// What holding threads does to a program: nothing. A program that waits in every way there is counts how its waits end while its running threads are held, over and over;
// one whose holder is killed at any moment runs on; and where another tracer has a thread, that is said and Python's frames go on. AUSTIN_TS_KILLS=1000 kills more often.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { host, type ThreadStand } from "../../src/host/index.js";
import { LiveMemory } from "../../src/memory/live.js";
import { HeldMemory } from "../../src/sampler/held_memory.js";
import { where } from "../../src/sampler/where.js";
import { titled, unlessThere } from "../needs.js";
import { projectRoot, pythons } from "../pythons.js";
import { startCommand } from "../started.js";
import { assertNoLeftovers, startTarget } from "../target.js";

const lack =
  process.arch !== "x64" ? "an x86-64 machine" : unlessThere(spawnSync("gcc", ["--version"]).status === 0, "gcc");
const folder = mkdtempSync(join(tmpdir(), "held-threads-"));
const program = join(folder, "waits");
const HOLDS = 2000;
const KILLS = Number(process.env.AUSTIN_TS_KILLS ?? 30);

beforeAll(() => {
  if (lack !== undefined) return;
  execFileSync("gcc", ["-O1", "-pthread", join(projectRoot, "tests/targets/wait_kinds.c"), "-o", program, "-lrt"]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  assertNoLeftovers();
});

/** The lines that the program prints at its end: by kind, how many waits ended, and how many of them with EINTR. */
async function countsOf(child: { readonly pid: number }, output: () => string): Promise<Map<string, [number, number]>> {
  process.kill(child.pid, "SIGTERM");
  await expect.poll(output, { timeout: 20_000 }).toMatch(/eventfd_ \d+ \d+/);
  const lines = [...output().matchAll(/^(\w+) (\d+) (\d+)$/gm)];
  return new Map(lines.map(([, name, waits, interrupted]) => [name as string, [Number(waits), Number(interrupted)]]));
}

function startWaits(): { pid: number; output: () => string; ready: Promise<void> } {
  const child = spawn(program, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      resolve();
    });
  });
  return { pid: child.pid as number, output: () => text, ready };
}

/** What the kernel says of each thread of a process, by a line of its `status`. */
function statusOf(pid: number, field: string): string[] {
  return readdirSync(`/proc/${pid}/task`).map(
    (tid) =>
      new RegExp(`^${field}:\\s*(\\S+)`, "m").exec(readFileSync(`/proc/${pid}/task/${tid}/status`, "utf8"))?.[1] ?? "",
  );
}

describe.skipIf(lack !== undefined)(titled("threads that are held", lack), () => {
  it("see no system call of theirs end", async () => {
    const { pid, output, ready } = startWaits();
    await ready;
    const memory = new HeldMemory(new LiveMemory(pid), () => 1);
    memory.begin();
    let standing = 0;
    while (memory.heldThreads < HOLDS) {
      memory.fillOffCpu(new Uint8Array(64), 0, 0);
      standing += memory.copies.get(1)?.threads.size ?? 0;
    }
    memory.close();
    const counts = await countsOf({ pid }, output);
    expect(standing).toBeGreaterThan(0);
    expect(counts.size).toBe(23);
    for (const [kind, [waits, interrupted]] of counts) {
      expect(waits, kind).toBeGreaterThan(0);
      expect(interrupted, `${kind}: EINTR in ${waits} waits`).toBe(0);
    }
  });

  it(
    "run on when their holder is killed, at whatever moment",
    async () => {
      const { pid, output, ready } = startWaits();
      await ready;
      const script = `
      import { HeldMemory } from "${join(projectRoot, "dist/src/sampler/held_memory.js")}";
      import { LiveMemory } from "${join(projectRoot, "dist/src/memory/live.js")}";
      const memory = new HeldMemory(new LiveMemory(${pid}), () => 1);
      memory.begin();
      for (let told = false; ; told = true) {
        memory.fillOffCpu(new Uint8Array(64), 0, 0);
        if (!told) process.stdout.write("holding");
      }`;
      for (let i = 0; i < KILLS; i++) {
        const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        await once(holder.stdout, "data");
        // Any moment of its rounds.
        const until = performance.now() + Math.random() * 20;
        while (performance.now() < until);
        holder.kill("SIGKILL");
        await once(holder, "exit");
        expect(new Set(statusOf(pid, "TracerPid"))).toEqual(new Set(["0"]));
        expect(statusOf(pid, "State").filter((state) => !"RSD".includes(state))).toEqual([]);
      }
      const counts = await countsOf({ pid }, output);
      expect(counts.size).toBe(23);
    },
    60_000 + KILLS * 2000,
  );

  it("are told of where they stood, and no other ones are", async () => {
    const python = pythons().findLast(({ debug, wordSize }) => !debug && wordSize === 8);
    if (python === undefined) throw new Error("there is no Python here");
    const target = await startTarget<Record<"pid" | "busy" | "sleeping", number>>(python, "idle_and_busy.py");
    const { pid, busy, sleeping } = target.ready;
    const stands = host.threadStands(pid);
    const ended = spawnSync("true").pid;
    const standing = new Set<number>();
    let shown = new Map<number, ThreadStand>();
    const memory = new HeldMemory(new LiveMemory(pid), () => 1, stands, { standing, look: () => shown });
    const looked = (...tids: number[]): Map<number, ThreadStand> =>
      new Map(tids.map((tid) => [tid, stands.look(tid) as ThreadStand]));
    /** In how many of some copies each thread stood. */
    const counts = (look: () => Map<number, ThreadStand>): Record<number, number> => {
      const found: Record<number, number> = {};
      for (let copy = 0; copy < 100; copy++) {
        shown = look();
        memory.begin();
        for (const id of memory.fillOffCpu(new Uint8Array(64), 0, 0)) found[id] = (found[id] ?? 0) + 1;
      }
      return found;
    };
    const both = counts(() => looked(busy, sleeping));
    expect(both[sleeping]).toBe(100);
    // On a busy machine it may not get to where it stops in time.
    expect(both[busy]).toBeGreaterThan(0);
    // One that has begun since threads were listed may have run.
    expect(counts(() => looked(sleeping))).toEqual({ [sleeping]: 100 });
    // So has one that ended meanwhile, or moved: nothing is as it was said to be.
    const stale = { blocked: { pc: 0n, stackPointer: 0n }, witness: "0 0 0\n" };
    for (const tid of [ended, busy]) {
      expect(counts(() => looked(sleeping).set(tid, stale))).toEqual({ [sleeping]: 100 });
    }
    expect(counts(() => looked(sleeping).set(ended, { blocked: undefined, witness: "0 0 0\n" }))).toEqual({
      [sleeping]: 100,
    });
    standing.add(sleeping);
    expect(counts(() => new Map())).toEqual({ [sleeping]: 100 });
    memory.close();
    target.child.kill("SIGKILL");
    await target.stop();
  });

  it("are left to another tracer, and Python's frames go on", async () => {
    const python = pythons().findLast(({ debug, wordSize }) => !debug && wordSize === 8);
    if (python === undefined) throw new Error("there is no Python here");
    const target = await startTarget<{ pid: number }>(python, "busy_forever.py");
    const PTRACE_SEIZE = 0x4206;
    const tracer = `import ctypes, time; assert ctypes.CDLL(None).ptrace(${PTRACE_SEIZE}, ${target.pid}, 0, 0) == 0; print('{"ready": true}', flush=True); time.sleep(1000)`;
    const other = await startCommand([pythons()[0]?.path as string, "-c", tracer], "a tracer");
    const { threads } = await where(target.pid, { still: true, native: true });
    const [main] = threads.filter(({ interpreterId }) => interpreterId === 0);
    expect(main?.reasons.join()).toContain("can't be held (PTRACE_SEIZE failed with errno 1");
    expect(main?.frames.map((frame) => (frame.kind === "code" ? frame.scope : frame.kind))).toContain("turn");
    other.child.kill("SIGKILL");
    await other.stop();
    const again = await where(target.pid, { still: true, native: true });
    expect(again.threads[0]?.reasons).toEqual([]);
    const frames = again.threads[0]?.frames ?? [];
    expect(frames.some((frame) => frame.kind === "code" && frame.code === "native")).toBe(true);
    target.child.kill("SIGKILL");
    await target.stop();
  });
});
