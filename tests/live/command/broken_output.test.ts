// An output that breaks during the run: it is told with code 5, what was written can be read, the command is unharmed.
import { execFileSync } from "node:child_process";
import { closeSync, constants, existsSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, isAlive, readProfile, runAustin, startAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { startTarget } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

/** A program that works for a while and leaves a mark when it is through. */
function marking(mark: string): string[] {
  const script = `
import sys, time
def recurse(depth):
    if depth: return recurse(depth - 1)
    until = time.perf_counter() + 1
    while time.perf_counter() < until: sum(range(1000))
recurse(150)
open(sys.argv[1], "w").close()
`;
  return [python.path, "-c", script, mark];
}

it("a device that is always full", async () => {
  const mark = freshPath("mark");
  const { how, stderr } = await runAustin(["-o", "/dev/full", ...marking(mark)]);
  expect(how, stderr).toBe(5);
  expect(stderr).toMatch(/Cannot write the output '\/dev\/full': write gave ENOSPC/);
  expect(stderr).not.toContain("Open it with");
  expect(existsSync(mark)).toBe(true);
});

it("a pipe that nobody reads is given up with the second signal", async () => {
  const target = await startTarget(python, "busy20.py");
  const pipe = freshPath("pipe");
  execFileSync("mkfifo", [pipe]);
  // Full already, and never read.
  const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  expect(() => {
    for (;;) writeSync(reader, new Uint8Array(1024));
  }).toThrow(expect.objectContaining({ code: "EAGAIN" }));
  const austin = startAustin(["-o", pipe, "-p", String(target.pid)]);
  await austin.sampling();
  // What comes within a moment of the first one is taken for its echo.
  const isOver = (): boolean => {
    if (austin.child.exitCode === null) austin.kill("SIGTERM");
    return austin.child.exitCode !== null;
  };
  await expect.poll(isOver, { interval: 200, timeout: 60_000 }).toBe(true);
  const { how, stderr } = await austin.ended;
  expect(how, stderr).toBe(5);
  expect(stderr).toContain("write gave EINTR");
  expect(isAlive(target.pid)).toBe(true);
  closeSync(reader);
  await target.stop();
});

it("a disk that fills up keeps every whole sample", async ({ skip }) => {
  const disk = freshPath("disk");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disk], { stdio: "pipe" });
  } catch (error) {
    skip(`no small file system to fill: ${(error as Error).message.trim()}`);
  }
  try {
    const mark = freshPath("mark");
    const path = `${disk}/profile.mojo`;
    const { how, stderr } = await runAustin(["-o", path, ...marking(mark)]);
    expect(how, stderr).toBe(5);
    expect(stderr).toMatch(/ENOSPC.* after \d+ bytes/);
    const { samples, truncated } = await readProfile(path);
    expect(truncated).toBe(false);
    expect(samples.length).toBeGreaterThan(10);
    // What is sound is handed on at once: the samples of a millisecond and more, with the names that are new in them.
    expect(128 * 1024 - statSync(path).size).toBeLessThan(16 * 1024);
    expect(existsSync(mark)).toBe(true);
  } finally {
    execFileSync("umount", [disk]);
  }
});

describe("a pipe that is closed by its reader", () => {
  it("leaves a launched command to its end", async () => {
    const mark = freshPath("mark");
    const austin = startAustin(marking(mark));
    const pid = await austin.sampling();
    austin.child.stdout?.once("data", () => austin.child.stdout?.destroy());
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(5);
    expect(stderr).toMatch(/Cannot write the output standard output: write gave EPIPE/);
    expect(stderr).toContain("has closed it");
    expect(existsSync(mark)).toBe(true);
    expect(isAlive(pid)).toBe(false);
  });

  it("leaves an attached target as it is", async () => {
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin(["-p", String(target.pid)]);
    austin.child.stdout?.once("data", () => austin.child.stdout?.destroy());
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(5);
    expect(isAlive(target.pid)).toBe(true);
    await target.stop();
    expect(target.child.exitCode).toBe(0);
  });
});
