// gdb as judge: on every interpreter, each native stack of a program that is parked below towers of C and Python equals gdb's, call by call, whole and in order, and
// Python's frames stand where the program was built to have them. gdb reads all registers of a stopped process; ours come from threads that nobody stopped.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame } from "../../src/model/frame.js";
import type { NativeThread } from "../../src/native/native_look.js";
import { attach } from "../../src/sampler/snapshots.js";
import { titled, unlessThere } from "../needs.js";
import { eachPython, isRelease, projectRoot } from "../pythons.js";
import { assertNoLeftovers, startTarget, type Target } from "../target.js";

const lack =
  process.arch !== "x64"
    ? "an x86-64 machine"
    : unlessThere(
        spawnSync("gdb", ["--version"]).status === 0 && spawnSync("gcc", ["--version"]).status === 0,
        "gdb and gcc",
      );

/** A call as gdb has it: pc, name, and whether it is no call of its own (inlined, or jumped to). */
type GdbCall = readonly [pc: number, name: string | null, isNone: boolean];
interface Ready {
  readonly ready: Readonly<Record<string, number>>;
}

const folder = mkdtempSync(join(tmpdir(), "native-tower-"));
const library = join(folder, "tower.so");
const source = join(projectRoot, "tests/targets/native_tower.c");

beforeAll(() => {
  if (lack !== undefined) return;
  const object = join(folder, "without_table.o");
  const flags = ["-O2", "-fPIC", "-fomit-frame-pointer"];
  // The one function that another file has is compiled away here.
  execFileSync("gcc", [
    ...flags,
    "-DWITHOUT_TABLE",
    "-fno-asynchronous-unwind-tables",
    "-fno-unwind-tables",
    "-c",
    source,
    "-o",
    object,
  ]);
  execFileSync("objcopy", ["--keep-global-symbol=call_without_table", object]);
  execFileSync("gcc", [...flags, "-fasynchronous-unwind-tables", "-shared", source, object, "-o", library]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The stacks of a process by gdb, leaf first. */
function gdbStacks(pid: number): ReadonlyMap<number, readonly GdbCall[]> {
  const settings = [
    "set debuginfod enabled off",
    "set backtrace past-main on",
    "set backtrace past-entry on",
    "set backtrace limit unlimited",
  ];
  const words = [
    "-nx",
    "-batch",
    ...settings.flatMap((one) => ["-iex", one]),
    "-p",
    `${pid}`,
    "-x",
    join(projectRoot, "tests/gdb_stacks.py"),
  ];
  const output = execFileSync("gdb", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const line = output.split("\n").find((one) => one.startsWith("STACKS ")) ?? "STACKS {}";
  const stacks = JSON.parse(line.slice("STACKS ".length)) as Readonly<Record<string, readonly GdbCall[]>>;
  return new Map(Object.entries(stacks).map(([tid, calls]) => [Number(tid), calls]));
}

/** All threads of the process, once each is whole. */
async function nativeThreads(pid: number): Promise<ReadonlyMap<number, NativeThread>> {
  const session = await attach(pid, { timeoutMilliseconds: 10_000 });
  try {
    const samples = await session.native();
    const whole = new Map<number, NativeThread>();
    for (
      let i = 0;
      i < 20 && (i === 0 || ![...whole.values()].every(({ order }) => order?.isOrdered && order.stack.isWhole));
      i++
    ) {
      for (const thread of (await samples.sample())?.threads ?? []) {
        const { nativeId } = thread.snapshot;
        if (thread.order?.isOrdered && thread.order.stack.isWhole) whole.set(nativeId, thread);
        else if (!whole.has(nativeId)) whole.set(nativeId, thread);
      }
    }
    return whole;
  } finally {
    session.close();
  }
}

/** Names of a stack as they were built: natives as "C name", root first. */
function namesOf(frames: readonly Frame[]): string[] {
  return frames.map((frame) => {
    if (frame.kind !== "code") return frame.kind;
    return frame.code === "native" ? `C ${frame.scope}` : (frame.scope.split(".").at(-1) as string);
  });
}

/** What each thread ends with; between these stand other frames of C. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  callbacks: [
    ...[
      "callbacks",
      "C map_next",
      "generator",
      "__init__",
      "C builtin_len",
      "__len__",
      "c_sort",
      "C qsort_r",
      "compare",
      "sub",
    ],
    ...["C pattern_subx", "replaced", "C list_sort_impl", "sort_key", "sleep", "park", "<lambda>", "C time_sleep"],
  ],
  tower: [
    "tower",
    "through",
    "C tower",
    "C plain",
    "C realigned",
    "C varying",
    "<lambda>",
    "sleep",
    "park",
    "<lambda>",
  ],
  large: [
    "large",
    "through",
    "C large",
    "C tower",
    "C plain",
    "C realigned",
    "C varying",
    "<lambda>",
    "sleep",
    "park",
    "<lambda>",
  ],
  without_table: [
    "without_table",
    "through",
    "C without_table",
    "C call_without_table",
    "<lambda>",
    "sleep",
    "park",
    "<lambda>",
  ],
  locked: ["locked", "park"],
  condition: ["condition", "park", "wait", "wait"],
  reading: ["reading", "park", "<lambda>", "C os_read"],
  in_sqlite: ["in_sqlite", "C sqlite3_step", "<lambda>", "sleep", "park", "<lambda>"],
  MainThread: ["C _start", "<module>", "handler", "sleep", "park", "<lambda>"],
};
/** What distributions strip: frames without a name of their own. */
const STRIPPED = /^C (?:map_next|builtin_len|pattern_subx|list_sort_impl|time_sleep|os_read|_start)$/;

/** What the interpreter itself runs below a thread's function. */
const ABOVE = ["_bootstrap", "_bootstrap_inner", "run"];

/** Whether all of `part` is in `whole`, in this order. */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const one of whole) if (one === part[next]) next++;
  return next === part.length;
}

describe.skipIf(lack !== undefined).each(eachPython((python) => isRelease(python) && python.wordSize === 8))(
  titled("native frames on Python %s", lack),
  (_, python) => {
    let target: Target<Ready>;
    let ours: ReadonlyMap<number, NativeThread>;

    beforeAll(async () => {
      target = await startTarget<Ready>(python, "native_tower.py", [library]);
      ours = await nativeThreads(target.pid);
    });
    afterAll(async () => {
      target?.child.kill("SIGKILL");
      await target?.stop();
      assertNoLeftovers();
    });

    it("are gdb's, call by call", () => {
      const gdb = gdbStacks(target.pid);
      for (const [name, tid] of Object.entries(target.ready.ready)) {
        const thread = ours.get(tid);
        expect(thread?.order?.stack.isWhole, name).toBe(true);
        // gdb takes what it finds on the stack for calls where there is no table.
        if (name === "without_table") continue;
        const expected = (gdb.get(tid) ?? []).filter(([, , isNone]) => !isNone);
        const found = thread?.order?.stack.calls.map(({ pc }) => Number(pc));
        expect(
          found,
          `${name}: ${JSON.stringify(thread?.snapshot.reasons)} ${expected.map(([, one]) => one).join(" ")}`,
        ).toEqual(expected.map(([pc]) => pc));
      }
    });

    it("stand around Python's as the program was built", () => {
      const isStripped = python.origin !== "pyenv";
      for (const [name, tid] of Object.entries(target.ready.ready)) {
        const { snapshot, order } = ours.get(tid) as NativeThread;
        expect(snapshot.reasons, name).toEqual([]);
        expect(order?.isOrdered, name).toBe(true);
        const names = namesOf(snapshot.frames);
        const end = (ENDS[name] as readonly string[]).filter((one) => !(isStripped && STRIPPED.test(one)));
        expect(isWithin(end, names), `${name}: ${names.join(", ")} lacks the order ${end.join(", ")}`).toBe(true);
        // No frame of Python's is lost or doubled.
        const own = names.filter((one) => !one.startsWith("C ") && !ABOVE.includes(one));
        expect(own, name).toEqual((ENDS[name] as readonly string[]).filter((one) => !one.startsWith("C ")));
      }
    });

    it("are guessed only behind code without a table", () => {
      for (const [name, tid] of Object.entries(target.ready.ready)) {
        const calls = (ours.get(tid) as NativeThread).order?.stack.calls ?? [];
        const guessed = calls.filter(({ isGuessed }) => isGuessed).length;
        if (name === "without_table") expect(guessed, name).toBeGreaterThan(0);
        else expect(guessed, name).toBe(0);
      }
    });
  },
);
