// A program that compiles, runs and drops functions, so that their addresses are reused at once: what is cached must
// never give a function's name, file or line to another. AUSTIN_TS_CHURN_SECONDS lengthens the run (60 for a release).
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { attach, type CodeFrame, type InvalidFrame } from "../../src/index.js";
import { type ChurnFrame, churnFault, isChurned } from "../churn.js";
import { eachPython } from "../pythons.js";
import { assertNoLeftovers, startTarget } from "../target.js";

const SECONDS = Number(process.env.AUSTIN_TS_CHURN_SECONDS ?? 4);
const SAMPLES_A_BREATH = 200;

function wholeStack(frames: readonly (CodeFrame | InvalidFrame)[]): ChurnFrame[] | undefined {
  const whole: ChurnFrame[] = [];
  for (const frame of frames) {
    if (frame.kind === "invalid") return undefined;
    whole.push({ scope: frame.scope, filename: frame.filename, line: frame.location.line });
  }
  return whole;
}

describe.each(eachPython())("functions at reused addresses on Python %s", (_, python) => {
  it(
    "0 stale names, files and lines",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "churn-"));
      const faults = new Map<string, number>();
      let churned = 0;
      try {
        const summary = join(folder, "summary.json");
        const target = await startTarget(python, "churn.py", [String(SECONDS), summary]);
        const session = await attach(target.pid, { timeoutMilliseconds: 10_000 });
        try {
          const end = performance.now() + SECONDS * 900; // the target's end is another test's matter
          while (performance.now() < end) {
            for (let number = 0; number < SAMPLES_A_BREATH; number++) {
              for (const { frames, reasons } of session.sample()?.threads ?? []) {
                const stack = wholeStack(frames);
                if (reasons.length > 0 || stack === undefined) continue; // marked as incomplete
                if (isChurned(stack)) churned++;
                const fault = churnFault(stack);
                if (fault?.kind === "stale") faults.set(fault.text, (faults.get(fault.text) ?? 0) + 1);
              }
            }
            await new Promise(setImmediate);
          }
        } finally {
          session.close();
        }
        await new Promise((resolve) =>
          target.child.exitCode === null ? target.child.on("exit", resolve) : resolve(0),
        );
        await target.stop();
        const { functions, reused } = JSON.parse(readFileSync(summary, "utf8")) as {
          functions: number;
          reused: number;
        };
        expect(reused, `of ${functions} functions`).toBeGreaterThan(functions / 10);
      } finally {
        await rm(folder, { recursive: true });
      }
      expect(churned).toBeGreaterThan(1000);
      expect([...faults], `${churned} stacks inside churned functions`).toEqual([]);
      assertNoLeftovers();
    },
    (SECONDS + 60) * 1000,
  );
});
