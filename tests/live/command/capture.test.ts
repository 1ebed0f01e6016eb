// Captures of living programs, decoded where there is nothing but the package's own JavaScript and Wasm: the same profile byte for
// byte on every CPython and in every mode, the same stacks as -w, and a file that is nobody else's to read.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { packPackage } from "../../../packaging/npm_package.js";
import { HEAD_BYTES } from "../../../src/capture/format.js";
import { decodeCapture } from "../../../src/capture/index.js";
import { fileHead } from "../../../src/recording/blocks.js";
import { freshPath, runAustin, scratch, startAustin, untilWritten } from "../../austin.js";
import { debugDecoder } from "../../decoder/debug_build.js";
import { eachPython, type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget } from "../../target.js";

const MODES: readonly (readonly string[])[] = [
  [],
  ["-c", "-i", "1ms"],
  ["-m", "-g"],
  ["-f", "-g"],
  ["--still", "always"],
];
/** Calls, takes memory, and collects. */
const GROWING = `
import gc, time
kept = []
def level(levels): return level(levels - 1) if levels else kept.append(bytearray(50000))
end = time.time() + 0.3
while time.time() < end:
    level(12)
    if len(kept) % 200 == 0: gc.collect()
`;
const python = pythons().at(-1) as Python;

/** The package as npm packs it, unpacked: no sources, nothing built natively, one dependency. */
const packed = join(scratch, "packed");

beforeAll(() => {
  mkdirSync(packed);
  execFileSync("tar", ["-xzf", join(packed, packPackage(packed)), "-C", packed]);
  cpSync(join(projectRoot, "node_modules/cac"), join(packed, "package/node_modules/cac"), { recursive: true });
  expect(existsSync(join(packed, "package/native/build"))).toBe(false);
  expect(readdirSync(join(packed, "package/dist/wasm"))).toContain("decoder.wasm");
}, 60_000);

/** austin-decode of the package, with nothing on PATH. */
function decode(...args: string[]): { status: number | null; stdout: Buffer; stderr: string } {
  const command = join(packed, "package/dist/bin/austin-decode.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: packed,
    env: { PATH: "/nowhere" },
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr: stderr.toString() };
}

/** Run a command under a capture, and decode that. */
async function same(options: readonly string[], command: readonly string[]): Promise<void> {
  const [profile, capture] = [freshPath(), freshPath("run.capture")];
  const { how, stderr } = await runAustin([...options, "-o", profile, "--capture", capture, ...command]);
  expect(how, stderr).toBe(0);
  const decoded = decode(capture);
  expect(decoded.status, decoded.stderr).toBe(0);
  expect(decoded.stderr).toBe("");
  expect(decoded.stdout.length).toBeGreaterThan(500);
  const live = readFileSync(profile);
  expect(decoded.stdout.equals(live), options.join(" ")).toBe(true);
  // Its assertions see what the release build would not.
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeCapture(readFileSync(capture), { newDecoder: debugDecoder }).mojo())
    pieces.push(piece);
  expect(Buffer.concat(pieces).equals(live), `${options.join(" ")} in the debug build`).toBe(true);
}

describe.each(eachPython())("a capture of Python %s", (_, { path }) => {
  it("is decoded to the very profile of the run, in every mode", async () => {
    for (const options of MODES) await same(options, [path, "-c", GROWING]);
  });
});

describe("a capture of several processes", () => {
  it("is decoded to the very profile of the run", async () => {
    const program = `
import subprocess, sys, time
code = "import time\\nend = time.time() + 0.4\\nwhile time.time() < end: sum(range(500))"
for child in [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]: child.wait()
exec(code)
`;
    await same(["-C", "-f"], [python.path, "-c", program]);
  });
});

/** Blocks that are written whole. */
function wholeBlocks(path: string): number {
  const file = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let blocks = -1;
  let end = fileHead().length;
  while (end <= file.length) {
    blocks++;
    end += HEAD_BYTES + (end + HEAD_BYTES <= file.length ? file.readUInt32LE(end) : 0);
  }
  return Math.max(0, blocks);
}

describe("a capture alone", () => {
  it("is for its owner, says what it holds, and leaves standard output to the command", async () => {
    const capture = freshPath("alone.capture");
    writeFileSync(capture, "old", { mode: 0o666 });
    // It ends where it works: a program that returns from its module goes on without a Python function for a moment.
    const work = "import os, time\nend = time.time() + 0.3\nwhile time.time() < end: sum(range(500))";
    const program = `${work}\nprint('said', flush=True)\nos._exit(0)`;
    const { how, stdout, stderr } = await runAustin(["--capture", capture, python.path, "-c", program]);
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toBe("said\n");
    expect(statSync(capture).mode & 0o777).toBe(0o600);
    expect(stderr).toMatch(/holds raw memory of the process: [\d.]+ \w+ were read, [\d.]+ \w+ written/);
    expect(stderr).not.toContain("Profile  .");
    const check = decode("--check", "--json", capture);
    expect(JSON.parse(check.stdout.toString())).toMatchObject({ readOtherwise: 0, notCaptured: 0, cut: false });
    const info = JSON.parse(decode("--info", "--json", capture).stdout.toString());
    expect(info).toMatchObject({ origin: { tool: "austin-ts" }, profile: { mode: "wall" }, cut: false });
    expect(info.processes).toHaveLength(1);
    expect(decode("--where", capture).stdout.toString()).toContain("<module>");
    const refused = decode("--json", capture);
    expect([refused.status, refused.stderr]).toEqual([64, expect.stringContaining("--json goes with")]);
    expect(decode(freshPath()).status).toBe(66);
    expect(decode("-o", "/dev/full", capture).status).toBe(5);
  });

  it("that breaks off is used up to there", async () => {
    const [profile, capture] = [freshPath(), freshPath("killed.capture")];
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin(["-o", profile, "--capture", capture, "-p", String(target.pid)]);
    await austin.sampling();
    // What was sampled up to here is in a block that is not the last one: that one is cut.
    await untilWritten(profile, 2000);
    const before = wholeBlocks(capture);
    await expect.poll(() => wholeBlocks(capture), { timeout: 60_000 }).toBeGreaterThan(before + 2);
    austin.kill("SIGKILL");
    await austin.ended;
    const file = readFileSync(capture);
    const whole = decode(capture);
    // That the run went on is told, wherever it was killed.
    expect([whole.status, whole.stderr]).toEqual([0, expect.stringContaining("breaks off")]);
    writeFileSync(capture, file.subarray(0, file.length - 7));
    const cut = decode(capture);
    expect([cut.status, cut.stderr]).toEqual([0, expect.stringContaining("breaks off")]);
    expect(cut.stdout.equals(whole.stdout.subarray(0, cut.stdout.length))).toBe(true);
    expect(cut.stdout.length).toBeGreaterThan(500);
  });

  it("can't be where no file can be", async () => {
    const { how, stderr } = await runAustin(["--capture", "/nowhere/file", python.path, "-c", "print()"]);
    expect([how, stderr]).toEqual([5, expect.stringContaining("/nowhere/file")]);
  });
});

describe("a look that is captured", () => {
  it("shows the same stacks again", async () => {
    const target = await startTarget(python, "busy20.py");
    const capture = freshPath("look.capture");
    const { how, stdout, stderr } = await runAustin(["-w", String(target.pid), "--capture", capture]);
    expect(how, stderr).toBe(0);
    expect(stderr).toContain("holds raw memory");
    expect(decode("--where", capture).stdout.toString()).toBe(stdout.toString());
    expect(decode(capture)).toMatchObject({ status: 66, stderr: expect.stringContaining("--where") });
  });
});
