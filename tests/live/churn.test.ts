// A program that compiles, runs and drops functions, so that their addresses are reused at once: what is cached must
// never give a function's name, file or line to another. Once stepping from function to function, where every fault counts
// and the running one is known; once running free until enough was seen, where AUSTIN_TS_CHURN_SECONDS lengthens the run.
import { describe, expect, it } from "vitest";
import { attach, type CodeFrame, type InvalidFrame, type Snapshots } from "../../src/index.js";
import { type ChurnFrame, churnFault, isChurned, runningNumber } from "../churn.js";
import { eachPython } from "../pythons.js";
import { assertNoLeftovers, startTarget } from "../target.js";

const STEPS = 2000;
const SECONDS = Number(process.env.AUSTIN_TS_CHURN_SECONDS ?? 2);
const CHURNED = 1000; // stacks inside churned functions that are enough
const PATIENCE = 60; // seconds, for machines on which nothing else gets its turn
const SAMPLES_A_BREATH = 200;

function wholeStack(frames: readonly (CodeFrame | InvalidFrame)[]): ChurnFrame[] | undefined {
  const whole: ChurnFrame[] = [];
  for (const frame of frames) {
    if (frame.kind === "invalid") return undefined;
    whole.push({ scope: frame.scope, filename: frame.filename, line: frame.location.line });
  }
  return whole;
}

/** The stacks of one sample that aren't marked as incomplete. */
function stacks(session: Snapshots): ChurnFrame[][] {
  return (session.sample()?.threads ?? []).flatMap(({ frames, reasons }) => {
    const stack = wholeStack(frames);
    return reasons.length > 0 || stack === undefined ? [] : [stack];
  });
}

describe.each(eachPython())("functions at reused addresses on Python %s", (_, python) => {
  it("gives each parked function its own name, file and line", async () => {
    const target = await startTarget<{ k?: number; functions?: number; reused?: number }>(python, "churn.py", [
      "step",
      String(STEPS),
    ]);
    const session = await attach(target.pid, { timeoutMilliseconds: 10_000 });
    const faults: string[] = [];
    let step = 0;
    let said = await target.next();
    for (; said.k !== undefined; said = await target.next()) {
      // Some functions come and go unseen, so that what is reused is not always the last one's.
      if (step++ % 3 === 1) continue;
      const [stack = []] = stacks(session);
      const fault = churnFault(stack)?.text;
      const running = runningNumber(stack);
      if (fault !== undefined) faults.push(`step ${step}, number ${said.k}: ${fault}`);
      else if (running !== said.k) faults.push(`step ${step}, number ${said.k}: the stack says ${running}`);
    }
    session.close();
    await target.stop();
    expect(step).toBe(STEPS);
    expect(said.reused, `of ${said.functions} functions`).toBeGreaterThan(STEPS / 5);
    expect(faults).toEqual([]);
    assertNoLeftovers();
  });

  it(
    "has no stale name, file or line while functions run",
    async () => {
      const faults = new Map<string, number>();
      let churned = 0;
      // It outlives the sampling: a target's end is another test's matter.
      const target = await startTarget(python, "churn.py", [String(SECONDS + 2 * PATIENCE)]);
      const session = await attach(target.pid, { timeoutMilliseconds: 10_000 });
      const start = performance.now();
      const elapsed = () => (performance.now() - start) / 1000;
      while (elapsed() < SECONDS || (churned <= CHURNED && elapsed() < PATIENCE)) {
        for (let number = 0; number < SAMPLES_A_BREATH; number++) {
          for (const stack of stacks(session)) {
            if (isChurned(stack)) churned++;
            const fault = churnFault(stack);
            if (fault?.kind === "stale") faults.set(fault.text, (faults.get(fault.text) ?? 0) + 1);
          }
        }
        await new Promise(setImmediate);
      }
      session.close();
      target.child.kill("SIGKILL");
      await target.stop();
      expect(churned).toBeGreaterThan(CHURNED);
      expect([...faults], `${churned} stacks inside churned functions`).toEqual([]);
      assertNoLeftovers();
    },
    (SECONDS + 2 * PATIENCE) * 1000,
  );
});
