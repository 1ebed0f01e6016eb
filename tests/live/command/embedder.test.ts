// A server that embeds Python and serves from threads and processes of its own, as uWSGI does.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath, isAlive, readProfile, readWholeProfile, runAustin, startAustin } from "../../austin.js";
import { park, stopCommands } from "../../command.js";
import { libraries } from "../../embedding.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { targetPath } from "../../target.js";

const PROCESSES = 2;
const THREADS = 4;

const APPLICATION = `
import time


def application():
    until = time.perf_counter() + 0.02
    while time.perf_counter() < until:
        sum(range(1000))
`;
const HOT_LINE = 8;

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

interface Server {
  readonly pid: number;
  readonly workers: readonly number[];
  /** End it, and its workers. */
  stop(): Promise<void>;
}

/** The server, with the application in a module beside it. */
async function serve(library: string): Promise<Server> {
  const module = freshPath("app.py");
  writeFileSync(module, APPLICATION);
  const program = freshPath("workers");
  execFileSync("gcc", [
    "-O1",
    "-pthread",
    "-o",
    program,
    targetPath("workers.c"),
    library,
    `-Wl,-rpath,${join(library, "..")}`,
  ]);
  const load = `exec(compile(open(${JSON.stringify(module)}).read(), ${JSON.stringify(module)}, "exec"))`;
  const { pid, child, line } = await park(program, [load, String(PROCESSES), String(THREADS)]);
  const stop = async (): Promise<void> => {
    const ended = once(child, "exit");
    child.stdin.end();
    await ended;
  };
  return { pid, workers: line.split(" ").map(Number), stop };
}

/** Threads of a process that were seen in the application's loop. */
function serving(samples: readonly Sample[], pid: number): Set<string> {
  const seen = samples.filter(
    (sample) =>
      sample.pid === pid &&
      sample.frames.some(
        (frame) =>
          frame.kind === "code" &&
          frame.scope === "application" &&
          frame.filename.endsWith("app.py") &&
          frame.location.line === HOT_LINE,
      ),
  );
  return new Set(seen.map(({ thread }) => thread));
}

it("there is a Python to embed", () => {
  expect(libraries.length).toBeGreaterThan(0);
});

describe.each(libraries)("that embeds Python %s", (_, library) => {
  it("is sampled in a worker, with all its threads, and serves on", async () => {
    const { workers, stop } = await serve(library);
    const [worker = 0] = workers;
    const path = freshPath();
    const austin = startAustin(["-i", "1ms", "-o", path, "-p", String(worker)]);
    await austin.sampling();
    const seen = async () => serving((await readProfile(path)).samples, worker).size;
    await expect.poll(seen, { timeout: 60_000 }).toBe(THREADS);
    austin.kill("SIGINT");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    await readWholeProfile(path);
    for (const pid of workers) expect(isAlive(pid)).toBe(true);
    await stop();
  });

  it("is attached to even where it runs no Python", async () => {
    const { pid, stop } = await serve(library);
    const where = await runAustin(["-w", String(pid)]);
    expect(where.how, where.stderr).toBe(0);
    const austin = startAustin(["-i", "1ms", "-o", freshPath(), "-p", String(pid)]);
    await austin.sampling();
    austin.kill("SIGINT");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    expect(stderr).not.toContain("not initialised");
    await stop();
  });

  it("is sampled with its workers by -C, all in one profile", async () => {
    const { pid, workers, stop } = await serve(library);
    const path = freshPath();
    const austin = startAustin(["-Ci", "1ms", "-o", path, "-p", String(pid)]);
    await austin.sampling();
    const seen = async () => {
      const { samples } = await readProfile(path);
      return workers.map((worker) => serving(samples, worker).size);
    };
    await expect.poll(seen, { timeout: 60_000 }).toEqual(workers.map(() => THREADS));
    austin.kill("SIGINT");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    for (const worker of workers) expect(isAlive(worker)).toBe(true);
    await stop();
  });
});
