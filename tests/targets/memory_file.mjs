// Reads of memory where process_vm_readv is missing: tests/targets/without_copies.py missing. Says what came. Needs a build.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const { addressOf, limitReads, LiveMemory } = await import("../../dist/src/memory/live.js");

function openFiles() {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => /^\/proc\/\d+\/mem$/.test(link)).length;
}

const open = [];
const word = new BigUint64Array([0x0123_4567_89ab_cdefn]);
const memory = new LiveMemory(process.pid);
open.push(openFiles());
const read = memory.read(addressOf(new Uint8Array(word.buffer)), 8);
const first = {
  whole: read.length / 8,
  word: String(new DataView(read.buffer, read.byteOffset).getBigUint64(0, true)),
};
open.push(openFiles());
// Beyond what a file's offset may be, too.
const nowhere = [memory.read(0n, 8).length, memory.read(0xffff_ffff_ffff_f000n, 8).length];

// The last page of the program's stack, behind which there is nothing.
const end = /-([0-9a-f]+) .*\[stack\]/.exec(readFileSync("/proc/self/maps", "latin1"))[1];
const cut = memory.read(BigInt(`0x${end}`) - 4096n, 8192).length;
limitReads(512);
const limited = memory.read(addressOf(new Uint8Array(20_000)), 20_000).length;
limitReads(0);
open.push(openFiles());
memory.close();
open.push(openFiles());

const child = spawn("sleep", ["1000"], { stdio: "ignore" });
await once(child, "spawn");
const other = new LiveMemory(child.pid);
other.read(0n, 1);
open.push(openFiles());
child.kill("SIGKILL");
await once(child, "exit");
let gone;
try {
  other.read(0n, 1);
} catch (error) {
  gone = error.name;
}
other.close();
console.log(JSON.stringify({ first, nowhere, cut, limited, open, gone }));
