// The run before the run: it samples the decoder's own program in every layout that a table gives, and leaves no trace.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ProcessOptions } from "../../src/sampler/process_options.js";
import { warmUpSampling } from "../../src/sampler/warm_up.js";
import { MojoSink, NOWHERE } from "../../src/sinks/mojo_sink.js";
import { versionFromNumbers } from "../../src/target/interpreter.js";

const OPTIONS: ProcessOptions = { mode: "wall", gc: false, still: "auto", intervalMicroseconds: 100 };

const sink = (): MojoSink => new MojoSink({ destination: NOWHERE, prompt: true });

/** What we are, as far as those whom we start inherit it; and what we have open. */
function ourselves(): unknown {
  const read = (name: string): string => readFileSync(`/proc/self/${name}`, "latin1");
  // SigQ counts what is queued for all processes of the user.
  const status = read("status").match(/^(Sig(?!Q)\w+|Cpus_allowed|NoNewPrivs):.*$/gm);
  return { slack: read("timerslack_ns"), limits: read("limits"), status, files: readdirSync("/proc/self/fd") };
}

describe.each([9, 10, 11, 12, 13, 14, 15, undefined])("of Python 3.%s", (minor) => {
  const version = minor === undefined ? undefined : versionFromNumbers(3, minor);

  it("shows whole stacks that are proven, by their calls and by off-CPU copies", async () => {
    const figures = await warmUpSampling(version, OPTIONS, sink());
    expect(figures?.processes).toBe(1);
    expect(figures?.samples).toBeGreaterThan(0);
    // A busy machine may take our processor in the midst of a copy: such a sample is marked as any other.
    const { unproven = 0, ...others } = figures?.reasons ?? {};
    expect(Object.keys(others).filter((reason) => !reason.startsWith("moved"))).toEqual([]);
    expect(figures?.proofs.unverified).toBe(unproven);
    expect(figures?.proofs.still).toBeGreaterThan(0);
    expect(figures?.proofs.proven).toBeGreaterThan(0);
  });
});

describe.each(["wall", "cpu", "memory", "full"] as const)("in %s mode", (mode) => {
  it("takes samples, and leaves nothing that a command inherits", async () => {
    await warmUpSampling(undefined, OPTIONS, sink());
    const before = ourselves();
    const figures = await warmUpSampling(undefined, { ...OPTIONS, mode, gc: true }, sink());
    expect(figures?.takenTicks).toBeGreaterThan(0);
    expect(ourselves()).toEqual(before);
  });
});

it("ends when it is told to", async () => {
  const figures = await warmUpSampling(undefined, OPTIONS, sink(), AbortSignal.abort());
  expect(figures?.takenTicks).toBeLessThan(400);
});
