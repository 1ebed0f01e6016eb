// The add-on as TypeScript sees it: one clock for copies and for who plans them, handles that are closed, requests of kinds.
import { expect, it } from "vitest";
import { addressOf, LiveMemory } from "../../src/memory/live.js";
import { now } from "../../src/memory/monotonic_clock.js";
import { REQUEST_BYTES, requireMemory, UnknownRequest } from "../../src/memory/source.js";

const WORD = new BigUint64Array([0x0123_4567_89ab_cdefn]);

/** A request for the word, and room for it behind the request. @param kind of the request */
function request(kind = 0): { readonly memory: Uint8Array; readonly view: DataView } {
  const memory = new Uint8Array(REQUEST_BYTES + 8);
  const view = new DataView(memory.buffer);
  view.setBigUint64(0, addressOf(new Uint8Array(WORD.buffer)), true);
  view.setUint32(8, 8, true);
  view.setUint32(12, REQUEST_BYTES, true);
  view.setUint16(22, kind, true);
  return { memory, view };
}

it("copies at a moment of the clock that deadlines are made of", () => {
  const source = new LiveMemory(process.pid);
  const { memory } = request();
  const before = now();
  source.due = before + 2000;
  source.fill(memory, 0, 1);
  const after = now();
  source.close();
  expect(source.began).toBeGreaterThanOrEqual(before + 2000);
  expect(source.began).toBeLessThanOrEqual(after);
});

it("reads a process again that it has closed", () => {
  const source = new LiveMemory(process.pid);
  for (let round = 0; round < 3; round++) {
    const { memory, view } = request();
    expect(source.fill(memory, 0, 1)).toBe(1);
    expect(view.getBigUint64(REQUEST_BYTES, true)).toBe(WORD[0]);
    source.close();
    source.close();
  }
});

it("refuses a request for anything but memory, and says so", () => {
  const source = new LiveMemory(process.pid);
  const { memory, view } = request(7);
  expect(() => source.fill(memory, 0, 1)).toThrow("a request is of kind 7, and only memory (kind 0) is to be had here");
  expect(view.getBigUint64(REQUEST_BYTES, true)).toBe(0n);
  expect(() => requireMemory(new Uint32Array(memory.buffer), 0, 1)).toThrow(UnknownRequest);
  source.close();
});
