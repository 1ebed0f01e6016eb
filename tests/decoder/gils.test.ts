// What a thread that stands still proves of the others: their stacks, as long as it has their GIL; nothing, where another
// thread took that before the copy, or where they have another one.
import { describe, expect, it } from "vitest";
import { REQUEST_BYTES } from "../../src/memory/source.js";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread, type FrameShape } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { INVALID, Samples } from "./samples.js";

/** Offset of a request's flag (abi/records.ts). */
const MOVING = 20;

const withGil = formatNames.filter((name) => layoutOf(name).has("gilHolder"));
const withOwnGils = withGil.filter((name) => layoutOf(name).has("interpreterGil"));

it("all versions with a GIL are here", () => {
  expect(new Set(withGil.map((name) => layoutOf(name).version.minor))).toEqual(new Set([9, 10, 11, 12, 13, 14, 15]));
  expect(new Set(withOwnGils.map((name) => layoutOf(name).version.minor))).toEqual(new Set([12, 13, 14, 15]));
});

/** Two threads with nothing in common, and their sampler. */
class Pair {
  readonly target: BuiltTarget;
  readonly first: BuiltThread;
  readonly second: BuiltThread;
  readonly source: OffCpuSource;
  readonly samples: Samples;
  #calls = 0;

  /** @param own whether each is of an interpreter with a GIL of its own; undefined: both are of one interpreter */
  constructor(format: string, own?: boolean) {
    this.target = new BuiltTarget(format);
    this.first = this.target.thread();
    this.second = this.target.thread(own === undefined ? undefined : this.target.interpreter());
    if (own) this.target.ownGil(this.second.interpreter);
    if (own) this.target.takeGil(this.second);
    this.target.takeGil(this.first);
    if (own === false) {
      // The pointer of the second interpreter to the GIL that both share.
      this.target.takeGil(this.second);
      this.target.takeGil(this.first);
    }
    this.source = new OffCpuSource(this.target.memory);
    this.samples = new Samples(this.target.attach().decoder, this.source);
    for (const thread of [this.first, this.second]) this.call(thread);
    // What is there has been found, and who has the GIL.
    for (let i = 0; i < 3; i++) this.take(0);
  }

  /** Let a thread take the GIL for a moment and call what nobody called before; @returns what must be shown of it. */
  call(thread: BuiltThread): string[] {
    const frames = ["root", "leaf"].map((name) => ({ code: this.target.code({ name: `${name}${this.#calls++}` }) }));
    this.target.takeGil(thread);
    this.target.stack(thread, frames);
    this.target.takeGil(this.first);
    return this.target.textOf(frames);
  }

  /** Take a sample in which only the first `still` off-CPU copies are such. @returns what is shown of the first and the second */
  take(still: number): (readonly string[])[] {
    const { checkpoint, proof, mayCopyOffCpu } = this.samples.decoder.wants;
    this.source.asked = [];
    this.source.fillOffCpu = (memory, requests, count, nativeId) => {
      this.source.asked.push(nativeId);
      this.source.fill(memory, requests, count);
      return this.source.asked.length <= still;
    };
    const { threads } = this.samples.take(checkpoint | proof | mayCopyOffCpu);
    return [this.first, this.second].map(
      ({ nativeId }) => threads.find((thread) => thread.nativeId === nativeId)?.stack ?? [],
    );
  }
}

/** Take a sample whose off-CPU copies are told of, one after the other. @returns what is shown of the first and the second, and how many copies were asked for */
function told(pair: Pair, ...copies: (readonly number[])[]): [stacks: (readonly string[])[], asked: number] {
  const { first, second, samples, source } = pair;
  const { checkpoint, proof, mayCopyOffCpu } = samples.decoder.wants;
  let asked = 0;
  source.fillOffCpu = (memory, requests, count) => {
    source.fill(memory, requests, count);
    return copies[asked++] ?? [];
  };
  const { threads } = samples.take(checkpoint | proof | mayCopyOffCpu);
  const stackOf = ({ nativeId }: BuiltThread): readonly string[] =>
    threads.find((thread) => thread.nativeId === nativeId)?.stack ?? [];
  return [[stackOf(first), stackOf(second)], asked];
}

/** Of requests, by their addresses, whether they may change during an off-CPU copy. */
function movingOf(memory: Uint8Array, requests: number, count: number): Map<number, number> {
  const view = new DataView(memory.buffer, memory.byteOffset + requests);
  const records = Array.from({ length: count }, (_, index) => index * REQUEST_BYTES);
  return new Map(records.map((at) => [Number(view.getBigUint64(at, true)), view.getUint32(at + MOVING, true)]));
}

describe.each(withGil)("on %s, of one interpreter's threads", (format) => {
  it("the one that has the GIL proves both stacks by standing still", () => {
    const pair = new Pair(format);
    const shown = [pair.call(pair.first), pair.call(pair.second)];
    expect(pair.take(1)).toEqual(shown);
    expect(pair.source.asked).toEqual([pair.first.nativeId]);
  });

  it("one that lost it before it stood still proves its own stack only", () => {
    const pair = new Pair(format);
    pair.take(2);
    const own = pair.call(pair.first);
    const other = pair.call(pair.second);
    // Its count never stands still, so that both are copied. It goes to the other one when the first off-CPU copy is asked for.
    pair.target.memory.beforeFill = () => {
      pair.target.takeGil(pair.source.asked.length === 0 ? pair.first : pair.second);
    };
    expect(pair.take(1)).toEqual([own, [INVALID]]);
    expect(pair.source.asked.slice(0, 2)).toEqual([pair.first.nativeId, pair.second.nativeId]);
    pair.target.memory.beforeFill = undefined;
    // Frames of C's, which the first off-CPU copy lacks, are in the second.
    expect(pair.take(2)).toEqual([own, other]);
  });
});

describe.each(withGil)("on %s, of one interpreter's threads that are told of", (format) => {
  // Who had it last may have let go of it, and another one may take it in the midst of the copy.
  it("each proves its own stack, and no other one by having had the GIL last", () => {
    const pair = new Pair(format);
    const { first, second } = pair;
    // Its count never stands still.
    pair.target.memory.beforeFill = () => pair.target.takeGil(first);
    let shown = [pair.call(first), pair.call(second)];
    expect(told(pair, [first.nativeId, second.nativeId])).toEqual([shown, 1]);
    shown = [pair.call(first), pair.call(second)];
    expect(told(pair, [second.nativeId], [second.nativeId, first.nativeId])).toEqual([shown, 2]);
    shown = [pair.call(first), pair.call(second)];
    expect(told(pair, [first.nativeId])[0]).toEqual([shown[0], [INVALID]]);
    // Who is asked for doesn't matter.
    shown = [pair.call(first), pair.call(second)];
    expect(told(pair, [second.nativeId])[0]).toEqual([[INVALID], shown[1]]);
  });

  it("nobody proves anything where nobody is told of, nor does a stranger", () => {
    const pair = new Pair(format);
    pair.target.memory.beforeFill = () => pair.target.takeGil(pair.first);
    for (const nobody of [[], [pair.first.nativeId + 1000, 1]]) {
      for (const thread of [pair.first, pair.second]) pair.call(thread);
      const [stacks, asked] = told(pair, nobody, nobody, nobody, nobody, nobody, nobody);
      expect(stacks).toEqual([[INVALID], [INVALID]]);
      expect(asked).toBeGreaterThan(1);
      const { offCpuCopies, failedOffCpuCopies } = pair.samples.decoder;
      expect([offCpuCopies, failedOffCpuCopies]).toEqual(nobody.length === 0 ? [0, asked] : [asked, 0]);
    }
  });
});

describe.each(withOwnGils)("on %s, of two interpreters' threads", (format) => {
  it("those that are told of are proven, in one copy, and no others", () => {
    const pair = new Pair(format, true);
    const { first, second } = pair;
    let shown = [pair.call(first), pair.call(second)];
    expect(told(pair, [second.nativeId, first.nativeId])).toEqual([shown, 1]);
    for (const [only, left] of [
      [first, 1],
      [second, 0],
    ] as const) {
      shown = [pair.call(first), pair.call(second)];
      // The one that is asked for ran, each time: no copy shows once more what the one before showed.
      const [stacks, asked] = told(pair, ...Array<number[]>(6).fill([only.nativeId]));
      expect(asked).toBe(6);
      expect(stacks[1 - left]).toEqual(shown[1 - left]);
      expect(stacks[left]).toEqual([INVALID]);
      expect(told(pair, [first.nativeId, second.nativeId])[0]).toEqual(shown);
    }
  });

  it("one that stands still proves nothing of the other, where each interpreter has its own GIL", () => {
    const pair = new Pair(format, true);
    const shown = [pair.call(pair.first), pair.call(pair.second)];
    const seen = pair.take(1);
    expect(seen.filter(([root]) => root === INVALID).length).toBe(1);
    expect(seen.filter((stack, i) => stack.join() === shown[i]?.join()).length).toBe(1);
    const again = [pair.call(pair.first), pair.call(pair.second)];
    expect(pair.take(2)).toEqual(again);
    expect(new Set(pair.source.asked)).toEqual(new Set([pair.first.nativeId, pair.second.nativeId]));
  });

  it("C's frames of the one that stands still must not change meanwhile, those of the other may", () => {
    const pair = new Pair(format, true);
    const { first, second, samples, source, target } = pair;
    const frames = ["main", "calls"].map((name) => ({ code: target.code({ name }) }));
    for (const thread of [first, second]) target.stack(thread, frames);
    pair.take(4);
    // Plain copies do without them, until none is asked for any more.
    for (let i = 0; i < 20; i++) pair.take(0);
    for (const thread of [first, second]) target.stack(thread, [...frames, { code: target.code({ name: "new" }) }]);
    // What is called is read, so that nothing else is missing.
    const { checkpoint, proof, mayCopyOffCpu } = samples.decoder.wants;
    samples.take(checkpoint | proof);
    const flags = new Map<number, Map<number, number>>();
    source.fillOffCpu = (memory, requests, count, nativeId) => {
      flags.set(nativeId, movingOf(memory, requests, count));
      return source.fill(memory, requests, count) === count;
    };
    samples.take(checkpoint | proof | mayCopyOffCpu);
    const [one, other] = [...flags];
    const shims = new Map([first, second].map(({ nativeId, shims: [shim] }) => [nativeId, shim as number]));
    expect([one?.[0], other?.[0]].sort()).toEqual([first.nativeId, second.nativeId].sort());
    for (const [nativeId, moving] of [one, other] as [number, Map<number, number>][]) {
      for (const [owner, shim] of shims)
        expect(moving.get(shim)).toBe(owner === nativeId ? 0 : moving.has(shim) ? 1 : undefined);
    }
  });

  it("what is filled while one is held is of one moment for that one only", () => {
    const pair = new Pair(format, true);
    const { first, second, samples, source, target } = pair;
    const { checkpoint, proof, mayCopyOffCpu, onlyOffCpu } = samples.decoder.wants;
    const [main, yields] = ["main", "yields"].map((name) => target.code({ name })) as [BuiltCode, BuiltCode];
    const run = (thread: BuiltThread, unit: number, hasLeaf = true): string[] => {
      const frames: FrameShape[] = [{ code: main, unit }];
      if (hasLeaf) frames.push({ code: yields, unit, generator: true });
      target.stack(thread, frames);
      return target.textOf(frames);
    };
    for (const unit of [1, 2]) {
      for (const thread of [first, second]) run(thread, unit);
      expect(pair.take(4)).not.toContainEqual([INVALID]);
    }
    // Until the generators' frames are not asked for any more.
    for (const thread of [first, second]) run(thread, 3, false);
    for (let i = 0; i < 20; i++) pair.take(4);
    const before = run(first, 1);
    run(second, 1);
    let after: string[] = [];
    let held = 0;
    const flags: number[] = [];
    source.holds = true;
    source.fillOffCpu = OffCpuSource.prototype.fillOffCpu;
    source.endHold = (memory, requests, count) => {
      // The frame that was asked for meanwhile must not change, if it is the held thread's.
      const owner = source.asked[0] === first.nativeId ? first : second;
      flags.push(movingOf(memory, requests, count).get(owner.frames[1] as number) ?? -1);
      return OffCpuSource.prototype.endHold.call(source, memory, requests, count);
    };
    target.memory.beforeFill = () => {
      if (!source.isHeld || held++ > 0) return;
      // The other one runs on.
      after = run(source.asked[0] === first.nativeId ? second : first, 2);
    };
    const { threads } = samples.take(checkpoint | proof | mayCopyOffCpu | onlyOffCpu);
    target.memory.beforeFill = undefined;
    expect(held).toBeGreaterThan(0);
    expect(flags[0]).toBe(0);
    for (const { nativeId, stack } of threads) expect(stack).toEqual(nativeId === source.asked[0] ? before : after);
  });

  it("the one that has the GIL proves both, where they share it", () => {
    const pair = new Pair(format, false);
    pair.take(2);
    const shown = [pair.call(pair.first), pair.call(pair.second)];
    expect(pair.take(1)).toEqual(shown);
    expect(pair.source.asked).toEqual([pair.first.nativeId]);
  });
});
