// Captures with native frames of built targets, decoded: the same profile as live, with counted and with marked calls of the eval loop; cut between any events; and captures that
// nobody ever wrote, of which something comes, or a CaptureError, and soon.
import { describe, expect, it } from "vitest";
import { decodeCapture } from "../../../src/capture/index.js";
import { Decoder } from "../../../src/decoder/index.js";
import { filterSamples } from "../../../src/filters/api.js";
import type { FilterWords } from "../../../src/filters/index.js";
import { readMojo } from "../../../src/mojo/index.js";
import type { CodeRange } from "../../../src/native/code_source.js";
import { Hostile } from "../../capture/hostile.js";
import { Mutator } from "../../capture/mutator.js";
import { mapping, type NativeCapture, smallNativeCapture, startedCapture } from "../../capture/native_capture.js";
import { debugDecoder } from "../../decoder/debug_build.js";

const FORMATS = ["3.9", "3.11", "3.13", "3.14"];
const SEED = 11;
const MUTATIONS = Number(process.env.AUSTIN_TS_MUTATIONS ?? 1500);
const HANG_MILLISECONDS = 5000;

async function decoded(
  file: Uint8Array,
  newDecoder = (): Decoder => new Decoder(),
): Promise<{ mojo: Buffer; diverged: number; missing: number }> {
  const capture = decodeCapture(file, { newDecoder });
  const pieces: Uint8Array[] = [];
  for await (const piece of capture.mojo()) pieces.push(piece);
  const { diverged = -1, missing = -1 } = capture.figures ?? {};
  return { mojo: Buffer.concat(pieces), diverged, missing };
}

const scopes = async (capture: NativeCapture): Promise<string[][]> => {
  const found = [];
  for await (const { frames } of readMojo(capture.live)) {
    found.push(frames.map((frame) => (frame.kind === "invalid" ? "?" : frame.scope)));
  }
  return found;
};

describe.each(FORMATS)("a capture with native frames of %s", (format) => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])(
    "decodes to the very profile that was made meanwhile, in both builds (ends in a sample: %s; says of copies that they are of all threads: %s)",
    async (endsInSample, saysAll) => {
      const capture = smallNativeCapture(format, endsInSample, saysAll);
      const file = await capture.file();
      const live = await scopes(capture);
      expect(live.some((stack) => stack.includes("función") && stack[0] === "_start")).toBe(true);
      expect(live.some((stack) => stack.at(-1) === "do_poll")).toBe(true);
      expect(live.some((stack) => stack.at(-1) === "io_schedule" && stack.at(-3) === "?")).toBe(true);
      for (const make of [undefined, debugDecoder]) {
        const { mojo, diverged, missing } = await decoded(file, make);
        expect({ diverged, missing }).toEqual({ diverged: 0, missing: 0 });
        expect(mojo.equals(capture.live)).toBe(true);
      }
    },
  );

  it.each([
    ["stays sound where code goes that no sample has", false],
    ["has nothing of samples whose code has gone", true],
  ])("%s", async (_, isMet) => {
    const capture = startedCapture(format);
    const { process } = capture;
    process.isNamed = true;
    const [one, two] = process.tids as [number, number];
    const late = 0x50_0000n;
    const before = process.mappings;
    process.mappings = [...before, mapping(late, late + 0x1000n, true, "/lib/late.so", 6)];
    capture.take([], true);
    if (isMet) capture.stacks.set(one, [[late + 5n, 0], ...(capture.stacks.get(one) ?? [])]);
    for (let sample = 0; sample < 5; sample++) capture.take([two]);
    process.mappings = before;
    capture.take([two], true);
    capture.end();
    // Of three threads each: the first sample, five of a batch, and the one that shows what has gone.
    expect(await scopes(capture)).toHaveLength(isMet ? 3 + 3 : 3 * 7);
    const { mojo } = await decoded(await capture.file());
    expect(mojo.equals(capture.live)).toBe(true);
  });

  it("defines anew what had no name yet in samples whose code has gone", async () => {
    const capture = startedCapture(format);
    const { process } = capture;
    const [one, two, own] = process.tids as [number, number, number];
    const late = 0x50_0000n;
    const before = process.mappings;
    const running = capture.stacks.get(own) ?? [];
    capture.stacks.set(own, [[late + 5n, 0], ...running]);
    process.mappings = [...before, mapping(late, late + 0x1000n, true, "/lib/late.so", 6)];
    capture.take();
    // Another code is met, and the first is gone by then.
    const other = 0x60_0000n;
    process.mappings = [...before, mapping(other, other + 0x1000n, true, "/lib/other.so", 7)];
    capture.stacks.set(own, [[other + 5n, 0], ...running]);
    capture.take([one, two]);
    process.isNamed = true;
    capture.take();
    capture.take([], true);
    capture.end();
    expect((await scopes(capture)).some((stack) => stack.at(-1)?.startsWith("/lib/other.so"))).toBe(true);
    const { mojo } = await decoded(await capture.file());
    expect(mojo.equals(capture.live)).toBe(true);
  });

  // What came of its last sample depends on when the code went out of sight.
  it.each([
    ["was mapped long since", true, true],
    ["was mapped long since, and has no names yet,", true, false],
    ["has just been mapped", false, true],
  ])("has nothing of a sample whose code, which %s, could not be read", async (_, isKnown, isNamed) => {
    const profiles = new Set<string>();
    let questions = 0;
    for (let isRead = false; !isRead; questions++) {
      const capture = startedCapture(format);
      const { process } = capture;
      const own = process.tids.at(-1) as number;
      process.tids = [...process.tids, own + 1, own + 2];
      const running = capture.stacks.get(own) ?? [];
      const stacks: [number, readonly (readonly [bigint, number])[]][] = [];
      for (const number of [0, 1, 2]) {
        const late = 0x50_0000n + BigInt(number) * 0x1_0000n;
        const path = `/lib/late${number}.so`;
        process.mappings = [...process.mappings, mapping(late, late + 0x1000n, true, path, 6 + number)];
        stacks.push([own + number, [[late + 5n, 0], ...running]]);
      }
      process.isNamed = true;
      if (isKnown) capture.take([], true);
      // A frame of the sample before gets its name behind this one.
      const [last] = stacks.splice(-1) as [(typeof stacks)[number]];
      const [first, third] = [process.mappings.at(-3) as CodeRange, process.mappings.at(-1) as CodeRange];
      process.unnamed = isNamed ? third : { start: first.start, end: third.end };
      capture.stacks.set(...last);
      capture.take();
      for (const [tid, stack] of stacks) capture.stacks.set(tid, stack);
      process.questions = questions;
      isRead = capture.take();
      capture.end();
      const { mojo } = await decoded(await capture.file());
      expect(mojo.equals(capture.live), `after ${questions} questions`).toBe(true);
      if (!isRead) profiles.add(Buffer.from(capture.live).toString("hex"));
    }
    expect(questions).toBeGreaterThan(3);
    expect(profiles.size).toBe(1);
  });

  it("names code by the file that it is of now, where another one had its place", async () => {
    const capture = startedCapture(format);
    const { process } = capture;
    process.isNamed = true;
    // The one that is none of Python's runs, the others stand.
    const [one, two, own] = process.tids as [number, number, number];
    const place = 0x50_0000n;
    const before = process.mappings;
    const running = capture.stacks.get(own) ?? [];
    capture.take([], true);
    for (const [inode, path] of ["/lib/first.so", "/lib/second.so", "/lib/first.so"].entries()) {
      process.mappings = [...before, mapping(place, place + 0x1000n, true, path, 6 + inode)];
      capture.stacks.set(own, [[place + 5n, 0], ...running]);
      capture.take([one, two]);
      capture.take([one, two], true);
      // It has returned by the time that it goes.
      capture.stacks.set(own, running);
      capture.take([one, two], true);
      process.mappings = before;
      capture.take([one, two], true);
    }
    capture.end();
    const leaves = (await scopes(capture)).flatMap((stack) => /^\/lib\/(\w+)\.so/.exec(stack.at(-1) ?? "")?.[1] ?? []);
    expect(leaves).toEqual(["first", "first", "second", "second", "first", "first"]);
    const { mojo } = await decoded(await capture.file());
    expect(mojo.equals(capture.live)).toBe(true);
  });

  it("that ends before its run does breaks off, though its last block is whole", async () => {
    const capture = smallNativeCapture(format);
    const whole = decodeCapture(await capture.file());
    for await (const _ of whole.mojo());
    expect(whole.isCut).toBe(false);
    capture.pieces.pop();
    const cut = decodeCapture(await capture.file());
    for await (const _ of cut.mojo());
    expect(cut.isCut).toBe(true);
  });

  it("that is cut decodes to what came before, wherever it is cut", async () => {
    const capture = smallNativeCapture(format);
    const file = await capture.file(1);
    const lengths = new Set<number>();
    for (let length = 600; length < file.length; length += 37) {
      const { mojo } = await decoded(file.subarray(0, length));
      expect(mojo.equals(capture.live.subarray(0, mojo.length)), `cut at ${length}`).toBe(true);
      lengths.add(mojo.length);
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  it("is filtered as its profile is, though names come late", async () => {
    const capture = smallNativeCapture(format);
    const file = await capture.file();
    const words: FilterWords[] = [{ functions: ["_start"] }, { functions: ["!_Z4leafv"] }, { modules: ["*built.so"] }];
    for (const filters of words) {
      const whole = [];
      for await (const sample of filterSamples(readMojo(capture.live), filters)) whole.push(sample);
      const own = [];
      for await (const sample of decodeCapture(file, { filters })) own.push(sample);
      expect(own.length).toBeGreaterThan(0);
      expect(own).toEqual(whole);
    }
  });
});

describe("captures with native frames that nobody ever wrote", () => {
  it("give something, or a CaptureError, and neither hang nor crash", async () => {
    const originals = await Promise.all(
      FORMATS.map(async (format) => {
        const capture = smallNativeCapture(format);
        return { file: await capture.file(), log: Buffer.concat(capture.pieces) };
      }),
    );
    const mutator = new Mutator(originals, SEED);
    const hostile = new Hostile();
    for (let count = 0; count < MUTATIONS; count++) {
      await hostile.decode(mutator.next()).catch((error: unknown) => {
        throw new Error(`mutation ${count} of seed ${SEED} breaks the decoder`, { cause: error });
      });
    }
    const { figures } = hostile;
    expect(figures.decoded + figures.refused).toBe(MUTATIONS);
    expect(figures.withProfile).toBeGreaterThan(MUTATIONS / 20);
    expect(figures.slowestMilliseconds).toBeLessThan(HANG_MILLISECONDS);
  }, 300_000);
});
