// The look that finds an interpreter ready is the process's first sample: one that ends before the first tick has been seen.
import { afterEach, describe, expect, it } from "vitest";
import { type Connection, connect } from "../../src/sampler/connect.js";
import type { ProcessOptions } from "../../src/sampler/process_options.js";
import { runSession } from "../../src/sampler/session.js";
import { MojoSink } from "../../src/sinks/mojo_sink.js";
import { park, stopCommands } from "../command.js";
import { eachPython, type Python } from "../pythons.js";
import { TELL_AND_WAIT } from "../runtime.js";
import { samplesOf } from "../unit/mojo/streams.js";

/** Longer than any test may last: whoever waits for it fails. */
const FOR_EVER_MS = 1_000_000;

afterEach(stopCommands);

/** The profile of a program that ends as soon as its interpreter was found ready. */
async function profileOf(python: Python, options: ProcessOptions): Promise<Uint8Array> {
  const { pid } = await park(python.path, ["-c", TELL_AND_WAIT]);
  const found = await connect(pid, { timeoutMs: FOR_EVER_MS, launched: true }, undefined, options);
  await stopCommands();
  const sink = new MojoSink();
  const { end } = await runSession({ connections: [found as Connection] }, sink, {
    ...options,
    exposureMicroseconds: 0,
    timeoutMilliseconds: FOR_EVER_MS,
    prompt: false,
    signal: new AbortController().signal,
    interfaceVersion: "",
  });
  expect(end).toBe("target-ended");
  return sink.encoder.encoded();
}

describe.each(eachPython())("on Python %s", (_, python) => {
  it.each(["auto", "never", "always"] as const)("it is in the profile, with off-CPU copies %s", async (still) => {
    const options: ProcessOptions = { mode: "wall", gc: false, still, intervalMicroseconds: 100 };
    const samples = await samplesOf(await profileOf(python, options));
    expect(samples.length).toBe(1);
    expect(samples[0]?.frames).toContainEqual(expect.objectContaining({ kind: "code", scope: "<module>" }));
  });
});
