// Whether a runtime is ready that was found a moment before: what is there by now may be nothing, or no runtime.
import { expect, it } from "vitest";
import { Decoder } from "../../src/decoder/index.js";
import { addressOf } from "../../src/memory/live.js";
import { Readiness } from "../../src/sampler/connect.js";
import type { Interpreter } from "../../src/target/interpreter.js";
import { versionFromNumbers } from "../../src/target/interpreter.js";

function interpreterAt(runtimeAddress: bigint): Interpreter {
  return {
    pid: process.pid,
    runtimeAddress,
    wordSize: 8,
    longSize: 8,
    version: versionFromNumbers(3, 13, 0),
    hasDebugOffsets: true,
    guestBase: 0n,
    freeThreaded: false,
    image: "",
    machine: "",
    foundBy: "memory",
  };
}

it("a runtime whose memory is gone is not ready, and no unsupported one: its process ends, or replaces its program", () => {
  const readiness = new Readiness(process.pid, () => new Decoder());
  // Nothing is ever mapped there (vm.mmap_min_addr).
  expect(readiness.isReady(interpreterAt(4096n))).toBe(false);
  expect(readiness.refused).toBeUndefined();
});

it("one whose bytes are no runtime's is refused, once they have been that for a while", async () => {
  const readiness = new Readiness(process.pid, () => new Decoder());
  const bytes = new Uint8Array(65_536);
  const interpreter = interpreterAt(BigInt(addressOf(bytes)));
  expect(readiness.isReady(interpreter)).toBe(false);
  // A program that makes its interpreter anew looks so for a moment.
  expect(readiness.refused).toBeUndefined();
  await expect
    .poll(() => {
      expect(readiness.isReady(interpreter)).toBe(false);
      return readiness.refused?.status;
    })
    .toBe(-3);
});
