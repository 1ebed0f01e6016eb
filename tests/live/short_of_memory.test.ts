// A sampler that reads much, and one that is short of memory: what it has read is not kept, a long copy is not taken for an interrupted one, and a
// read that fails for want of memory is no end.
import { execFile } from "node:child_process";
import { constants } from "node:os";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { runAustin } from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { pythons } from "../pythons.js";
import { startTarget, targetPath } from "../target.js";

interface Seen {
  readonly kept: number;
  readonly isInTime: boolean;
  readonly verdict: string;
  readonly failedErrno: number;
  readonly copied: number;
}

const newest = pythons().at(-1) as ReturnType<typeof pythons>[number];

afterEach(assertNoLeftovers);

describe("reading memory", () => {
  let seen: Seen;

  beforeAll(async () => {
    const args = ["--expose-gc", targetPath("short_of_memory.mjs")];
    seen = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Seen;
  });

  it("keeps nothing of what was read, though the event loop has had no turn", () => {
    // Half of it: what is garbage may be swept a moment later.
    expect(seen.kept).toBeLessThan(128 << 20);
  });

  it("doesn't take a long copy for an interrupted one", () => {
    expect(seen.isInTime).toBe(true);
  });

  it("makes no off-CPU copy where there is no memory for it, and says so", () => {
    expect(seen).toMatchObject({ verdict: "unwitnessed", failedErrno: constants.errno.ENOMEM, copied: 0 });
  });
});

it("is told as what could not be read where the kernel has no memory for it", async () => {
  const target = await startTarget(newest, "leaderless.py");
  const through = [newest.path, targetPath("without_copies.py"), "short"];
  const args = ["-t", "300ms", "-x", "1", "-o", "/dev/null", "-p", String(target.pid)];
  const { how, stderr } = await runAustin(args, { through });
  expect(stderr).not.toContain("unexpected");
  expect(how, stderr).not.toBe(70);
  await target.stop();
});
