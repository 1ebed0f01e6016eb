// The sampler is killed at random instants while it works as hard as it can. Whatever it was doing to its target just then,
// no thread of the target is stopped or traced afterwards, and the target computes what it would have computed alone.
// AUSTIN_TS_KILLS=200 kills more often.
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { parseStat } from "../../src/host/linux/stat.js";
import { parseStatus } from "../../src/host/linux/status.js";
import { type Austin, freshPath, startAustin, untilWritten } from "../austin.js";
import { park, stopCommands } from "../command.js";
import { leftovers } from "../leftovers.js";
import { type Python, pythons } from "../pythons.js";

/** The options under which the sampler has most to do with its target. */
const LOADS = [
  ["-i", "1"],
  ["--still", "always", "-i", "1ms"],
  ...(process.arch === "x64" ? [["-n", "-i", "1ms"]] : []),
];
const KILLS = Number(process.env.AUSTIN_TS_KILLS ?? 24);
const SEED = 20_261_122;
/** The latest instant of a kill, counted from the beginning of sampling, or from where the profile has samples. */
const LATEST_MILLISECONDS = 60;

const python = pythons().findLast(({ debug }) => !debug) as Python;

/** Calls steps of a sum, while another thread waits: 1,000 rounds, and on until SIGUSR1. Then writes the rounds and the sum. */
const WORKER = `
import os, signal, sys, threading

def step(x, depth):
    return step(x, depth - 1) if depth else (x * 1664525 + 1013904223) & 0xffffffff

def steps(x):
    for depth in range(8):
        x = step(x, depth)
        yield x

def work():
    rounds = x = 0
    while rounds < 1000 or not asked:
        for x in steps(x):
            pass
        rounds += 1
    return rounds, x

asked = []
signal.signal(signal.SIGUSR1, lambda *_: asked.append(True))
threading.Thread(target=threading.Event().wait, daemon=True).start()
print("ready", flush=True)
rounds, x = work()
with open(sys.argv[1], "w") as result:
    result.write(f"{rounds} {x}")
`;
const STEPS_A_ROUND = 8;

/** Next number of the sequence that the worker computes, and that our random instants come from. */
function next(x: number): number {
  return (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
}

function expectRightResult(path: string): void {
  const [rounds, sum] = readFileSync(path, "latin1").split(" ").map(Number) as [number, number];
  expect(rounds).toBeGreaterThanOrEqual(1000);
  let x = 0;
  for (let step = rounds * STEPS_A_ROUND; step > 0; step--) x = next(x);
  expect(sum, `after ${rounds} rounds`).toBe(x);
}

let random = SEED;

/**
 * Let a sampler with these arguments sample for a random time, and kill it: every other time not before it has written
 * samples, so that it is well under way.
 * @returns the sampler, and its target's process id
 */
async function killAtRandom(kill: number, args: readonly string[]): Promise<{ austin: Austin; pid: number }> {
  const profile = freshPath();
  const austin = startAustin(["-o", profile, ...args]);
  const pid = await austin.sampling();
  if (kill % 2 === 0) await untilWritten(profile);
  random = next(random);
  await pause((random / 2 ** 32) * LATEST_MILLISECONDS);
  const exited = once(austin.child, "exit");
  austin.kill("SIGKILL");
  expect(await exited).toEqual([null, "SIGKILL"]);
  return { austin, pid };
}

/** Every thread of `pid` runs or waits, and has no tracer. */
function expectUnharmed(pid: number, kill: number): void {
  const threads = readdirSync(`/proc/${pid}/task`);
  expect(threads).toHaveLength(2);
  for (const thread of threads) {
    const facts = (name: string): string => readFileSync(`/proc/${pid}/task/${thread}/${name}`, "latin1");
    // D: it waits for a page of a file. T and t would be: stopped by a signal, by a tracer.
    expect(parseStat(facts("stat"))?.state, `thread ${thread} after kill ${kill}`).toMatch(/^[RSD]$/);
    expect(parseStatus(facts("status")).tracer, `thread ${thread} after kill ${kill}`).toBe(0);
  }
}

describe.each(LOADS.map((options) => [options.join(" "), options]))("with %s", (_, options) => {
  afterEach(async () => {
    await stopCommands();
    // The witness ends when it sees that the sampler has.
    await expect.poll(leftovers).toEqual([]);
  });

  it(
    `leaves an attached target alone, ${KILLS} times`,
    async () => {
      const result = freshPath("result");
      const { pid, child } = await park(python.path, ["-c", WORKER, result]);
      for (let kill = 1; kill <= KILLS; kill++) {
        await killAtRandom(kill, [...options, "-p", String(pid)]);
        expectUnharmed(pid, kill);
      }
      const exited = once(child, "exit");
      child.kill("SIGUSR1");
      expect(await exited).toEqual([0, null]);
      expectRightResult(result);
    },
    60_000 + KILLS * 5000,
  );

  it(
    `leaves the command that it launched alone, ${KILLS} times`,
    async () => {
      for (let kill = 1; kill <= KILLS; kill++) {
        const result = freshPath("result");
        const { austin, pid } = await killAtRandom(kill, [...options, python.path, "-c", WORKER, result]);
        await austin.says(/ready/); // the sampler may have died before
        expectUnharmed(pid, kill);
        process.kill(pid, "SIGUSR1");
        await austin.ended; // the command holds its standard output to its own end
        expectRightResult(result);
      }
    },
    60_000 + KILLS * 5000,
  );
});
