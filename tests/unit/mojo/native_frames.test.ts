// Native frames in MOJO as austinp has them: an address in the place of a file, and metadata that tell whose it is. They are read as a kind of their own, and written again as they were.
import { describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import type { Frame } from "../../../src/model/frame.js";
import { readMojo } from "../../../src/mojo/index.js";
import { NativeModules } from "../../../src/mojo/native_modules.js";
import { collect, eventsOf, samplesOf, stream } from "./streams.js";

const PID = 7;
const OTHER = 8;

/** A sample of one frame, in a thread that Python knows or doesn't. */
function sampled(file: string, pid = PID, interpreter = 0, maps: readonly (readonly [string, string])[] = []) {
  return stream((encoder) => {
    encoder.metadata("mode", "wall");
    for (const [key, value] of maps) encoder.metadata(key, value);
    encoder.stack(pid, interpreter, "1a");
    encoder.string(2, file);
    encoder.string(3, "_ZN3foo3barEv");
    encoder.frame(1, 2, 3, 0x1c, 0, 0, 0);
    encoder.frameRef(1);
    encoder.metricTime(10);
    encoder.endSample();
  });
}

async function frameOf(...args: Parameters<typeof sampled>): Promise<Frame | undefined> {
  return (await samplesOf(sampled(...args)))[0]?.frames[0];
}

const LIBC = ["map", "7f00-7fff /usr/lib/libc.so.6"] as const;

describe("native frames", () => {
  it("have the file that lies at their address", async () => {
    expect(await frameOf("native@7f10", PID, 0, [["map", "1000-2000 /bin/python3"], LIBC])).toEqual({
      kind: "code",
      code: "native",
      scope: "_ZN3foo3barEv",
      filename: "/usr/lib/libc.so.6",
      location: { line: 0, lineEnd: 0, column: 0, columnEnd: 0 },
      address: 0x7f10,
      offset: 0x1c,
      mapped: { start: 0x7f00, buildId: undefined },
    });
  });

  it("know where their file begins in memory, and which build of it that is", async () => {
    const maps = [
      ["map", "6000-7000 /usr/lib/libc.so.6"],
      ["map", "7000-7e00 /usr/lib/other.so"],
      ["map", "7e00-7f00 /usr/lib/libc.so.6"],
      LIBC,
      ["build id", "00ff /usr/lib/other.so\nabcdef0123 /usr/lib/libc.so.6"],
      ["build id", "nothing /usr/lib/libc.so.6"],
      [`build id ${OTHER}`, "dd /usr/lib/libc.so.6"],
      [`map ${OTHER}`, "7f00-7fff /usr/lib/libc.so.6"],
    ] as const;
    expect(await frameOf("native@7f10", PID, 0, maps)).toMatchObject({
      mapped: { start: 0x7e00, buildId: "abcdef0123" },
    });
    expect(await frameOf("native@7f10", OTHER, 0, maps)).toMatchObject({ mapped: { start: 0x7f00, buildId: "dd" } });
  });

  it("have the names of their sources where somebody loads those, once there is one", async () => {
    let loads = 0;
    const names = async () => {
      loads++;
      return (name: string) => (name === "_ZN3foo3barEv" ? "foo::bar()" : name);
    };
    const bytes = sampled("native@7f10", PID, 0, [LIBC]);
    // Chunks that are cut anywhere, and two processes' definitions.
    const all = Buffer.concat([bytes, bytes.subarray(4)]);
    for (const size of [1, 3, all.length]) {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        all.subarray(i * size, (i + 1) * size),
      );
      const samples = await collect(readMojo(chunks, names));
      expect(samples.map(({ frames }) => frames)).toMatchObject(
        Array(2).fill([{ scope: "foo::bar()", symbol: "_ZN3foo3barEv" }]),
      );
    }
    expect(loads).toBe(3);
    expect((await collect(readMojo(sampled("/a.py"), names)))[0]?.frames).toMatchObject([{ scope: "_ZN3foo3barEv" }]);
    expect(loads).toBe(3);
    expect((await collect(readMojo(bytes, async () => undefined)))[0]?.frames).toMatchObject([
      { scope: "_ZN3foo3barEv" },
    ]);
    // What is written again has the linker's.
    const again = Buffer.concat(await collect(mojo.write(readMojo(bytes, names))));
    expect(await samplesOf(again)).toEqual(await samplesOf(bytes));
  });

  it("have a line where their file is told to be a source, and are written so again", async () => {
    const bytes = sampled("/src/a b.c", PID, 0, [["native file", "/src/a b.c"]]);
    const [sample] = await samplesOf(bytes);
    expect(sample?.frames).toEqual([
      {
        ...{ kind: "code", code: "native", scope: "_ZN3foo3barEv", filename: "/src/a b.c" },
        location: { line: 0x1c, lineEnd: 0, column: 0, columnEnd: 0 },
      },
    ]);
    const again = Buffer.concat(await collect(mojo.write(readMojo(bytes))));
    expect(await samplesOf(again)).toEqual([sample]);
    const sources = (await eventsOf(again)).filter((event) => event.kind === "metadata" && event.key === "native file");
    expect(sources).toHaveLength(1);
    // Python's are not.
    expect(await frameOf("/src/a.py", PID, 0, [["native file", "/src/a b.c"]])).not.toHaveProperty("code");
  });

  it("of a process that is not the first have the ranges that come later, in a file that is written anew", async () => {
    const bytes = stream((encoder) => {
      for (const [at, path] of ["/a.so", "/b.so"].entries()) {
        encoder.metadata(`map ${OTHER}`, `${7 + at}000-${7 + at}fff ${path}`);
        encoder.stack(OTHER, 0, "1a");
        encoder.string(2 * at + 2, `native@${7 + at}010`);
        encoder.string(2 * at + 3, "f");
        encoder.frame(at, 2 * at + 2, 2 * at + 3, 0, 0, 0, 0);
        encoder.frameRef(at);
        encoder.metricTime(1);
        encoder.endSample();
      }
    });
    const again = Buffer.concat(await collect(mojo.write(readMojo(bytes))));
    const files = (await samplesOf(again)).flatMap(({ frames }) =>
      frames.map((frame) => frame.kind === "code" && frame.filename),
    );
    expect(files).toEqual(["/a.so", "/b.so"]);
  });

  it.each([
    ["behind the last range", "native@7fff", [LIBC]],
    ["before the first", "native@7eff", [LIBC]],
    ["where nothing is told", "native@7f10", []],
    [
      "where ranges make no sense",
      "native@7f10",
      [
        ["map", "7fff-7f00 /a"],
        ["map", "x-y /b"],
        ["map", "7f00-7fff"],
      ],
    ],
  ] as const)("are of no file %s", async (_, file, maps) => {
    expect(await frameOf(file, PID, 0, maps)).toMatchObject({ code: "native", filename: "[anonymous]" });
  });

  it("are of what was mapped there last", async () => {
    const maps = [LIBC, ["map", "7f08-7f20 /tmp/new.so"]] as const;
    expect(await frameOf("native@7f10", PID, 0, maps)).toMatchObject({ filename: "/tmp/new.so" });
    expect(await frameOf("native@7f08", PID, 0, maps)).toMatchObject({ filename: "/tmp/new.so" });
  });

  it("of a process are told by its own ranges, where it has some", async () => {
    const maps = [LIBC, [`map ${OTHER}`, "7f00-7fff /other.so"]] as const;
    expect(await frameOf("native@7f10", OTHER, 0, maps)).toMatchObject({ filename: "/other.so" });
    expect(await frameOf("native@7f10", PID, 0, maps)).toMatchObject({ filename: "/usr/lib/libc.so.6" });
  });

  it.each(["native@", "native@xyz", "native@7f10 ", "native@123456789abcdef", "a native@7f10", "native.py"])(
    "are not those of a file that is called %j",
    async (file) => {
      expect(await frameOf(file, PID, 0, [LIBC])).toEqual(
        expect.objectContaining({ filename: file, location: expect.objectContaining({ line: 0x1c }) }),
      );
      expect(await frameOf(file, PID, 0, [LIBC])).not.toHaveProperty("code");
    },
  );

  it("may be of a thread without an interpreter", async () => {
    const [sample] = await samplesOf(sampled("native@7f10", PID, -1, [LIBC]));
    expect(sample?.interpreterId).toBe(-1);
  });

  it("are the same in a file that is written anew", async () => {
    const bytes = sampled("native@7f10", PID, -1, [LIBC, ["map", "8000-8010 /bin/python3"]]);
    const losses: string[] = [];
    const written = await collect(mojo.write(readMojo(bytes), { onLoss: (loss) => losses.push(loss) }));
    const again = Buffer.concat(written);
    expect(await samplesOf(again)).toEqual(await samplesOf(bytes));
    expect(losses).toEqual([]);
  });
});

describe("ranges", () => {
  it("are limited, whatever a stream says", () => {
    const modules = new NativeModules();
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `${(i * 16).toString(16)}-${(i * 16 + 8).toString(16)} /${i}`,
    );
    modules.take("map", lines.join("\n"));
    expect(modules.at(PID, 16 * 5)).toEqual({ path: "/5", start: 16 * 5, buildId: undefined });
    expect(modules.at(PID, 16 * 99_999)).toBeUndefined();
  });
});
