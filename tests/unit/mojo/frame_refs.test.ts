// References kept from one stack to the next: the same bytes as if all were encoded anew.
import { describe, expect, it } from "vitest";
import { FRAME_REF_MAX_BYTES, FrameRefs, writeFrameRefs } from "../../../src/mojo/frame_refs.js";
import { encode } from "./streams.js";

/** What the encoder makes of `keys`, one by one. */
function encoded(keys: readonly number[]): number[] {
  return [...encode((encoder) => keys.forEach((key) => void encoder.frameRef(key)))];
}

const bytesOf = (refs: FrameRefs): number[] => [...refs.bytes.subarray(0, refs.length)];

const KEYS = [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 20 - 1, 2 ** 20, 2 ** 27, 2 ** 31, 2 ** 32 - 1];

describe("references", () => {
  it("are written as the encoder writes them, between two others", () => {
    const bytes = new Uint8Array(KEYS.length * FRAME_REF_MAX_BYTES);
    const end = writeFrameRefs(bytes, 0, Uint32Array.of(9, ...KEYS, 9), 1, KEYS.length + 1);
    expect([...bytes.subarray(0, end)]).toEqual(encoded(KEYS));
  });

  it("take so many bytes at most", () => {
    expect(encoded([2 ** 32 - 1]).length).toBe(FRAME_REF_MAX_BYTES);
  });

  it.each(KEYS.map((_, unchanged) => unchanged))("keep the first %d of them", (unchanged) => {
    const refs = new FrameRefs();
    refs.update(Uint32Array.from(KEYS), 0, KEYS.length, 0);
    expect(bytesOf(refs)).toEqual(encoded(KEYS));
    const next = [...KEYS.slice(0, unchanged), 5, 70_000, 6];
    // What is said to be unchanged is not looked at.
    refs.update(
      Uint32Array.from(next, (key, i) => (i < unchanged ? 77 : key)),
      0,
      next.length,
      unchanged,
    );
    expect(bytesOf(refs)).toEqual(encoded(next));
    expect(refs.unchanged).toBe(encoded(next.slice(0, unchanged)).length);
  });

  it("begin anywhere among the keys", () => {
    const refs = new FrameRefs();
    refs.update(Uint32Array.of(1, 2, 300, 4, 5), 1, 4, 0);
    expect(bytesOf(refs)).toEqual(encoded([2, 300, 4]));
    refs.update(Uint32Array.of(1, 2, 3, 4, 2, 300, 9), 4, 7, 2);
    expect(bytesOf(refs)).toEqual(encoded([2, 300, 9]));
  });

  it("may be none", () => {
    const refs = new FrameRefs();
    refs.update(Uint32Array.of(1, 2), 0, 2, 0);
    refs.update(Uint32Array.of(), 0, 0, 0);
    expect(refs.length).toBe(0);
    refs.update(Uint32Array.of(7), 0, 1, 0);
    expect(bytesOf(refs)).toEqual(encoded([7]));
  });

  it("give way to events of their own, which may be long", () => {
    const long = "f".repeat(600);
    const events = new Map(
      [
        [3, "do_syscall_64"],
        [5, long],
      ].map(([key, name]) => [key as number, encode((encoder) => encoder.kernelFrame(name as string))]),
    );
    const refs = new FrameRefs(new Uint8Array(), events);
    const expected = (keys: readonly number[]) => keys.flatMap((key) => [...(events.get(key) ?? encoded([key]))]);
    const first = [1, 2 ** 32 - 1, 3, 5, 5];
    refs.update(Uint32Array.from(first), 0, first.length, 0);
    expect(bytesOf(refs)).toEqual(expected(first));
    // More than there was room for, behind what was long.
    const second = [...first, ...Array.from({ length: 200 }, () => 2 ** 32 - 1), 5];
    refs.update(Uint32Array.from(second), 0, second.length, 4);
    expect(bytesOf(refs)).toEqual(expected(second));
    expect(refs.unchanged).toBe(expected(first.slice(0, 4)).length);
    refs.update(Uint32Array.from([1, 3]), 0, 2, 1);
    expect(bytesOf(refs)).toEqual(expected([1, 3]));
  });

  it("grow with the stack, and keep what they have", () => {
    const refs = new FrameRefs();
    const keys = Array.from({ length: 1000 }, (_, i) => i * 4_000_037);
    for (let count = 1, before = 0; count <= keys.length; before = count, count = Math.ceil(count * 1.5)) {
      refs.update(Uint32Array.from(keys), 0, count, before);
      expect(bytesOf(refs)).toEqual(encoded(keys.slice(0, count)));
    }
  });
});
