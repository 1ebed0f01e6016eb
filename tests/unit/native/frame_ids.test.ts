// Ids of native frames: one a place in the code, defined once, and none that a decoder gives.
import { expect, it } from "vitest";
import { NativeFrameIds, ownId, ownStringId } from "../../../src/native/frame_ids.js";
import type { NativeCall } from "../../../src/native/unwinder.js";

const call = (pc: number, isExact = false): NativeCall => ({
  ...{ pc: BigInt(pc), pointer: 0n, end: 0n, functionStart: 0x1000n, functionEnd: 0x2000n },
  ...{ isExact, isGuessed: false, isBehindGap: false },
});
const text = new TextDecoder();

function idsOf(): { ids: NativeFrameIds; strings: () => Map<number, string> } {
  const ids = new NativeFrameIds(({ pc }) => ({ name: `f${pc >> 12n}`, module: "/lib/a.so" }));
  return { ids, strings: () => new Map(ids.newStrings.map(({ id, utf8 }) => [id, text.decode(utf8)])) };
}

it("a place has one id, and is defined once", () => {
  const { ids, strings } = idsOf();
  const first = ids.of(call(0x1010));
  expect(ids.of(call(0x1010))).toBe(first);
  const second = ids.of(call(0x1020));
  expect(second).not.toBe(first);
  expect(ids.of(call(0x1010, true))).not.toBe(first);
  expect(ids.newFrames.map(({ id }) => id).slice(0, 2)).toEqual([first, second]);
  const [frame] = ids.newFrames;
  const names = strings();
  expect([frame?.filename, frame?.address, frame?.scope].map((id) => names.get(id as number))).toEqual([
    "/lib/a.so",
    "native@1010",
    "f1",
  ]);
  expect(frame?.line).toBe(0x10);
  expect(ids.beginSample()).toBe(true);
  expect(ids.of(call(0x1010))).toBe(first);
  expect(ids.newFrames).toEqual([]);
});

it("a function of the kernel has one id, too, until all are forgotten", () => {
  const { ids } = idsOf();
  const poll = ids.ofKernel("do_sys_poll");
  expect(ids.ofKernel("do_sys_poll")).toBe(poll);
  expect(new Set([poll, ids.ofKernel("schedule"), ids.of(call(0x1010))]).size).toBe(3);
  expect(ids.newFrames.map(({ kind, kernelFunction }) => [kind, kernelFunction]).slice(0, 2)).toEqual([
    [2, "do_sys_poll"],
    [2, "schedule"],
  ]);
  ids.beginSample();
  ids.forget(500, 900);
  expect(ids.ofKernel("do_sys_poll")).toBeGreaterThan(ownId(500));
  expect(ids.newFrames).toHaveLength(1);
});

it("none is a decoder's", () => {
  const { ids } = idsOf();
  const all = Array.from({ length: 50 }, (_, i) => ids.of(call(0x1000 + i)));
  const decoders = Array.from({ length: 200 }, (_, i) => ownId(i));
  expect(all.filter((id) => decoders.includes(id))).toEqual([]);
  const texts = ids.newStrings.map(({ id }) => id);
  expect(new Set(texts).size).toBe(texts.length);
  // 1 is what readers take for the unknown one.
  expect(texts.filter((id) => id === 1 || id % 2 === 0)).toEqual([]);
  expect(ownStringId(1)).toBe(1);
});

it("what is forgotten is defined anew, behind what the decoder has in use", () => {
  const { ids } = idsOf();
  const before = ids.of(call(0x1010));
  ids.beginSample();
  ids.forget(500, 900);
  const after = ids.of(call(0x1010));
  expect(after).toBeGreaterThan(Math.max(before, ownId(500)));
  expect(ids.newStrings.every(({ id }) => id > ownStringId(900))).toBe(true);
  expect(ids.newFrames).toHaveLength(1);
});

it("what was met since a mark leaves no trace, and what was met before it has its name still", () => {
  let isNamed = false;
  const ids = new NativeFrameIds(({ pc }) => (isNamed ? { name: `f${pc}`, module: "/lib/a.so" } : undefined));
  const before = ids.of(call(0x1010));
  ids.mark();
  const undone = [ids.of(call(0x1020)), ids.ofKernel("schedule")];
  isNamed = true;
  undone.push(ids.of(call(0x1030)));
  ids.undo();
  ids.nameThem();
  expect(ids.newFrames.map(({ id }) => id)).toEqual([before]);
  expect(ids.newStrings).toHaveLength(3);
  const after = [ids.of(call(0x1040)), ids.ofKernel("schedule"), ids.of(call(0x1010))];
  expect(after).toEqual(undone);
  const all = ids.newStrings.map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
});
