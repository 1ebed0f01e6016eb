// The sampler asks the scheduler for short turns, so that it is woken in time on a busy machine; what it launches keeps the
// turns that it would have without it.
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { afterEach, expect, it } from "vitest";
import { freshPath, startAustin, untilWritten } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, pythons } from "../../pythons.js";

afterEach(assertNoLeftovers);

/** Length of a process's turns in nanoseconds; undefined where the kernel doesn't say (se.slice of kernel/sched/debug.c). */
function turnOf(pid: number | "self"): number | undefined {
  const found = /^se\.slice\s*:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/sched`, "utf8"));
  return found ? Number(found[1]) : undefined;
}

const [major, minor] = release().split(".").map(Number) as [number, number];
const hasTurns = major > 6 || (major === 6 && minor >= 12);

it.each([
  ["100us", hasTurns ? 100_000 : turnOf("self")],
  // It hardly ever waits: short turns would only interrupt it.
  ["1us", turnOf("self")],
])(
  "has short turns at an interval of %s where they help, its command has the usual ones",
  async (interval, expected) => {
    const usual = turnOf("self");
    const path = freshPath();
    const python = pythons().at(-1) as Python;
    const austin = startAustin(["-i", interval, "-o", path, python.path, "-c", "import time; time.sleep(60)"]);
    const pid = await austin.sampling();
    await untilWritten(path);
    expect(turnOf(austin.pid)).toBe(expected);
    expect(turnOf(pid)).toBe(usual);
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
  },
);
