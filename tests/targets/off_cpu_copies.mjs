// A sampler's process, reduced to its off-CPU copies of tests/targets/two_words.py. Needs a build.
//
// usage: off_cpu_copies.mjs PID THREAD ADDRESS BYTES COPIES WORKERS
//
// Copies until COPIES copies were still (0: for ever), says "ready" after the first and "ready {still, torn, readers}" after
// the last: how many of these had joined two moments, and how many reader threads there were. With WORKERS, each of so many
// worker threads does that, and the last line comes when they, and all readers, have ended.
import { readdirSync, readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const [pid, thread, address, bytes, copies, workers] = isMainThread ? process.argv.slice(2).map(Number) : workerData;
const REQUEST_BYTES = 24;

/** Threads of this process that wait for copies to make. */
function readers() {
  const names = readdirSync("/proc/self/task").map((tid) => {
    try {
      return readFileSync(`/proc/self/task/${tid}/comm`, "latin1");
    } catch {
      return ""; // it has just ended
    }
  });
  return names.filter((name) => name === "parked reader\n").length;
}

async function copy() {
  const { LiveMemory } = await import("../../dist/src/memory/live.js");
  const { OffCpuMemory } = await import("../../dist/src/sampler/off_cpu_memory.js");
  const source = new OffCpuMemory(new LiveMemory(pid));
  const memory = new Uint8Array(REQUEST_BYTES + bytes);
  const view = new DataView(memory.buffer);
  view.setBigUint64(0, BigInt(address), true);
  view.setUint32(8, bytes, true);
  view.setUint32(12, REQUEST_BYTES, true);
  let torn = 0;
  let isReady = !isMainThread;
  while (copies === 0 || source.outcomes.still < copies) {
    const isStill = source.fillOffCpu(memory, 0, 1, thread);
    const ahead = view.getBigUint64(REQUEST_BYTES, true) - view.getBigUint64(REQUEST_BYTES + bytes - 8, true);
    if (isStill && ahead !== 0n && ahead !== 1n) torn++;
    if (isStill && !isReady) console.log("ready");
    isReady ||= isStill;
  }
  return { still: source.outcomes.still, torn, readers: readers() };
}

function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: [pid, thread, address, bytes, copies, 0] });
    let said;
    worker.on("message", (message) => {
      said = message;
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve(said));
  });
}

if (!isMainThread) {
  parentPort.postMessage(await copy());
} else if (workers === 0) {
  console.log(`ready ${JSON.stringify(await copy())}`);
} else {
  const said = await Promise.all(Array.from({ length: workers }, inWorker));
  const sum = (key) => said.reduce((total, one) => total + one[key], 0);
  // A thread that was joined is seen for a moment longer.
  while (readers() > 0) await new Promise(setImmediate);
  console.log(`ready ${JSON.stringify({ still: sum("still"), torn: sum("torn"), readers: sum("readers") })}`);
}
