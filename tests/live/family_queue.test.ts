// Who of a family is looked at next: each member once, however often its interpreter is lost and found.
import { afterEach, expect, it } from "vitest";
import { Clock } from "../../src/sampler/clock.js";
import { Decoders } from "../../src/sampler/decoders.js";
import { Family } from "../../src/sampler/family.js";
import { park, stopCommands } from "../command.js";
import { pythons } from "../pythons.js";

afterEach(stopCommands);

it("a member that is lost right after it was found waits in one place", async () => {
  const { pid } = await park((pythons().at(-1) as { path: string }).path, [
    "-c",
    "import sys; print('ready', flush=True); sys.stdin.read()",
  ]);
  const sampling = { intervalMicroseconds: 1000, mode: "wall", gc: false, still: "auto" } as const;
  const family = new Family(pid, new Decoders(), sampling);
  let found = 0;
  const listener = { found: () => void found++, left: () => {} };
  for (let times = 1; times <= 3; times++) {
    await expect
      .poll(() => {
        if (found < times) family.look(Clock.now(), 0, listener);
        return found;
      })
      .toBe(times);
    family.lost(pid);
    expect(family.tableSizes).toMatchObject({ members: 1, "queued members": 1 });
  }
  family.close();
});
