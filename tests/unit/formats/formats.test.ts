import { describe, expect, it } from "vitest";
import * as all from "../../../src/formats/all.js";
import { allFormats, FORMAT_NAMES, formatForFile, formatNamed } from "../../../src/formats/registry.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";

const plain = Object.values(all).filter((one) => typeof one === "object");

const listed = await allFormats();

describe("the list of formats", () => {
  it("has what the library exports, each under its own name", () => {
    expect(new Set(listed)).toEqual(new Set(plain));
    expect(listed.map(({ name }) => name)).toEqual(FORMAT_NAMES);
  });

  it("gives no end of a file twice", () => {
    const extensions = listed.flatMap((format) => format.extensions);
    expect(new Set(extensions).size).toBe(extensions.length);
  });

  it("knows formats by file", async () => {
    expect((await formatForFile("/tmp/a.mojo/Profile.SpeedScope.json"))?.name).toBe("speedscope");
    expect((await formatForFile("a.trace.json"))?.name).toBe("chrome");
    expect(await formatForFile("a.json")).toBeUndefined();
  });
});

describe("losses", () => {
  it("are told once the bytes are over, and only those that there are", async () => {
    const told: string[] = [];
    const frames = [{ kind: "invalid" }] as const;
    const metrics = { timeMicroseconds: 1, memoryBytes: undefined };
    const sample = { pid: 1, interpreterId: 0, thread: "1", frames, metrics, idle: false, gc: false };
    for (const format of plain) {
      await bytesOf(
        format.write(streamOf([sample]), { onLoss: (sentence) => told.push(`${format.name}: ${sentence}`) }),
      );
    }
    expect(told.sort()).toEqual([
      "collapsed: Collapsed stacks have no order in time.",
      "html: The flame graph has no order in time.",
      "pprof: pprof has no order in time.",
    ]);
  });

  it("of everything make a format unsuitable", async () => {
    await expect(bytesOf(all.cpuprofile.write(streamOf(madeSamples("memory"), METADATA)))).rejects.toThrow(
      all.UnsuitableFormat,
    );
  });

  it.each([
    ["collapsed", ["changes of memory", "threads that wait", "columns", "interval"]],
    ["speedscope", ["ends of lines", "metadata"]],
    ["pprof", ["order in time", "ends of lines"]],
    ["firefox", ["ends of lines"]],
    ["chrome", ["ends of lines"]],
    ["cpuprofile", ["one thread", "memory", "columns", "metadata"]],
    ["austin", ["columns"]],
    ["html", ["order in time", "lines and columns"]],
    ["jsonl", []],
    ["mojo", []],
  ])("of %s are named", async (name, words) => {
    const told: string[] = [];
    const stream = streamOf(madeSamples("full"), { ...METADATA, mode: "full" });
    await bytesOf(
      ((await formatNamed(name)) as all.Format).write(stream, { onLoss: (sentence) => told.push(sentence) }),
    );
    for (const word of words) expect(told.some((sentence) => sentence.includes(word))).toBe(true);
    if (words.length === 0) expect(told).toEqual([]);
  });
});

describe("metadata that nobody can reckon with", () => {
  it.each(["1e999", "Infinity", "0.5", "-1", "0x10", " ", "999999999999999", "9".repeat(400)])(
    "such as %s change no format's times",
    async (figure) => {
      for (const mode of ["wall", "memory"] as const) {
        for (const format of await allFormats()) {
          if (format.name === "cpuprofile" && mode === "memory") continue;
          const write = (metadata: Record<string, string>) =>
            bytesOf(format.write(streamOf(madeSamples(mode), { mode, ...metadata })));
          const bytes = await write({ interval: figure, duration: figure });
          expect(bytes.length).toBeGreaterThan(100);
          if (format.name !== "speedscope") continue;
          expect(bytes.equals(await write({}))).toBe(true);
        }
      }
    },
  );
});

describe("collapsed stacks", () => {
  it("keep metadata that no viewer takes for a stack, and names that divide nothing", async () => {
    const location = { line: 3, lineEnd: 0, column: 0, columnEnd: 0 };
    const frames = [{ kind: "code", scope: "f", filename: "a;b\nc.py", location }] as const;
    const metrics = { timeMicroseconds: 7, memoryBytes: undefined };
    const sample = { pid: 1, interpreterId: 0, thread: "1", frames, metrics, idle: false, gc: true };
    const stream = streamOf([sample, sample], { mode: "wall", interval: "100", python: "3.9.18" });
    expect(String(await bytesOf(all.collapsed.write(stream)))).toBe(
      "# mode: wall\n# python: 3.9.18\nP1;T0:1;a,b c.py:f:3;:GC: 14\n",
    );
  });
});
