// The package as another program uses it: by its name, through its exports, without its sources.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, it } from "vitest";
import { freshPath, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

const CONSUMER = `
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { attach, AttachError, readMojo, TargetLost } from "austin-ts";
import { hottestFunctions, readMojo as sameReader } from "austin-ts/mojo";
import { Decoder } from "austin-ts/decoder";

const [pid, profilePath] = process.argv.slice(1);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const tell = (value) => process.stdout.write(JSON.stringify(value) + "\\n");

const session = await attach(Number(pid));
const { threads } = session.sample();
let samples = 0;
for await (const sample of readMojo(readFileSync(profilePath))) samples++;
tell({
  version: session.interpreter.version.text,
  stacks: threads.map(({ nativeId, frames }) => [nativeId, frames.map(({ scope }) => scope)]),
  samples,
  same: readMojo === sameReader && typeof hottestFunctions === "function" && typeof Decoder === "function",
});
await lines.next();
const caught = [];
try { session.sample(); } catch (error) { caught.push(error instanceof TargetLost && error.pid === Number(pid)); }
try { await attach(Number(pid)); } catch (error) { caught.push(error instanceof AttachError && error.result.kind); }
session.close();
tell(caught);
process.exit(0);
`;

it("samples a process, reads a profile, and names the end of the process", async () => {
  const path = freshPath();
  expect((await runAustin(["-o", path, python.path, targetPath("short.py")])).how).toBe(0);
  const target = await startTarget(python, "busy20.py");
  const consumer = spawn(process.execPath, ["--input-type=module", "-e", CONSUMER, String(target.pid), path], {
    cwd: projectRoot,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const told = createInterface({ input: consumer.stdout })[Symbol.asyncIterator]();
  const first = JSON.parse((await told.next()).value as string);
  expect(first).toMatchObject({ version: python.version.join("."), same: true });
  expect(first.samples).toBeGreaterThan(0);
  const stack = new Map<number, string[]>(first.stacks).get(target.pid);
  expect(stack?.slice(0, 3)).toEqual(["<module>", "run", "level"]);
  await target.stop();
  consumer.stdin.write("the target has ended\n");
  expect(JSON.parse((await told.next()).value as string)).toEqual([true, "gone"]);
  if (consumer.exitCode === null) await once(consumer, "exit");
});
