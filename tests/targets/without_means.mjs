// A sampler's process that has run out of what off-CPU copies take, and gets it back. Needs a build.
//
// usage: without_means.mjs PID THREAD ADDRESS BYTES: of tests/targets/two_words.py
//
// Says "ready {...}": what became of off-CPU copies without a descriptor, without a thread to make them, and with both.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

const [pid, thread, address, bytes] = process.argv.slice(2).map(Number);
const REQUEST_BYTES = 24;
const { LiveMemory } = await import("../../dist/src/memory/live.js");
const { OffCpuMemory } = await import("../../dist/src/sampler/off_cpu_memory.js");
const memory = new Uint8Array(REQUEST_BYTES + bytes);
const view = new DataView(memory.buffer);
view.setBigUint64(0, BigInt(address), true);
view.setUint32(8, bytes, true);
view.setUint32(12, REQUEST_BYTES, true);
const live = new LiveMemory(pid);
const source = new OffCpuMemory(live, 100_000);

/** Whether an off-CPU copy comes about, however often it moves first. */
function tryOffCpu(times) {
  for (let i = 0; i < times; i++) if (source.fillOffCpu(memory, 0, 1, thread)) return true;
  return false;
}

function limitMemory(limit) {
  execFileSync("prlimit", [`--pid=${process.pid}`, `--as=${limit}:`]);
}

const held = [];
try {
  for (;;) held.push(openSync("/dev/null", "r"));
} catch {
  // That was the last.
}
const still = tryOffCpu(1);
const { unavailable } = source;
for (const descriptor of held) closeSync(descriptor);

// A thread's stack takes 8 MiB of addresses.
const kibibytes = Number(/^VmSize:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))[1]);
limitMemory((kibibytes + 4096) * 1024);
const stillWithoutThreads = tryOffCpu(1);
const cause = Object.keys(source.prevented).find((one) => one.startsWith("pthread_create"));
limitMemory("unlimited");
console.log(
  `ready ${JSON.stringify({
    withoutDescriptors: { still, unavailable },
    withoutThreads: { still: stillWithoutThreads, cause },
    after: tryOffCpu(1_000_000),
  })}`,
);
source.close();
