// The commands that convert: whole files or none, what is said of bad input, and Austin's own numbers.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { readMojo } from "../../../src/mojo/index.js";
import { freshPath, runAustin, scratch } from "../../austin.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import {
  readChromeTrace,
  readCollapsed,
  readCpuProfile,
  readFirefox,
  readPprof,
  readSpeedscope,
} from "../../formats/read_back.js";
import { only, talliesOf, threadsOf } from "../../formats/tallies.js";
import { titled } from "../../needs.js";
import { collapsedByAustinPython, peersMissing } from "../../peers.js";
import { type Python, pythons } from "../../pythons.js";
import { inTerminal, readerPath, runReader, startReader } from "../../readers.js";
import { collect, everything, stream } from "../../unit/mojo/streams.js";

function profile(bytes: Uint8Array = everything(), name = "profile.mojo"): string {
  const path = freshPath(name);
  writeFileSync(path, bytes);
  return path;
}

const LINES = [
  "# austin: 4.0.0",
  "# mode: full",
  "# gc: on",
  "P100;T0:100;/srv/app.py:<module>:10;/srv/app.py:função.名前.🐍:20;kernel:do_syscall_64:0;:GC: 100,1,-4096",
  "P200;T7:200;/srv/child.py:child:1;:INVALID: 17179869184,0,8192",
  "P100;T0:100;/srv/app.py:renamed:11;/srv/app.py:função.名前.🐍:20 0,0,0",
  "P100;T1: 70,0,1",
  "# gc: 1234",
  "# duration: 5678",
  "",
];

describe("austin-convert", () => {
  test("writes the format that it is told, to a file or to a pipe", async () => {
    const path = profile();
    const piped = await runReader("austin-convert", [path, "-f", "austin"]);
    expect(piped).toMatchObject({ code: 0, stdout: LINES.join("\n") });
    const output = freshPath("out.txt");
    expect(await runReader("austin-convert", ["--format=austin", "-o", output, path])).toMatchObject({
      code: 0,
      stdout: "",
    });
    expect(readFileSync(output, "utf8")).toBe(LINES.join("\n"));
  });

  test("guesses the format from the output's name", async () => {
    const output = freshPath("OUT.AUSTIN");
    const { code } = await runReader("austin-convert", [profile(), "-o", output]);
    expect(code).toBe(0);
    expect(readFileSync(output, "utf8")).toBe(LINES.join("\n"));
  });

  test("reads a pipe", async () => {
    const { stdout } = await runReader("austin-convert", ["-", "-f", "austin"], everything());
    expect(stdout).toBe(LINES.join("\n"));
  });

  test("reads Austin's text back as it was", async () => {
    const { stdout, stderr } = await runReader("austin-convert", ["-", "-f", "austin"], LINES.join("\n"));
    // What is known of the whole stands in front where it is known by then: no more than that.
    expect(stdout.split("\n").sort()).toEqual([...LINES].sort());
    expect(stderr).toBe("");
  });

  test("decodes a capture, and gives what the profile beside it gives", async () => {
    const [capture, mojo] = [freshPath("run.capture"), freshPath()];
    const python = (pythons().at(-1) as Python).path;
    const { how, stderr } = await runAustin(["--capture", capture, "-o", mojo, python, "-c", "sum(range(10_000_000))"]);
    expect(how, stderr).toBe(0);
    const [decoded, live] = await Promise.all(
      [capture, mojo].map((path) => runReader("austin-convert", [path, "-f", "austin"])),
    );
    expect(decoded).toEqual(live);
    expect(decoded?.stdout.length).toBeGreaterThan(1000);
    const cut = freshPath("cut.capture");
    writeFileSync(cut, readFileSync(capture).subarray(0, 1000));
    const broken = await runReader("austin-convert", [cut, "-f", "austin"]);
    expect(broken).toMatchObject({ code: 66, stdout: "" });
    expect(broken.stderr).toContain("found the end of the file");
  });

  test("refuses a format that has no place for the profile", async () => {
    const memory = stream((encoder) => {
      encoder.metadata("mode", "memory");
      encoder.stack(1, 0, "1");
      encoder.metricMemory(4096);
    });
    const { code, stdout, stderr } = await runReader("austin-convert", [profile(memory), "-f", "cpuprofile"]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain("cpuprofile");
  });

  test("lists the formats", async () => {
    const { code, stdout } = await runReader("austin-convert", ["--list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^austin +\.austin +\S/m);
  });

  test("filters, and says what is left out", async () => {
    const { stdout, stderr } = await runReader("austin-convert", ["--process", "200", profile(), "-f", "austin"]);
    expect(stdout.split("\n").filter((line) => line.startsWith("P"))).toEqual([LINES[4]]);
    expect(stderr).toContain("3/4");
    const none = await runReader("austin-convert", ["--process", "7", profile(), "-f", "austin"]);
    expect(none).toMatchObject({ code: 66, stdout: "" });
    expect(none.stderr).toContain("leave out all 4 samples");
    expect(none.stderr).toContain("Processes: 100, 200.");
    const top = await runReader("austin-view", ["--top", "--function", "renamd", profile()]);
    expect(top).toMatchObject({ code: 66, stdout: "" });
    expect(top.stderr).toContain("Functions with names near to that: renamed.");
  });

  test.each<[string, string[], RegExp]>([
    ["no profile", [], /no profile to convert/],
    ["two", ["a", "b", "-f", "austin"], /'b' is one more/],
    ["no format", ["a"], /name one with -f: .*\baustin\b/i],
    ["a name that tells no format", ["a", "-o", "x.bin"], /'x\.bin' tells no format/],
    ["a format that is none", ["a", "-f", "toString"], /no format 'toString'/],
    ["an option that is none", ["a", "--frobnicate"], /frobnicate/],
  ])("refuses %s", async (_, args, message) => {
    const { code, stdout, stderr } = await runReader("austin-convert", args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test.each<[string, Uint8Array | string, RegExp]>([
    ["nothing", "", /it is empty/],
    ["another kind of file", "\x7fELF\x02", /looks like a program or a library/],
    ["a header and nothing else", Uint8Array.of(0x4d, 0x4f, 0x4a, 3), /no sample/],
    [
      "one damaged before its first sample",
      Uint8Array.of(0x4d, 0x4f, 0x4a, 3, 99),
      /beyond byte 4: expected an event number/,
    ],
  ])("of %s writes nothing, and says why", async (_, bytes, message) => {
    const input = freshPath("input");
    writeFileSync(input, bytes);
    const output = freshPath("out.austin");
    writeFileSync(output, "as it was");
    const { code, stderr } = await runReader("austin-convert", [input, "-o", output]);
    expect(code).toBe(66);
    expect(stderr).toMatch(message);
    expect(readFileSync(output, "utf8")).toBe("as it was");
    expect(readdirSync(scratch).filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  test("of a profile that breaks off writes what is there, and says so", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    const path = profile(whole.subarray(0, (ends[1] as number) + 3));
    const { code, stdout, stderr } = await runReader("austin-convert", [path, "-f", "austin"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`${LINES.slice(0, 5).join("\n")}\n`);
    expect(stderr).toContain("breaks off: its 2 whole samples were used");
  });

  test("of a damaged profile writes what comes before, and ends as one that can't be read", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    const end = ends[1] as number;
    const path = profile(Buffer.concat([whole.subarray(0, end), Buffer.of(99), whole.subarray(end)]));
    const output = freshPath("out.austin");
    const { code, stderr } = await runReader("austin-convert", [path, "-o", output]);
    expect(code).toBe(66);
    expect(readFileSync(output, "utf8")).toBe(`${LINES.slice(0, 5).join("\n")}\n`);
    expect(stderr).toMatch(new RegExp(`beyond byte ${end}: expected an event number from 1 to 12, found 99`));
    expect(stderr).toContain("The 2 whole samples before that were used.");
  });

  test("never writes over its input", async () => {
    const path = profile();
    const link = freshPath("same.austin");
    symlinkSync(path, link);
    const { code, stderr } = await runReader("austin-convert", [path, "-o", link]);
    expect(code).toBe(64);
    expect(stderr).toContain("is the profile itself");
    expect(readFileSync(path)).toEqual(Buffer.from(everything()));
  });

  test("replaces what a link names, and keeps the link and the permissions", async () => {
    const real = freshPath("real.austin");
    writeFileSync(real, "old", { mode: 0o600 });
    const link = freshPath("link.austin");
    symlinkSync(real, link);
    expect((await runReader("austin-convert", [profile(), "-o", link])).code).toBe(0);
    expect(readFileSync(real, "utf8")).toBe(LINES.join("\n"));
    expect(execFileSync("stat", ["-c", "%a", real], { encoding: "utf8" })).toBe("600\n");
    expect(execFileSync("readlink", [link], { encoding: "utf8" })).toBe(`${real}\n`);
  });

  test("says what can't be written", async () => {
    const path = profile();
    const nowhere = await runReader("austin-convert", [path, "-o", join(scratch, "none", "out.austin")]);
    expect(nowhere.code).toBe(5);
    expect(nowhere.stderr).toMatch(/Cannot write the output .*ENOENT/);
    const folder = freshPath("folder.austin");
    mkdirSync(folder);
    const isFolder = await runReader("austin-convert", [path, "-o", folder]);
    expect(isFolder.code).toBe(5);
    expect(isFolder.stderr).toContain("EISDIR");
    const full = await runReader("austin-convert", [path, "-f", "austin", "-o", "/dev/full"]);
    expect(full.code).toBe(5);
    expect(full.stderr).toContain("ENOSPC");
  });

  test("has nothing to say to a reader that has had enough", async () => {
    const child = startReader("austin-convert", ["-", "-f", "austin"]);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
    const body = everything();
    child.stdin.write(body.subarray(0, 4));
    const ended = once(child, "close");
    child.stdout.destroy();
    for (let i = 0; i < 5000; i++) child.stdin.write(body.subarray(4));
    child.stdin.end();
    await ended;
    expect(stderr).toBe("");
  });

  test("leaves nothing behind when it is interrupted", async () => {
    const output = freshPath("interrupted.austin");
    const child = startReader("austin-convert", ["-", "-o", output]);
    // More than it looks at before it knows what it reads.
    for (let i = 0; i < 5; i++) child.stdin.write(everything().subarray(i === 0 ? 0 : 4));
    const unfinished = () => readdirSync(dirname(output)).filter((name) => name.includes("unfinished"));
    await expect.poll(() => unfinished().length, { timeout: 60_000 }).toBe(1);
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(254);
    expect(unfinished()).toEqual([]);
    expect(existsSync(output)).toBe(false);
  });
});

test.each(["wall", "cpu", "memory", "full"] as const)(
  "a profile of mode %s adds up, whatever it becomes",
  async (mode) => {
    const made = madeSamples(mode);
    const path = profile(await bytesOf(mojo.write(streamOf(made, { ...METADATA, mode, gc: "on" }))));
    const all = talliesOf(made);
    const isMemory = mode === "memory";
    const time = mode === "cpu" ? "cpu" : "time";
    const weights = [time, mode === "full" ? "cpu" : time, "gc", "taken", "given back"];
    const read = async (format: string) => {
      const output = freshPath(format);
      const { code, stderr } = await runReader("austin-convert", [path, "-f", format, "-o", output]);
      expect(code, stderr).toBe(0);
      return readFileSync(output);
    };
    expect(readCollapsed(await read("collapsed"))).toEqual(only(all, ...(isMemory ? ["memory"] : ["time", "gc"])));
    expect(readSpeedscope(await read("speedscope"))).toEqual(only(all, ...weights));
    expect(readPprof(await read("pprof"))).toEqual(only(all, ...weights));
    expect(threadsOf(readFirefox(await read("firefox")))).toMatchObject(only(threadsOf(all), "time", "memory", "gc"));
    expect(threadsOf(readChromeTrace(await read("chrome")))).toEqual(
      only(threadsOf(all), "time", "idle", "gc", "memory"),
    );
    if (!isMemory) expect(readCpuProfile(await read("cpuprofile"))).toEqual(only(all, "time", "cpu", "idle"));
    expect(await collect(readMojo(await read("mojo")))).toEqual(made);
    const text = profile(await read("austin"), "back.austin");
    const back = await runReader("austin-convert", [text, "-f", "pprof", "-o", `${text}.pb.gz`]);
    expect(back.code).toBe(0);
    expect(readPprof(readFileSync(`${text}.pb.gz`))).toEqual(only(all, ...weights));
  },
);

test("austin2speedscope indents where it is told to", async () => {
  const path = profile();
  const [plain, indented] = [freshPath("plain.json"), freshPath("indented.json")];
  expect((await runReader("austin2speedscope", [path, plain])).code).toBe(0);
  expect((await runReader("austin2speedscope", ["--indent", "2", path, indented])).code).toBe(0);
  const value = JSON.parse(readFileSync(plain, "utf8"));
  expect(readFileSync(indented, "utf8")).toBe(`${JSON.stringify(value, null, 2)}\n`);
  expect((await runReader("austin2speedscope", ["--indent", "x", path, indented])).code).toBe(64);
});

describe("on a terminal", () => {
  const shown = (args: readonly string[]) => inTerminal([process.execPath, readerPath("austin-convert"), ...args]);

  test("text is shown, and binary refused", async () => {
    const text = await shown([profile(), "-f", "austin"]);
    expect(text.how).toBe(0);
    expect(text.shown).toContain("P200;T7:200;/srv/child.py:child:1");
    for (const output of ["-", "/dev/tty"]) {
      const binary = await shown([profile(), "-f", "pprof", "-o", output]);
      expect(binary.how).toBe(64);
      expect(binary.shown).toContain("pprof is binary, and would go to a terminal");
    }
  });

  test("a bar says how far it is, and goes", async () => {
    const body = everything().subarray(4);
    const big = profile(Buffer.concat([everything(), ...Array(100_000).fill(body)]));
    const { how, shown: drawn } = await shown([big, "-o", freshPath("big.jsonl")]);
    expect(how).toBe(0);
    expect(drawn).toMatch(/\[#*\.*\] \d+ % of \d/);
    expect(drawn).toContain("\r\x1b[K");
  });
});

describe("mojo2austin", () => {
  test("takes two files", async () => {
    const output = freshPath("anything");
    expect((await runReader("mojo2austin", [profile(), output])).code).toBe(0);
    expect(readFileSync(output, "utf8")).toBe(LINES.join("\n"));
    const one = await runReader("mojo2austin", [output]);
    expect(one.code).toBe(64);
    expect(one.stderr).toContain("INPUT and OUTPUT");
    expect(await runReader("mojo2austin", [profile(), "/dev/stdout"])).toMatchObject({
      code: 0,
      stdout: LINES.join("\n"),
    });
  });

  test.skipIf(peersMissing !== undefined)(
    titled("gives the lines that austin-python gives", peersMissing),
    async () => {
      const plain = stream((encoder) => {
        encoder.metadata("austin", "4.0.0");
        encoder.metadata("mode", "wall");
        for (let i = 0; i < 3; i++) {
          encoder.stack(100, i % 2, i === 2 ? "Worker" : "64");
          encoder.string(2, "/srv/app.py");
          encoder.string(3, "été");
          encoder.frame(i, 2, 3, 10 + i, 12, 1, 5);
          encoder.frameRefs(Uint32Array.of(i, i), 0, i);
          encoder.metricTime(1000 * i);
        }
      });
      const path = profile(plain);
      const { stdout } = await runReader("mojo2austin", [path, "-"]);
      expect(stdout.trimEnd().split("\n")).toEqual(collapsedByAustinPython(path));
      expect(await collect(readMojo(plain))).toHaveLength(3);
    },
  );
});
