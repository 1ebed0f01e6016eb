// Native frames in MOJO as austinp has them: an address in the place of a file, and metadata that tell whose it is. They are read as a kind of their own, and written again as they were.
import { describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import type { Frame } from "../../../src/model/frame.js";
import { readMojo } from "../../../src/mojo/index.js";
import { NativeModules } from "../../../src/mojo/native_modules.js";
import { collect, samplesOf, stream } from "./streams.js";

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
    });
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
    expect(modules.moduleAt(PID, 16 * 5)).toBe("/5");
    expect(modules.moduleAt(PID, 16 * 99_999)).toBe("[anonymous]");
  });
});
