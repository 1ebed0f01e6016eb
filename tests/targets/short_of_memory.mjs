// A sampler's process that reads much, and is short of memory. Needs a build.
//
// usage: node --expose-gc short_of_memory.mjs
//
// Says, as JSON: the bytes that are kept of 256 reads of 1 MiB in one turn of the event loop; whether a copy of 4 MiB was ever in time;
// and what became of an off-CPU copy for which there was no memory.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { addressOf, LiveMemory } = await import("../../dist/src/memory/live.js");
const MEBIBYTE = 1 << 20;
const REQUEST_BYTES = 24;
const own = new Uint8Array(64 * MEBIBYTE).fill(1);
const live = new LiveMemory(process.pid);

/** A copy of so many bytes of ours. */
function requestFor(length) {
  const memory = new Uint8Array(REQUEST_BYTES + length);
  const view = new DataView(memory.buffer);
  view.setBigUint64(0, addressOf(own), true);
  view.setUint32(8, length, true);
  view.setUint32(12, REQUEST_BYTES, true);
  return { memory, copied: () => view.getUint32(16, true) };
}

for (let i = 0; i < 256; i++) live.read(addressOf(own), MEBIBYTE);
globalThis.gc();
globalThis.gc();
const kept = process.memoryUsage().arrayBuffers - own.length;

const large = requestFor(4 * MEBIBYTE);
let isInTime = false;
for (let i = 0; i < 1000 && !isInTime; i++) {
  live.fill(large.memory, 0, 1);
  isInTime = !live.late;
}

const larger = requestFor(own.length);
const stand = { processor: -1, patienceMicroseconds: 0, witness: -1, note: -1 };
const kibibytes = Number(/^VmSize:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))[1]);
execFileSync("prlimit", [`--pid=${process.pid}`, `--as=${(kibibytes + 1024) * 1024}:`]);
const verdict = live.readOffCpu(larger.memory, 0, 1, stand);
const { failedErrno } = live;
const copied = larger.copied();
execFileSync("prlimit", [`--pid=${process.pid}`, "--as=unlimited:"]);
console.log(JSON.stringify({ kept, isInTime, verdict, failedErrno, copied }));
