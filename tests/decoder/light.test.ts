// Samples between two checkpoints: what they copy, what they notice all the same, and what the next checkpoint finds.
import { describe, expect, it } from "vitest";
import { BuiltTarget, type BuiltThread } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { Samples } from "./samples.js";

/** No checkpoint, no proof. */
const LIGHT = 0;

/** A target of threads, each with a function of its own above those that all share, and its sampler. */
class Workers {
  readonly target: BuiltTarget;
  readonly samples: Samples;
  readonly #main;
  #holder: BuiltThread | undefined;

  constructor(format: string, count: number) {
    this.target = new BuiltTarget(format);
    this.#main = this.target.code({ name: "main" });
    for (let i = 0; i < count; i++) this.start();
    this.samples = this.target.attach();
    // As often as it takes until threads that don't run are left out, and what was planned for them is forgotten
    this.samples.take();
    for (let round = 0; round < 20; round++) this.samples.take(LIGHT);
  }

  get threads(): BuiltThread[] {
    return this.target.interpreters.flatMap(({ threads }) => threads);
  }

  start(): BuiltThread {
    const thread = this.target.thread();
    this.target.stack(thread, [{ code: this.#main }, { code: this.target.code({ name: `work${thread.address}` }) }]);
    this.hold(thread);
    return thread;
  }

  /** Let a thread run: it takes the GIL, unless it has it. */
  hold(thread: BuiltThread): void {
    if (thread !== this.#holder) this.target.takeGil(thread);
    this.#holder = thread;
  }

  /** Let a thread go on, and call something. */
  move(thread: BuiltThread, unit: number): void {
    this.hold(thread);
    this.target.stack(thread, [{ code: this.#main, unit }, { code: this.target.code({ name: `called${unit}` }) }]);
  }

  /** A light sample, with the native ids of its threads and the ranges copied for it, by region. */
  light() {
    this.target.memory.forgetFills();
    const sample = this.samples.take(LIGHT);
    const asked = this.target.memory.fills.flat();
    return { ...sample, ids: sample.threads.map(({ nativeId }) => nativeId), asked: this.target.countByRegion(asked) };
  }
}

describe.each(formatNames)("between checkpoints on %s", (format) => {
  it("a thread that only then gets its id is named by it", () => {
    if (!layoutOf(format).has("threadNativeId")) return;
    const workers = new Workers(format, 2);
    const begun = workers.start();
    const { nativeId } = begun;
    workers.target.field(begun.address, "threadNativeId", 0);
    expect(workers.light().ids).toContain(0);
    workers.target.field(begun.address, "threadNativeId", nativeId);
    const { ids } = workers.light();
    expect(ids).toContain(nativeId);
    expect(ids).not.toContain(0);
  });

  it("the lists and the code objects are left alone", () => {
    const workers = new Workers(format, 1);
    const { decoder } = workers.samples;
    const { asked, attempts } = workers.light();
    expect(attempts).toBe(1);
    expect(decoder.isCheckpoint).toBe(false);
    expect(asked).toMatchObject({ runtime: 0, interpreter: 0, thread: 1, code: 0, name: 0, filename: 0, table: 0 });
    workers.samples.take();
    expect(decoder.isCheckpoint).toBe(true);
    expect(decoder.isRevoked).toBe(false);
  });

  it("a new thread is noticed", () => {
    const workers = new Workers(format, 3);
    const started = workers.start();
    const { ids, reasons } = workers.light();
    expect(ids).toEqual(workers.threads.map(({ nativeId }) => nativeId).reverse());
    expect(ids).toContain(started.nativeId);
    expect(reasons).toEqual([]);
    expect(workers.samples.decoder.isCheckpoint).toBe(true);
    workers.light();
    expect(workers.samples.decoder.isCheckpoint).toBe(false);
  });

  it.each([
    ["newest", 3],
    ["middle", 1],
    ["oldest", 0],
  ])("a thread that has ended is noticed: the %s one", (_, index) => {
    const workers = new Workers(format, 4);
    const ended = workers.threads[index] as BuiltThread;
    const remaining = workers.threads.filter((one) => one !== ended);
    workers.hold(ended);
    workers.target.end(ended);
    workers.hold(remaining[0] as BuiltThread);
    const { threads, ids } = workers.light();
    expect(ids).toEqual(remaining.map(({ nativeId }) => nativeId).reverse());
    expect(threads.map(({ stack }) => stack.length)).toEqual([2, 2, 2]);
    expect(workers.samples.decoder.isCheckpoint).toBe(true);
  });

  it("another code object at a known address is found at the next checkpoint, and what was said since is revoked", () => {
    const target = new BuiltTarget(format);
    const code = target.code({ name: "f0000" });
    target.stack(target.thread(), [{ code: target.code({ name: "main" }) }, { code }]);
    const samples = target.attach();
    const { decoder } = samples;
    for (let round = 0; round < 3; round++) samples.take();
    const next = target.replace(code, { name: "f0001" });
    expect(samples.take(LIGHT).threads[0]?.stack[1]).toBe(target.text(code, 1));
    expect(decoder.isRevoked).toBe(false);
    expect(samples.take()).toMatchObject({ threads: [{ reasons: [] }] });
    expect(decoder.isRevoked).toBe(true);
    expect(samples.take(LIGHT).threads[0]?.stack[1]).toBe(target.text(next, 1));
    samples.take();
    expect(decoder.isRevoked).toBe(false);
    expect(samples.take().threads[0]?.stack[1]).toBe(target.text(next, 1));
  });

  it("one that ran between them only is found, too", () => {
    const target = new BuiltTarget(format);
    const main = target.code({ name: "main" });
    const brief = target.code({ name: "f0000" });
    const thread = target.thread();
    target.stack(thread, [{ code: main }, { code: brief }]);
    const samples = target.attach();
    for (let round = 0; round < 3; round++) samples.take();
    target.stack(thread, [{ code: main }]);
    samples.take();
    target.stack(thread, [{ code: main }, { code: brief }]);
    samples.take(LIGHT);
    target.stack(thread, [{ code: main }]);
    samples.take(LIGHT);
    target.replace(brief, { name: "f0001" });
    samples.take();
    expect(samples.decoder.isRevoked).toBe(true);
  });
});

const withGil = formatNames.filter((name) => layoutOf(name).has("gilSwitches"));

describe.each(withGil)("between checkpoints on %s, whose GIL is known", (format) => {
  it("only the thread that holds the GIL is copied while no other takes it", () => {
    const workers = new Workers(format, 5);
    const [first, second] = workers.threads as [BuiltThread, BuiltThread];
    const ids = workers.threads.map(({ nativeId }) => nativeId).reverse();
    expect(workers.light()).toMatchObject({ attempts: 1, ids, asked: { thread: 1 } });

    // Who holds it may have run, and is never left out.
    const holder = workers.threads.at(-1) as BuiltThread;
    workers.move(holder, 3);
    const shown = () => Object.fromEntries(workers.light().threads.map(({ nativeId, stack }) => [nativeId, stack[0]]));
    const placed = (unit: number) => expect.stringContaining(`main /app/main.py:${10 + unit}`);
    expect(shown()).toEqual({ ...Object.fromEntries(ids.map((id) => [id, placed(1)])), [holder.nativeId]: placed(3) });

    // Two took it, one after the other.
    workers.move(first, 4);
    workers.move(second, 5);
    const moved = { [first.nativeId]: placed(4), [second.nativeId]: placed(5) };
    expect(shown()).toMatchObject(moved);
    for (let round = 0; round < 20; round++) expect(shown()).toMatchObject(moved);
    expect(workers.light()).toMatchObject({ attempts: 1, ids, asked: { thread: 1 } });

    workers.target.takeGil(holder);
    expect(workers.light().asked.thread).toBeGreaterThanOrEqual(5);
  });

  it("a thread is left out only where its stack is proven, if that is wanted", () => {
    const workers = new Workers(format, 3);
    const source = new OffCpuSource(workers.target.memory);
    const { decoder } = workers.samples;
    const { proof, mayCopyOffCpu, onlyOffCpu } = decoder.wants;
    /** How the stack of the thread is proven that has the GIL, and those of the others. */
    const proofs = (wants: number, holder: BuiltThread) => {
      decoder.sample(source, wants);
      const all = Array.from({ length: decoder.threadCount }, (_, thread) => thread);
      const isHolder = (thread: number) => decoder.nativeId(thread) === holder.nativeId;
      const others = all.filter((thread) => !isHolder(thread));
      return [all.find(isHolder) ?? -1, ...others].map((thread) => decoder.proof(thread));
    };
    const { none, edges, still } = decoder.proofs;
    const holder = workers.threads.at(-1) as BuiltThread;
    // The GIL tells that the others stood still.
    expect(proofs(proof, holder)).toEqual([none, still, still]);
    expect(proofs(proof | mayCopyOffCpu, holder)).toEqual([still, edges, edges]);
    decoder.sample(workers.target.memory); // all of them again, and nobody asks
    expect(proofs(proof, holder)).toEqual([edges, edges, edges]);
    // Those that can't have run stay proven by their calls.
    expect(proofs(proof | onlyOffCpu, holder)).toEqual([still, edges, edges]);
    source.still = false;
    const [first] = workers.threads as [BuiltThread];
    workers.move(first, 2);
    expect(proofs(proof | onlyOffCpu, first)[0]).toBe(none);
  });
});

/** Numbers below `limit`, the same for the same seed. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe.each(formatNames)("on %s", (format) => {
  it("version and unchanged say of a thread's frame ids what is true of them", () => {
    const below = numbers(20_240_001);
    const target = new BuiltTarget(format);
    const codes = Array.from({ length: 6 }, (_, i) => target.code({ name: `f${i}`, firstTraceable: i % 2 }));
    const threads = [target.thread(), target.thread()];
    const source = new OffCpuSource(target.memory);
    const samples = new Samples(target.attach().decoder, source);
    const { decoder } = samples;
    const { checkpoint, proof, mayCopyOffCpu } = decoder.wants;
    const known = new Map<number, { version: number; ids: number[] }>();
    const shapes = threads.map(() => [{ code: codes[0] as (typeof codes)[0], unit: 1 }]);
    let kept = 0;
    for (let round = 0; round < 400; round++) {
      const which = below(2);
      const shape = shapes[which] as (typeof shapes)[0];
      shape.length = 1 + below(shape.length);
      for (let more = below(4); more > 0; more--)
        shape.push({ code: codes[below(6)] as (typeof codes)[0], unit: below(3) });
      target.stack(threads[which] as BuiltThread, shape);
      target.takeGil(threads[which] as BuiltThread);
      source.still = below(4) > 0;
      samples.take(proof | mayCopyOffCpu | (below(3) === 0 ? checkpoint : 0));
      for (let thread = 0; thread < decoder.threadCount; thread++) {
        if (decoder.threadReasons(thread) !== 0) continue;
        const start = decoder.framesStart(thread);
        const ids = [...decoder.frameIds.subarray(start, start + decoder.frameCount(thread))];
        const serial = decoder.serial(thread);
        const version = decoder.version(thread);
        const before = known.get(serial);
        if (version === before?.version) expect(ids).toEqual(before.ids);
        if (before && version === before.version + 1) {
          const unchanged = decoder.unchanged(thread);
          expect(ids.slice(0, unchanged)).toEqual(before.ids.slice(0, unchanged));
          expect(unchanged).toBeLessThanOrEqual(ids.length);
          kept += unchanged;
        }
        known.set(serial, { version, ids });
      }
    }
    expect(kept).toBeGreaterThan(0);
  });
});
