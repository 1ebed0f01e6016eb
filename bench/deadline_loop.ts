// The bare loop that our cadence is measured against: absolute deadlines, Atomics.wait up to each, missed ticks skipped,
// and nothing to do at a tick. Run as a process of its own:  deadline_loop.js INTERVAL_US SECONDS
// Prints one JSON line: {"ticks": taken, "seconds": measured}.
import { writeFileSync } from "node:fs";

const intervalMilliseconds = Number(process.argv[2]) / 1000;
const durationMilliseconds = Number(process.argv[3]) * 1000;

writeFileSync("/proc/self/timerslack_ns", "1"); // as the sampler does: wakes 35 us late in place of 80
const never = new Int32Array(new SharedArrayBuffer(4));

const start = performance.now();
const end = start + durationMilliseconds;
let deadline = start + intervalMilliseconds;
let ticks = 0;
while (deadline < end) {
  for (let now = performance.now(); now < deadline; now = performance.now()) Atomics.wait(never, 0, 0, deadline - now);
  ticks++;
  deadline += intervalMilliseconds;
  const late = performance.now() - deadline;
  if (late > 0) deadline += Math.ceil(late / intervalMilliseconds) * intervalMilliseconds;
}
process.stdout.write(`${JSON.stringify({ ticks, seconds: (performance.now() - start) / 1000 })}\n`);
