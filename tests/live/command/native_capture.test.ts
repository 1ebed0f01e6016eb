// Captures of runs with native frames: decoded where there is nothing but the package's own JavaScript and Wasm, they give the profile of the run byte for byte, on every
// CPython and in every mode; filtered as the whole profile is; the same stacks as -w; and cut or damaged, all that came before.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { packPackage } from "../../../packaging/npm_package.js";
import { CaptureError, decodeCapture } from "../../../src/capture/index.js";
import { filterSamples } from "../../../src/filters/api.js";
import { kernelStacksFailure } from "../../../src/host/linux/index.js";
import { readMojo } from "../../../src/mojo/index.js";
import {
  freshPath,
  readProfile,
  readWholeProfile,
  runAustin,
  scopesOf,
  scratch,
  startAustin,
  untilWritten,
} from "../../austin.js";
import { debugDecoder } from "../../decoder/debug_build.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { eachPython, isRelease, type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const lack = process.arch === "x64" ? undefined : "an x86-64 machine";
const newest = pythons().findLast((python) => isRelease(python) && python.wordSize === 8) as Python;
/** Minor versions, one for each way in which frames are put in order: counted, by records, by shims. */
const WAYS = [9, 10, 11, 12, 13, 14, 15];
/** So much of a profile has some hundred samples of it. */
const ENOUGH_BYTES = 40_000;

/** The package as npm packs it, unpacked: no sources, nothing built natively. */
const packed = join(scratch, "packed");

beforeAll(() => {
  mkdirSync(packed);
  execFileSync("tar", ["-xzf", join(packed, packPackage(packed)), "-C", packed]);
  cpSync(join(projectRoot, "node_modules/cac"), join(packed, "package/node_modules/cac"), { recursive: true });
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

/** What a capture decodes to is the run's own profile, in the release and in the debug build. */
async function expectSame(capture: string, profile: string, what: string): Promise<void> {
  const decoded = decode(capture);
  expect(decoded.status, decoded.stderr).toBe(0);
  expect(decoded.stderr).toBe("");
  const live = readFileSync(profile);
  expect(live.length).toBeGreaterThan(500);
  expect(decoded.stdout.equals(live), what).toBe(true);
  const pieces: Uint8Array[] = [];
  const again = decodeCapture(readFileSync(capture), { newDecoder: debugDecoder });
  for await (const piece of again.mojo()) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(live), `${what} in the debug build`).toBe(true);
  expect(again.figures).toMatchObject({ diverged: 0, missing: 0 });
}

/** Sample a process until the profile has enough, under a capture. */
async function captured(pid: number, options: readonly string[] = []): Promise<{ profile: string; capture: string }> {
  const [profile, capture] = [freshPath(), freshPath("run.capture")];
  const words = ["-n", "-i", "1ms", "--flush", "100ms", ...options, "-o", profile, "--capture", capture];
  const austin = startAustin([...words, "-p", `${pid}`]);
  await austin.sampling();
  await untilWritten(profile, ENOUGH_BYTES);
  austin.kill("SIGINT");
  await austin.ended;
  return { profile, capture };
}

describe
  .skipIf(lack !== undefined)
  .each(eachPython((python) => isRelease(python) && python.wordSize === 8 && WAYS.includes(python.version[1])))(
  titled("a capture with native frames of Python %s", lack),
  (_, python) => {
    it("is decoded to the very profile of the run", async () => {
      const target = await startTarget<{ pid: number }>(python, "native_calls.py");
      const { profile, capture } = await captured(target.pid);
      target.child.kill("SIGKILL");
      await target.stop();
      await expectSame(capture, profile, python.name);
      const { samples } = await readWholeProfile(profile);
      const native = samples.filter(({ frames }) => frames.some((frame) => frame.kind === "code" && frame.code));
      expect(native.length).toBeGreaterThan(20);
      expect(new Set(native.flatMap(scopesOf))).toContain("plain");
      assertNoLeftovers();
    });
  },
);

describe.skipIf(lack !== undefined)(titled(`a capture with native frames, of ${newest.name}`, lack), () => {
  it("is the very profile in every mode, of a launched program and of one that is replaced", async () => {
    for (const options of [["-c"], ["-m", "-g"], ["-f", "-g"]]) {
      const [profile, capture] = [freshPath(), freshPath("mode.capture")];
      const command = [newest.path, targetPath("native_calls.py"), "becomes"];
      const words = ["-n", "-i", "1ms", "-x", "2", ...options, "-o", profile, "--capture", capture];
      await runAustin([...words, ...command]);
      await expectSame(capture, profile, options.join(" "));
    }
    assertNoLeftovers();
  });

  it("is the very profile of a family", async () => {
    const [profile, capture] = [freshPath(), freshPath("family.capture")];
    const command = [newest.path, targetPath("family.py"), "fork"];
    const { how, stderr } = await runAustin([
      ...["-n", "-C", "-f", "-i", "2ms", "-o", profile, "--capture", capture],
      ...command,
    ]);
    expect(how, stderr).toBe(0);
    await expectSame(capture, profile, "a family");
    const { samples } = await readWholeProfile(profile);
    const doing = samples.filter(({ frames }) => frames.some((frame) => frame.kind === "code" && frame.code));
    expect(new Set(doing.map(({ pid }) => pid)).size).toBeGreaterThan(1);
    assertNoLeftovers();
  });

  // A child that ends in a sample has frames of those before whose names had only just come to be known.
  it("is the very profile of a family whose children end while their functions are being named", async () => {
    const [profile, capture] = [freshPath(), freshPath("brief.capture")];
    const { how, stderr } = await runAustin([
      ...["-n", "-C", "-f", "-i", "1ms", "-o", profile, "--capture", capture],
      ...[newest.path, targetPath("family.py"), "brief"],
    ]);
    expect(how, stderr).toBe(0);
    await expectSame(capture, profile, "brief children");
    const { samples } = await readWholeProfile(profile);
    expect(new Set(samples.map(({ pid }) => pid)).size).toBeGreaterThan(10);
    assertNoLeftovers();
  });

  it("is filtered as the whole profile is", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { profile, capture } = await captured(target.pid);
    target.child.kill("SIGKILL");
    await target.stop();
    for (const filters of [{ functions: ["waits"] }, { modules: ["*libc.so.6"] }, { functions: ["!outer"] }]) {
      const whole = [];
      for await (const sample of filterSamples(readMojo(readFileSync(profile)), filters)) whole.push(sample);
      const own = [];
      for await (const sample of decodeCapture(readFileSync(capture), { filters })) own.push(sample);
      expect(own.length).toBeGreaterThan(0);
      expect(own).toEqual(whole);
    }
    assertNoLeftovers();
  });

  it("is its owner's alone, and its last stacks have native frames", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { capture } = await captured(target.pid);
    target.child.kill("SIGKILL");
    await target.stop();
    expect(statSync(capture).mode & 0o777).toBe(0o600);
    const where = decode("--where", "--json", capture);
    expect(where.status, where.stderr).toBe(0);
    expect(where.stdout.toString()).toContain('"native":true');
    const check = JSON.parse(decode("--check", "--json", capture).stdout.toString());
    expect(check).toMatchObject({ readOtherwise: 0, notCaptured: 0, cut: false });
    assertNoLeftovers();
  });

  it("that is cut, or damaged, is used up to there", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { profile, capture } = await captured(target.pid);
    target.child.kill("SIGKILL");
    await target.stop();
    const file = readFileSync(capture);
    const live = readFileSync(profile);
    let last = 0;
    for (const share of [0.5, 0.7, 0.95]) {
      const pieces: Uint8Array[] = [];
      const cut = decodeCapture(file.subarray(0, Math.floor(share * file.length)));
      for await (const piece of cut.mojo()) pieces.push(piece);
      const mojo = Buffer.concat(pieces);
      expect(cut.isCut).toBe(true);
      expect(mojo.equals(live.subarray(0, mojo.length))).toBe(true);
      expect(mojo.length).toBeGreaterThanOrEqual(last);
      last = mojo.length;
    }
    expect((await readProfile(live.subarray(0, last))).samples.length).toBeGreaterThan(0);
    const damaged = Buffer.from(file);
    const at = Math.floor(0.95 * file.length);
    damaged[at] = (damaged[at] as number) ^ 1;
    writeFileSync(capture, damaged);
    const told = decode(capture);
    expect(told.status).toBe(66);
    expect(told.stderr).toContain("damaged");
    expect(told.stdout.length).toBeGreaterThan(500);
    expect(told.stdout.equals(live.subarray(0, told.stdout.length))).toBe(true);
    await expect(
      (async () => {
        for await (const _ of decodeCapture(damaged).mojo());
      })(),
    ).rejects.toThrow(CaptureError);
    assertNoLeftovers();
  });

  it("of a look shows the same stacks again", async () => {
    const target = await startTarget<{ pid: number }>(newest, "c_thread.py");
    const capture = freshPath("look.capture");
    const { how, stdout, stderr } = await runAustin(["-n", "-w", `${target.pid}`, "--capture", capture]);
    expect(how, stderr).toBe(0);
    expect(stderr).toContain("holds raw memory");
    expect(stdout.toString()).toMatch(/native|pause/);
    const again = decode("--where", capture);
    expect(again.status, again.stderr).toBe(0);
    expect(again.stdout.toString()).toBe(stdout.toString());
    target.child.kill("SIGKILL");
    await target.stop();
    assertNoLeftovers();
  });
});

/** What a look at a program shows, its capture shows again. @param shown something that is to be in it */
async function expectSameLook(python: Python, options: readonly string[], shown: string): Promise<void> {
  const target = await startTarget<{ pid: number }>(python, "native_calls.py");
  const capture = freshPath("look.capture");
  const words = [...options, "-w", `${target.pid}`, "--capture", capture, "--json"];
  const { how, stdout, stderr } = await runAustin(words);
  expect(how, stderr).toBe(0);
  expect(stdout.toString()).toContain(shown);
  expect(decode("--where", "--json", capture).stdout.toString()).toBe(stdout.toString());
  target.child.kill("SIGKILL");
  await target.stop();
  assertNoLeftovers();
}

const kernelLack =
  lack ?? (kernelStacksFailure() === undefined ? undefined : "root whom the kernel tells its stacks (CAP_SYS_ADMIN)");

describe.skipIf(kernelLack !== undefined)(titled("a capture with the kernel's frames", kernelLack), () => {
  it("is decoded to the very profile of the run, and has them in its last stacks", async () => {
    const target = await startTarget<{ pid: number }>(newest, "kernel_waits.py");
    const { profile, capture } = await captured(target.pid, ["-k"]);
    target.child.kill("SIGKILL");
    await target.stop();
    await expectSame(capture, profile, "kernel frames");
    const { samples, metadata } = await readWholeProfile(profile);
    expect(samples.filter(({ frames }) => frames.at(-1)?.kind === "kernel").length).toBeGreaterThan(20);
    expect(metadata.get("kernel stacks")).toMatch(/^[1-9]\d*\/[1-9]\d*$/);
    expect(decode("--where", "--json", capture).stdout.toString()).toContain('"kernel":true');
    assertNoLeftovers();
  });

  it("of a look shows the same stacks again", async () => {
    await expectSameLook(newest, ["-n", "-k"], '"kernel":true');
  });
});

describe
  .skipIf(lack !== undefined)
  .each(eachPython((python) => isRelease(python) && python.wordSize === 8 && [9, 11, 13].includes(python.version[1])))(
  titled("a look with native frames at Python %s that is captured", lack),
  (_, python) => {
    it("shows the same stacks again", async () => {
      await expectSameLook(python, ["-n"], '"native":true');
    });
  },
);
