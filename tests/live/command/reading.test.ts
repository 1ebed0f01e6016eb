// What all commands that read profiles and captures promise of their streams: pipes, files that grow or are cut, whole outputs, a
// progress bar on a terminal.
import { once } from "node:events";
import { appendFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { MojoChunk } from "../../../src/mojo/chunk.js";
import { MojoEncoder } from "../../../src/mojo/encoder.js";
import { readMojoEvents } from "../../../src/mojo/index.js";
import { freshPath, readWholeProfile, runAustin, startAustin, untilWritten } from "../../austin.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { inTerminal, readerPath, runReader, startReader } from "../../readers.js";
import { startTarget } from "../../target.js";

const python = pythons().at(-1) as Python;
const [profile, capture] = [freshPath("made.mojo"), freshPath("run.capture")];

/** Works until its capture has several blocks, by its sizes: what is left of one that is cut isn't nothing. */
const SPIN = `import os, sys
sizes = set()
while len(sizes) < 4:
    sum(range(1000))
    if os.path.exists(sys.argv[1]): sizes.add(os.path.getsize(sys.argv[1]))`;

beforeAll(async () => {
  const samples = streamOf(madeSamples("wall"), { ...METADATA, mode: "wall" }, { duration: "1000000" });
  writeFileSync(profile, await bytesOf(mojo.write(samples)));
  const { how, stderr } = await runAustin(["--capture", capture, python.path, "-c", SPIN, capture]);
  expect(how, stderr).toBe(0);
});

afterEach(assertNoLeftovers);

/** Something breaks outside of all that awaits it. */
const LATE = `const { once } = process;
  process.once = function (name, listener) {
    if (name === "uncaughtException") setImmediate(() => { throw new RangeError("out of everything"); });
    return once.call(this, name, listener);
  };`;

/** Node's options by which a command runs this first. */
function preloaded(code: string): string {
  return `--import data:text/javascript,${encodeURIComponent(code)}`;
}

/** A byte that is no event, in the midst. */
async function damagedProfile(whole: Buffer): Promise<Buffer> {
  const events = readMojoEvents(whole);
  for await (const _ of events) if (events.offset > whole.length / 2) break;
  return Buffer.concat([whole.subarray(0, events.offset), Buffer.of(99), whole.subarray(events.offset)]);
}

/** A bit in the last block. */
function damagedCapture(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
  return bytes;
}

/** Arguments that read `input`, "-" or a path, and give bytes. */
const READINGS: readonly (readonly [
  name: string,
  command: string,
  args: (input: string) => string[],
  file: () => string,
])[] = [
  ["austin-convert", "austin-convert", (input) => ["-f", "jsonl", input], () => profile],
  ["austin-view --top", "austin-view", (input) => ["--top", input], () => profile],
  ["austin-view --html", "austin-view", (input) => ["--html", "-", input], () => profile],
  ["austin-view --heat", "austin-view", (input) => ["--heat", "-", input], () => profile],
  ["austinp-resolve", "austinp-resolve", (input) => [input, "-"], () => profile],
  ["austin-diff A -", "austin-diff", (input) => [profile, input], () => profile],
  ["austin-diff - B", "austin-diff", (input) => [input, profile], () => profile],
  ["austin-diff --html", "austin-diff", (input) => ["--html", "-", profile, input], () => profile],
  ["austin-decode", "austin-decode", (input) => [input], () => capture],
  ["austin-decode --where", "austin-decode", (input) => ["--where", input], () => capture],
  ["austin-decode --info", "austin-decode", (input) => ["--info", input], () => capture],
];

describe.each(READINGS)("%s", (_, command, args, file) => {
  test("reads a pipe as it reads a file", async () => {
    const path = file();
    const ofFile = await runReader(command, args(path));
    const ofPipe = await runReader(command, args("-"), readFileSync(path));
    expect(ofFile).toMatchObject({ code: 0 });
    expect(ofFile.stdout.length).toBeGreaterThan(50);
    const unnamed = (text: string) =>
      text
        .replaceAll(/standard input/g, "INPUT")
        .replaceAll(path, "INPUT")
        .replaceAll(basename(path), "INPUT");
    const [one, other] = [ofPipe, ofFile].map(({ code, stdout, stderr }) => ({
      code,
      // The columns of tables are as wide as names are.
      stdout: unnamed(stdout).replaceAll(/ +/g, " ").replaceAll("made", "INPUT"),
      stderr: unnamed(stderr),
    }));
    expect(one).toEqual(other);
  });

  test("gives what there is of an input that breaks off, and says so", async () => {
    const bytes = readFileSync(file());
    const { code, stdout, stderr } = await runReader(command, args("-"), bytes.subarray(0, bytes.length - 3));
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(50);
    expect(stdout + stderr).toContain("breaks off");
  });

  test("gives what comes before a damage, says where that is, and ends as one that can't be read", async () => {
    const whole = readFileSync(file());
    const bytes = command === "austin-decode" ? damagedCapture(whole) : await damagedProfile(whole);
    const { code, stdout, stderr } = await runReader(command, args("-"), bytes);
    expect(code, stderr).toBe(66);
    expect(stdout.length).toBeGreaterThan(50);
    expect(stderr).toMatch(/^\S+: Cannot read standard input beyond byte \d+: .*\n(.*\n)?.*before.* used\.$/m);
  });

  test("reads what gzip has compressed, in one member or several", async () => {
    const whole = readFileSync(file());
    const plain = await runReader(command, args("-"), whole);
    const half = Math.floor(whole.length / 2);
    for (const packed of [[whole], [whole.subarray(0, half), whole.subarray(half)]]) {
      expect(await runReader(command, args("-"), Buffer.concat(packed.map((one) => gzipSync(one))))).toEqual(plain);
    }
    const cut = gzipSync(whole).subarray(0, -4);
    const broken = await runReader(command, args("-"), cut);
    expect(broken.code, broken.stderr).toBe(0);
    expect(broken.stdout + broken.stderr).toContain("breaks off");
  });

  test("ends with 70 and one message where something unexpected happens, and says where if it is asked", async () => {
    const broken = "performance.now = () => { throw new RangeError('out of everything') };";
    for (const code of [broken, LATE]) {
      const NODE_OPTIONS = preloaded(code);
      const end = await runReader(command, args(file()), "", { NODE_OPTIONS });
      expect(end.code).toBe(70);
      expect(end.stderr.split("\n")).toEqual([
        `${command}: An unexpected error occurred: RangeError: out of everything`,
        "Please report it. With NODE_DEBUG=austin in the environment it says where.",
        "",
      ]);
      const traced = await runReader(command, args(file()), "", { NODE_OPTIONS, NODE_DEBUG: "austin" });
      expect(traced.code).toBe(70);
      expect(traced.stderr).toMatch(/RangeError: out of everything\n +at /);
    }
  });

  test("refuses an empty input and a foreign one", async () => {
    const empty = await runReader(command, args("-"));
    expect(empty).toMatchObject({ code: 66, stdout: "" });
    expect(empty.stderr).toContain("it is empty");
    const foreign = await runReader(command, args("-"), `\x7fELF${"\0".repeat(1000)}`);
    expect(foreign).toMatchObject({ code: 66, stdout: "" });
    expect(foreign.stderr).toMatch(/ELF|no capture of austin's/);
  });

  test("shows on a terminal how far it is, and nothing of it once it is done", async () => {
    const path = file();
    const size = readFileSync(path).length;
    // What it needs to know what it reads; the rest comes once the bar is seen.
    const feed = `head -c 1000 '${path}'; read go; tail -c +1001 '${path}'`;
    // Binary goes to no terminal: what it gives goes to a file, what it says doesn't.
    const output = freshPath("shown");
    const words = [process.execPath, readerPath(command), ...args("-")].map((word) => `'${word}'`).join(" ");
    const { how, shown } = await inTerminal(
      ["sh", "-c", `(${feed}) | ${words} > '${output}'`],
      [["1 kB read", "go\n"]],
    );
    expect(how, shown).toBe(0);
    expect(size).toBeGreaterThan(1000);
    expect(shown).toContain("1 kB read");
    expect(shown.slice(shown.lastIndexOf(" read,"))).toContain("\r\x1b[K");
    expect(readFileSync(output).length).toBeGreaterThan(50);
  });
});

describe("a profile that is being written", () => {
  test("is shown as far as it is", async () => {
    const growing = freshPath("growing.mojo");
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin(["-o", growing, "-p", String(target.pid)]);
    await austin.sampling();
    await untilWritten(growing, 20_000);
    const top = await runReader("austin-view", ["--top", "--json", growing]);
    const diff = await runReader("austin-diff", [growing, growing]);
    const converted = await runReader("austin-convert", ["-f", "jsonl", growing]);
    austin.kill("SIGTERM");
    await austin.ended;
    await target.stop();
    expect(JSON.parse(top.stdout)).toMatchObject({ truncated: true });
    expect(JSON.parse(top.stdout).samples).toBeGreaterThan(0);
    expect(diff).toMatchObject({ code: 0 });
    expect(diff.stdout + diff.stderr).toContain("breaks off");
    expect(converted).toMatchObject({ code: 0 });
    expect(converted.stderr).toMatch(/breaks off: its \d+ whole samples were used.\n.*or still runs/);
  });
});

describe("--follow", () => {
  /** More than are needed to tell what comes through a pipe. */
  const SAMPLES = 100;

  /** A profile in pieces: its beginning, in the midst of whose last sample it ends, the rest, and the end of the run. */
  function pieces(): readonly [Uint8Array, Uint8Array, Uint8Array] {
    const encoder = new MojoEncoder();
    encoder.header();
    encoder.metadata("austin", "4.0.0");
    encoder.metadata("mode", "wall");
    const ends: number[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      encoder.stack(42, 0, "2a");
      if (i === 0) {
        encoder.string(2, "app.py");
        encoder.string(3, "work");
        encoder.frame(1, 2, 3, 7, 7, 1, 5);
      }
      encoder.frameRefs(Uint32Array.of(1), 0, 1);
      encoder.metricTime(100);
      encoder.endSample();
      ends.push(encoder.length);
    }
    encoder.metadata("count", String(SAMPLES));
    encoder.metadata("duration", String(100 * SAMPLES));
    const { bytes, length } = encoder.swap(new MojoChunk());
    // Behind the eleventh's head, with which the tenth is over.
    const [middle, end] = [(ends[9] as number) + 7, ends.at(-1) as number];
    return [bytes.slice(0, middle), bytes.slice(middle, end), bytes.slice(end, length)];
  }

  test("gives each sample once the next has begun, until the run is over", async () => {
    const [first, second, end] = pieces();
    const growing = freshPath("growing.mojo");
    writeFileSync(growing, "");
    const child = startReader("austin-convert", ["--follow", "-f", "jsonl", growing]);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const exited = once(child, "exit");
    const heard: string[] = [];
    const hear = async (count: number): Promise<void> => {
      while (heard.length < count) {
        const { done, value } = await lines.next();
        expect(done, heard.join("\n")).toBe(false);
        heard.push(value as string);
      }
    };
    appendFileSync(growing, first);
    // The metadata, and ten samples, as the eleventh has begun.
    await hear(1 + 10);
    appendFileSync(growing, second);
    await hear(1 + SAMPLES - 1);
    appendFileSync(growing, end);
    await hear(1 + SAMPLES + 1);
    expect(await exited).toEqual([0, null]);
    const whole = await runReader("austin-convert", ["-f", "jsonl", growing]);
    expect(`${heard.join("\n")}\n`).toBe(whole.stdout);
    expect(whole.stderr).not.toContain("breaks off");
  });

  test.each(["austin", "mojo", "chrome"])("gives what %s gives of the whole", async (format) => {
    const growing = freshPath("growing.mojo");
    const [first, second, end] = pieces();
    writeFileSync(growing, first);
    const output = freshPath("out");
    const child = startReader("austin-convert", ["--follow", "-f", format, "-o", output, growing]);
    const exited = once(child, "exit");
    const unfinished = () => readdirSync(dirname(output)).filter((name) => name.includes("unfinished"));
    await expect.poll(() => unfinished().length, { timeout: 60_000 }).toBe(1);
    appendFileSync(growing, second);
    appendFileSync(growing, end);
    expect(await exited).toEqual([0, null]);
    const whole = freshPath("whole");
    await runReader("austin-convert", ["-f", format, "-o", whole, growing]);
    expect(readFileSync(output).equals(readFileSync(whole))).toBe(true);
  });

  test.each(["file", "pipe"])("ends in good order at a signal: a %s", async (what) => {
    const growing = freshPath("growing.mojo");
    const [first, second] = pieces();
    // In the midst of the last sample.
    const bytes = Buffer.concat([first, second.subarray(0, -1)]);
    writeFileSync(growing, bytes);
    const child = startReader("austin-convert", ["--follow", "-f", "austin", what === "pipe" ? "-" : growing]);
    // The pipe stays open.
    if (what === "pipe") child.stdin.write(bytes);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
    const ended = once(child, "close");
    const { done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    expect(done, stderr).toBe(false);
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(stderr).toContain(`breaks off: its ${SAMPLES - 1} whole samples were used`);
  });

  test("shows the tables as they are by then on a terminal, and in the end what there is", async () => {
    const growing = freshPath("growing.mojo");
    writeFileSync(growing, pieces()[0]);
    const words = [process.execPath, readerPath("austin-view"), "--top", "--follow", growing];
    const { how, shown } = await inTerminal(words, [["in 10 samples", "\x03"]]);
    expect(how, shown).toBe(0);
    // The terminal's other screen, and the one that was there before.
    const [, live = "", after = ""] = shown.split(/\?1049[hl]/);
    expect(live).toContain("work");
    expect(live).not.toContain("breaks off");
    expect(after).toContain("in 10 samples");
    expect(after).toContain("breaks off");
  });

  test("sums up a running program to its end", async () => {
    const growing = freshPath("running.mojo");
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin(["-o", growing, "-p", String(target.pid)]);
    await austin.sampling();
    await untilWritten(growing);
    const top = runReader("austin-view", ["--top", "--json", "--follow", growing]);
    await untilWritten(growing, 20_000);
    austin.kill("SIGTERM");
    await austin.ended;
    await target.stop();
    const { code, stdout } = await top;
    expect(code).toBe(0);
    const { samples, truncated } = JSON.parse(stdout);
    expect({ samples, truncated }).toEqual({
      samples: (await readWholeProfile(growing)).samples.length,
      truncated: false,
    });
  });

  test.each<[string, string, () => string[], RegExp]>([
    ["a format that needs all", "austin-convert", () => ["-f", "pprof", profile], /--follow goes with chrome, .*jsonl/],
    ["a capture", "austin-convert", () => ["-f", "jsonl", capture], /only profiles can be followed/],
    ["a capture's tables", "austin-view", () => ["--top", capture], /only profiles can be followed/],
    ["a page", "austin-view", () => ["--html", "-", profile], /--follow goes with --top/],
  ])("is refused for %s", async (_, command, args, message) => {
    const { code, stdout, stderr } = await runReader(command, ["--follow", ...args()]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

describe("an output", () => {
  const outputs: readonly (readonly [string, string, (input: string, output: string) => string[]])[] = [
    ["austin-convert", "austin-convert", (input, output) => ["-f", "jsonl", "-o", output, input]],
    ["austin-view --html", "austin-view", (input, output) => ["--html", output, input]],
    ["austin-view --heat", "austin-view", (input, output) => ["--heat", output, input]],
    ["austin-diff", "austin-diff", (input, output) => ["--html", output, input, profile]],
    ["austin-decode", "austin-decode", (input, output) => ["-o", output, input]],
    ["austin-decode --info", "austin-decode", (input, output) => ["--info", "-o", output, input]],
  ];

  test.each(outputs)("of %s that can't be looked at is named, with what the system said", async (_, command, args) => {
    const link = freshPath("link");
    symlinkSync(link, link);
    const output = `${link}/output`;
    const { code, stderr } = await runReader(command, args(command === "austin-decode" ? capture : profile, output));
    expect(code, stderr).toBe(5);
    expect(stderr).toContain(`Cannot write the output '${output}': stat gave ELOOP`);
  });

  test.each(outputs)("of %s is as it was where there is nothing to write", async (_, command, args) => {
    const output = freshPath("output");
    writeFileSync(output, "as it was");
    const foreign = await runReader(command, args("-", output), "no such thing");
    expect(foreign.code).toBe(66);
    expect(readFileSync(output, "utf8")).toBe("as it was");
    const unfinished = () => readdirSync(dirname(output)).filter((name) => name.includes("unfinished"));
    expect(unfinished()).toEqual([]);
    // ... and never what is read.
    const input = freshPath("input");
    writeFileSync(input, readFileSync(command === "austin-decode" ? capture : profile));
    const bytes = readFileSync(input);
    const own = await runReader(command, args(input, input));
    expect(own.code).toBe(64);
    expect(own.stderr).toContain("name another file");
    expect(readFileSync(input)).toEqual(bytes);
  });

  test("of austin-decode is there once all of it is", async () => {
    const output = freshPath("decoded.mojo");
    const child = startReader("austin-decode", ["-o", output, "-"]);
    child.stdin.write(readFileSync(capture).subarray(0, 1000));
    const unfinished = () => readdirSync(dirname(output)).filter((name) => name.includes("unfinished"));
    await expect.poll(() => unfinished().length, { timeout: 60_000 }).toBe(1);
    expect(existsSync(output)).toBe(false);
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(254);
    expect(unfinished()).toEqual([]);
    expect(existsSync(output)).toBe(false);
  });
});

test("austin, too, ends with 70 where something breaks outside of all that awaits it", async () => {
  const { code, stderr } = await runReader("austin", ["--help"], "", { NODE_OPTIONS: preloaded(LATE) });
  expect(code).toBe(70);
  expect(stderr).toMatch(/^An unexpected error occurred\..*\nRangeError: out of everything\n/);
});

test("binary goes to no terminal", async () => {
  for (const args of [[capture], ["-o", "/dev/tty", capture], ["-o", "-", capture]]) {
    const { how, shown } = await inTerminal([process.execPath, readerPath("austin-decode"), ...args]);
    expect(how).toBe(64);
    expect(shown).toContain("is binary and would go to this terminal");
  }
});
