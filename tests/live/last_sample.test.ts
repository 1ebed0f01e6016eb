// The end of an exposure is when the last sample is taken, though a turn of the event loop lasts beyond it.
import { afterEach, expect, it } from "vitest";
import { now } from "../../src/memory/monotonic_clock.js";
import { type Connection, connect } from "../../src/sampler/connect.js";
import type { ProcessOptions } from "../../src/sampler/process_options.js";
import { runSession } from "../../src/sampler/session.js";
import { MojoSink } from "../../src/sinks/mojo_sink.js";
import { park, stopCommands } from "../command.js";
import { type Python, pythons } from "../pythons.js";
import { TELL_AND_WAIT } from "../runtime.js";
import { samplesOf } from "../unit/mojo/streams.js";

const EXPOSURE_MICROSECONDS = 200_000;
const EXPOSURE_MILLISECONDS = EXPOSURE_MICROSECONDS / 1000;
/** Longer than any test may last: the last sample is the only one behind the first. */
const FOR_EVER_MS = 1_000_000;

afterEach(stopCommands);

/** Samples a program of one thread for the exposure; the time of all samples, in microseconds. */
async function timeOf(intervalMicroseconds: number, ticked?: () => void): Promise<number> {
  const python = pythons().at(-1) as Python;
  const { pid } = await park(python.path, ["-c", TELL_AND_WAIT]);
  const options: ProcessOptions = { mode: "wall", gc: false, still: "auto", intervalMicroseconds };
  const found = await connect(pid, { timeoutMs: FOR_EVER_MS, launched: true }, undefined, options);
  const sink = new MojoSink();
  const { end } = await runSession({ connections: [found as Connection] }, sink, {
    ...options,
    exposureMicroseconds: EXPOSURE_MICROSECONDS,
    timeoutMilliseconds: FOR_EVER_MS,
    prompt: false,
    ticked,
    signal: new AbortController().signal,
    interfaceVersion: "",
  });
  expect(end).toBe("exposure");
  const samples = await samplesOf(sink.encoder.encoded());
  return samples.reduce((sum, { metrics }) => sum + (metrics.timeMicroseconds ?? 0), 0);
}

/** As somebody who has the processor for so long. */
function keepBusy(): void {
  const start = now();
  while (now() < start + 2 * EXPOSURE_MICROSECONDS);
}

it("is taken behind a turn of the event loop that lasted beyond the end", async () => {
  // Well before the end, so that the turn is the one that is waited in.
  const timer = setTimeout(keepBusy, EXPOSURE_MILLISECONDS / 2);
  expect(await timeOf(FOR_EVER_MS * 1000)).toBeGreaterThanOrEqual(EXPOSURE_MICROSECONDS);
  clearTimeout(timer);
});

it("is taken where we got no processor from before the end until long behind it", async () => {
  let ticks = 0;
  const busyAtThird = (): void => {
    if (++ticks === 3) keepBusy();
  };
  expect(await timeOf(1000, busyAtThird)).toBeGreaterThanOrEqual(EXPOSURE_MICROSECONDS);
});
