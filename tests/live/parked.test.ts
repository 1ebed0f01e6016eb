// CPython as judge: on every interpreter, every stack of every parked target, as our library samples it from outside,
// equals what the target says of itself from inside: whole, in order, with lines and columns.
import { describe, expect, it } from "vitest";
import { attach } from "../../src/index.js";
import { differences } from "../account.js";
import { atEachStage } from "../parked.js";
import { eachPython } from "../pythons.js";
import { assertNoLeftovers } from "../target.js";
import { themes } from "../themes.js";

const SAMPLES = 3; // the first fills the caches, the others come from them

describe.each(eachPython())("stacks of parked targets on Python %s", (_, python) => {
  const rows = themes.filter(({ on }) => on?.(python) ?? true).map((theme) => [theme.title, theme] as const);

  it.each(rows)("%s", async (_, theme) => {
    let session: Awaited<ReturnType<typeof attach>> | undefined;
    try {
      await atEachStage(python, theme, async (account, { pid }) => {
        session ??= await attach(pid, { timeoutMilliseconds: 10_000 });
        for (let number = 0; number < SAMPLES; number++) {
          const snapshot = session.sample();
          const found = differences(account, snapshot?.threads ?? []);
          expect(found.length, `${theme.script} on Python ${python.name}:\n${found.slice(0, 20).join("\n")}`).toBe(0);
          expect(snapshot?.reasons).toEqual([]);
        }
      });
    } finally {
      session?.close();
    }
    assertNoLeftovers();
  });
});
