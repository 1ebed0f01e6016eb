// `-n` where what is sampled comes and goes: programs that follow each other in one process, code that is unloaded, threads and children that end in the midst of a sample. Nothing
// of one is told as another's, what has nothing to do with it stays, and who has ended is left.
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled, unlessThere } from "../../needs.js";
import { isRelease, type Python, pythons } from "../../pythons.js";
import { startCommand } from "../../started.js";

const lack = process.arch === "x64" ? undefined : "an x86-64 machine";
const releases = pythons().filter((python) => isRelease(python) && python.wordSize === 8);
const newest = releases.at(-1) as Python;
/** Binaries of several names, whose code may have the same addresses. */
const binaries = [...new Map(releases.map((python) => [python.version[1], python])).values()].slice(-3);
const binariesLack = lack ?? unlessThere(binaries.length > 1, "CPythons of two versions: ../shared/tools/pythons.sh");

const FOLLOWS = `
import os, sys, time, zlib
left = int(sys.argv[1])
# Behind an exec, it goes on.
end = time.process_time() + 0.4
while time.process_time() < end:
    zlib.compress(b"abcdefgh" * 20000, 9)
    sorted(range(3000), key=lambda x: -x)
if left:
    others = sys.argv[2:]
    following = others[left % len(others)]
    os.execv(following, [following, "-c", os.environ["PROGRAM"], str(left - 1), *others])
`;
const MAPS = `
import mmap, time, zlib
end = time.time() + 2
while time.time() < end:
    code = mmap.mmap(-1, 65536, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    zlib.crc32(b"x" * 3000000) + sum(range(20000))
    code.close()
`;
const SHORT_THREADS = `
import threading, time
end = time.time() + 2
while time.time() < end:
    threads = [threading.Thread(target=time.sleep, args=(0.001,)) for _ in range(5)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
`;

const FORKS = `
import os, select, time
print('{"pid": %d}' % os.getpid(), flush=True)
while not select.select([0], [], [], 0)[0]:
    if os.fork() == 0:
        end = time.time() + 0.05
        while time.time() < end: sum(range(300))
        os._exit(0)
    os.wait()
`;

async function profileOf(
  options: readonly string[],
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const path = freshPath();
  const { how, stderr } = await runAustin(["-n", "-i", "1ms", ...options, "-o", path, ...command], { env });
  expect(how, stderr).toBe(0);
  assertNoLeftovers();
  return { ...(await readWholeProfile(path)), stderr };
}

describe.skipIf(binariesLack !== undefined)(titled("programs that follow each other", binariesLack), () => {
  it.each([[[]], [["-C"]]])("have frames of their own binary alone: %j", async (options) => {
    const others = binaries.map(({ path }) => path);
    const command = [newest.path, "-c", FOLLOWS, "6", ...others];
    const { samples } = await profileOf(options, command, { PROGRAM: FOLLOWS });
    // Of places without a symbol, the name has the binary's.
    const placed = samples.flatMap(({ frames }) =>
      frames.flatMap((frame) => {
        const [, named] = frame.kind === "code" ? (/^(python[\d.]+)\+0x/.exec(frame.scope) ?? []) : [];
        return named === undefined || frame.kind !== "code" ? [] : [[named, basename(frame.filename)] as const];
      }),
    );
    expect(new Set(placed.filter(([named, file]) => named !== file).map(String))).toEqual(new Set());
    const files = samples.flatMap(({ frames }) => frames.map((frame) => (frame.kind === "code" ? frame.filename : "")));
    for (const python of others)
      expect(
        files.some((file) => basename(file) === basename(python)),
        python,
      ).toBe(true);
  });
});

describe.skipIf(lack !== undefined)(titled("what comes and goes", lack), () => {
  it("is no code of samples that have nothing of it: these stay", async () => {
    const { samples, metadata } = await profileOf([], [newest.path, "-c", MAPS]);
    expect(Number(metadata.get("reason native frames missing: code was unloaded") ?? 0)).toBeLessThan(
      0.2 * samples.length,
    );
    const native = samples.filter(({ frames }) => frames.some((frame) => frame.kind === "code" && frame.code));
    expect(native.length).toBeGreaterThan(0.5 * samples.length);
  });

  it("is no debugger's where it is a thread that is about to end", async () => {
    const { stderr } = await profileOf([], [newest.path, "-c", SHORT_THREADS]);
    expect(stderr).not.toContain("can't be held");
  });

  it("leaves a look at a family without those that have ended meanwhile", async () => {
    const target = await startCommand<{ pid: number }>([newest.path, "-c", FORKS], "a program that forks");
    for (let look = 0; look < 6; look++) {
      const { how, stdout, stderr } = await runAustin(["-n", "-C", "-w", String(target.ready.pid)]);
      expect(how, stderr).toBe(0);
      expect(stdout.toString()).toContain(String(target.ready.pid));
    }
    await target.stop();
    assertNoLeftovers();
  });
});
