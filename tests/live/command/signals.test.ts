// Signals to the running command: the profile is complete, a launched command ends in its own way, an attached one goes on.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type Austin, freshPath, isAlive, readWholeProfile, startAustin, untilWritten } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

const SIGNALS = [
  ["SIGINT", 254],
  ["SIGTERM", 241],
  ["SIGHUP", 255],
] as const;

async function launched(how: string, path: string): Promise<[austin: Austin, pid: number]> {
  const austin = startAustin(["-o", path, python.path, targetPath("beats.py"), how]);
  await austin.says(/ready/);
  const pid = await austin.sampling();
  await untilWritten(path);
  await austin.says(/beat/);
  return [austin, pid];
}

describe.each(SIGNALS)("%s", (signal, code) => {
  it(`ends a launched run with ${code}`, async () => {
    const path = freshPath();
    const [austin, pid] = await launched("orderly", path);
    austin.kill(signal);
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
    expect(stderr).toContain(`Ended by ${signal}`);
    expect(stdout.toString()).toMatch(signal === "SIGINT" ? /beat\ncleaned up\nleft\n$/ : /beat\nleft\n$/);
    expect(isAlive(pid)).toBe(false);
    await readWholeProfile(path);
  });

  it(`ends an attached run with ${code}, and the target goes on`, async () => {
    const target = await startTarget(python, "busy20.py");
    const path = freshPath();
    const austin = startAustin(["-o", path, "-p", String(target.pid)]);
    await austin.sampling();
    await untilWritten(path);
    austin.kill(signal);
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
    expect(isAlive(target.pid)).toBe(true);
    await readWholeProfile(path);
    await target.stop();
    expect(target.child.exitCode).toBe(0);
  });

  it("ends the wait for an interpreter", async () => {
    // Without words of its own in the way, bash dies of all three.
    const script = "mkfifo $0; exec 3<>$0; echo ready; read x <&3";
    const austin = startAustin(["-t", "1000s", "-o", freshPath(), "/bin/bash", "-c", script, freshPath("pipe")]);
    await austin.says(/ready/);
    austin.kill(signal);
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
  });
});

describe.each(SIGNALS)("%s to the whole group", (signal, code) => {
  /** The command in a group of its own, in which nobody else is. */
  async function grouped(path: string): Promise<Austin> {
    const args = ["-o", path, python.path, targetPath("beats.py"), "careful"];
    const austin = startAustin(args, { through: ["setsid"] });
    await austin.says(/ready/);
    await austin.sampling();
    await untilWritten(path);
    await austin.says(/beat/);
    return austin;
  }

  it.each([
    ["is enough for the command", []],
    ["after us, as timeout sends it, is one signal", ["us"]],
  ])("%s", async (_, before) => {
    const path = freshPath();
    const austin = await grouped(path);
    if (before.length > 0) austin.kill(signal);
    process.kill(-austin.pid, signal);
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
    expect(stdout.toString()).toMatch(/cleaned up\nleft\n$/);
    await readWholeProfile(path);
  });
});

it("a second Ctrl-C asks once more, a third insists", async () => {
  const path = freshPath();
  const [austin, pid] = await launched("deaf", path);
  austin.kill("SIGINT");
  await austin.says(/got 2\n/);
  await austin.tells(/Sampling statistics/);
  // By now all that was sampled is safe, whatever becomes of us.
  const bytes = readFileSync(path);
  await readWholeProfile(bytes);
  expect(isAlive(pid)).toBe(true);
  austin.kill("SIGINT");
  await austin.says(/got 15\n/);
  expect(isAlive(pid)).toBe(true);
  austin.kill("SIGINT");
  expect((await austin.ended).how).toBe(254);
  expect(isAlive(pid)).toBe(false);
  expect(readFileSync(path)).toEqual(bytes);
});
