// Each word on samples made by hand, and that what is kept and what is left out add up to what there was.
import { describe, expect, it } from "vitest";
import {
  Filter,
  type FilterWords,
  filterSamples,
  MalformedPattern,
  UnansweredFilter,
} from "../../../src/filters/index.js";
import { MisuseError } from "../../../src/model/error.js";
import type { Sample } from "../../../src/model/sample.js";
import { profileOf, sampleOf as sample } from "../samples.js";

const MAIN = "<module>@/srv/app/main.py";
const LOADS = "loads@/usr/lib/python3.13/json/__init__.py";
const DECODE = "JSONDecoder.decode@/usr/lib/python3.13/json/decoder.py";
const HOOK = "Hook.call@/srv/app/hooks.py";
const FIND = "_find_and_load@<frozen importlib._bootstrap>";
const EXEC = "exec_module@<frozen importlib._bootstrap_external>";

/** The stacks that are left, as texts; checks the sums on the way. */
async function seen(words: FilterWords, samples: readonly Sample[], mode = "full"): Promise<string[]> {
  const filter = new Filter(words);
  const stream = profileOf(samples, { mode });
  const texts: string[] = [];
  let kept = { samples: 0, microseconds: 0, bytes: 0 };
  for await (const one of filterSamples(stream, filter)) {
    texts.push(one.frames.map((each) => (each.kind === "code" ? each.scope : "!")).join(" "));
    const { timeMicroseconds, memoryBytes } = one.metrics;
    kept = {
      samples: kept.samples + 1,
      microseconds: kept.microseconds + (timeMicroseconds ?? 0),
      bytes: kept.bytes + (memoryBytes ?? 0),
    };
  }
  const { all, leftOut } = filter;
  expect({ ...all }).toEqual({
    samples: kept.samples + leftOut.samples,
    microseconds: kept.microseconds + leftOut.microseconds,
    bytes: kept.bytes + leftOut.bytes,
  });
  expect(all.samples).toBe(samples.length);
  return texts;
}

describe("a filter", () => {
  const threads = [
    sample("main@a.py", { bytes: 5 }),
    sample("second@a.py", { thread: "65", idle: true, bytes: -3 }),
    sample("sub@a.py", { interpreter: 1, thread: "65" }),
    sample("child@a.py", { pid: 200, thread: "c8" }),
    sample("named@a.py", { pid: 200, thread: "MainThread" }),
  ];

  it.each<[string, FilterWords, string[]]>([
    ["nothing", {}, ["main", "second", "sub", "child", "named"]],
    ["a process", { processes: [200] }, ["child", "named"]],
    ["either of two processes", { processes: [200, 100] }, ["main", "second", "sub", "child", "named"]],
    ["a thread in decimal", { threads: ["101"] }, ["second", "sub"]],
    ["a thread in hexadecimal", { threads: ["0x65"] }, ["second", "sub"]],
    ["a thread as the profile has it", { threads: ["c8"] }, ["child"]],
    ["a thread of an interpreter", { threads: ["1:101"] }, ["sub"]],
    ["a thread by its name", { threads: ["MainThread"] }, ["named"]],
    ["main threads", { mainThread: true }, ["main", "child"]],
    ["threads that wait", { state: "idle" }, ["second"]],
    ["threads that run", { state: "running" }, ["main", "sub", "child", "named"]],
    ["two words at once", { processes: [100], threads: ["101"], state: "running" }, ["sub"]],
    ["what is not there", { processes: [1] }, []],
  ])("for %s", async (_, words, expected) => {
    expect(await seen(words, threads)).toEqual(expected);
  });

  const called = [
    sample("one@a.py", { thread: "65", threadName: "worker-1" }),
    sample("two@a.py", { thread: "66", threadName: "worker-2" }),
    sample("sub@a.py", { interpreter: 1, thread: "66", threadName: "worker-3" }),
    sample("capital@a.py", { thread: "67", threadName: "Worker-1" }),
    sample("number@a.py", { thread: "68", threadName: "101" }),
    sample("colon@a.py", { thread: "69", threadName: "1:worker" }),
    sample("class@a.py", { thread: "6a", threadName: "pool[0]" }),
    sample("nameless@a.py", { thread: "6b" }),
  ];

  it.each<[string, FilterWords, string[]]>([
    ["a name", { threads: ["worker-1"] }, ["one"]],
    ["a glob, which knows capitals from small letters", { threads: ["worker-*"] }, ["one", "two", "sub"]],
    ["several", { threads: ["W*", "worker-[23]"] }, ["two", "sub", "capital"]],
    ["a number, which is an id", { threads: ["101"] }, ["one"]],
    ["a glob of an interpreter", { threads: ["1:worker*"] }, ["sub", "colon"]],
    ["a name with a range's brackets", { threads: ["pool[0]"] }, ["class"]],
    ["anything with a name", { threads: ["*"] }, ["one", "two", "sub", "capital", "number", "colon", "class"]],
  ])("%s chooses threads by their names", async (_, words, expected) => {
    expect(await seen(words, called)).toEqual(expected);
  });

  it("a glob of threads that is none is refused", () => {
    expect(() => new Filter({ threads: ["[z-a]"] })).toThrow(MalformedPattern);
  });

  const stacks = [
    sample(`${MAIN}|${LOADS}|${DECODE}`),
    sample(`${MAIN}|${HOOK}`),
    sample(`${MAIN}|${LOADS}|${HOOK}|!`),
    sample(""),
  ];
  const [first, second, third, fourth] = [
    "<module> loads JSONDecoder.decode",
    "<module> Hook.call",
    "<module> loads Hook.call !",
    "",
  ];

  it.each<[string, FilterWords, string[]]>([
    ["a module", { modules: ["json.decoder"] }, [first]],
    ["a package, with what is in it", { modules: ["json"] }, [first, third]],
    ["a module of a package whose root is not known", { modules: ["app.hooks"] }, [second, third]],
    ["modules by a glob", { modules: ["json.d*", "hook?"] }, [first, second, third]],
    ["a path", { modules: ["/srv/*/hooks.py"] }, [second, third]],
    ["what is not a module", { modules: ["!json"] }, [second, fourth]],
    ["one module without another", { modules: ["app", "!json"] }, [second]],
    ["a function by its last part", { functions: ["decode"] }, [first]],
    ["a function by its qualified name", { functions: ["Hook.*"] }, [second, third]],
    ["no such function", { functions: ["!call"] }, [first, fourth]],
    ["both a module and a function", { modules: ["json"], functions: ["call"] }, [third]],
  ])("for %s", async (_, words, expected) => {
    expect(await seen(words, stacks)).toEqual(expected);
  });

  it("shows a run of the library's frames as its first", async () => {
    expect(await seen({ collapse: ["stdlib"] }, stacks)).toEqual([
      "<module> loads",
      "<module> Hook.call",
      "<module> loads Hook.call !",
      "",
    ]);
  });

  it("shows the import system as one frame, once a module", async () => {
    const importing = sample(`${MAIN}|${FIND}|${EXEC}|${HOOK}|${FIND}|${EXEC}|${LOADS}|${DECODE}`);
    expect(await seen({ collapse: ["imports"] }, [importing])).toEqual([
      "<module> _find_and_load Hook.call _find_and_load loads JSONDecoder.decode",
    ]);
  });

  it("looks at the frames that it doesn't show", async () => {
    expect(await seen({ collapse: ["stdlib"], functions: ["decode"] }, stacks)).toEqual(["<module> loads"]);
  });

  describe("of a window", () => {
    const ticks = [
      sample("a@a.py", { time: 5 }),
      sample("b@a.py", { thread: "65", time: 5 }),
      sample("c@a.py", { time: 10 }),
      sample("d@a.py", { thread: "65", time: 10 }),
      sample("new@a.py", { pid: 200, time: 3 }),
      sample("e@a.py", { time: 10 }),
    ];
    it.each([
      [0, 5, ["a", "b"]],
      [5, 15, ["c", "d", "new"]],
      [14, 15, ["c", "d", "new"]],
      [15, Number.POSITIVE_INFINITY, ["e"]],
      [25, 30, []],
    ])("from %d to %d us", async (from, to, expected) => {
      expect(await seen({ window: { from, to } }, ticks)).toEqual(expected);
    });
  });

  it.each(["wall", "memory"])("does not guess who waited in mode %s", async (mode) => {
    await expect(seen({ state: "running" }, threads.slice(0, 1), mode)).rejects.toThrow(UnansweredFilter);
  });

  it("takes all samples of mode cpu for running", async () => {
    expect(await seen({ state: "running" }, threads.slice(0, 1), "cpu")).toEqual(["main"]);
    expect(await seen({ state: "idle" }, threads.slice(0, 1), "cpu")).toEqual([]);
  });

  it("does not guess times", async () => {
    const timeless = sample("a@a.py", { time: undefined, bytes: 1 });
    await expect(seen({ window: { from: 0, to: 1 } }, [timeless], "memory")).rejects.toThrow(UnansweredFilter);
  });
});

describe("words of plain JavaScript", () => {
  it.each([
    ["fnctions", { fnctions: ["a"] }, "no filter is called fnctions: there are processes, threads,"],
    ["toString", { toString: ["a"] }, "no filter is called toString"],
    ["one glob for an array", { functions: "main" }, "functions must be an array of globs"],
    ["a number for a glob", { modules: [1] }, "modules must be an array of globs"],
    ["a number for a thread", { threads: [7] }, "threads must be an array of strings"],
    ["a text for a process", { processes: ["7"] }, "processes must be an array of process ids"],
    ["another state", { state: "asleep" }, 'state must be "running" or "idle"'],
    ["half a window", { window: { from: 1 } }, "window must be { from, to }"],
    ["no window", { window: null }, "window must be { from, to }"],
    ["no time", { window: { from: 1, to: Number.NaN } }, "window must be { from, to }"],
    ["another collapse", { collapse: ["all"] }, 'collapse must be an array of "stdlib" and "imports"'],
    ["no boolean", { mainThread: "yes" }, "mainThread must be true or false"],
  ])("that are none are refused by name: %s", (_, words, message) => {
    expect(() => new Filter(words as FilterWords)).toThrow(message);
    expect(() => new Filter(words as FilterWords)).toThrow(MisuseError);
  });

  it("may be undefined", () => {
    expect(() => new Filter({ functions: undefined, window: { from: 0, to: Number.POSITIVE_INFINITY } })).not.toThrow();
  });
});
