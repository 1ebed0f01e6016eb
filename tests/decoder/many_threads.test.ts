// Hundreds of threads: what is torn, late or unreadable costs only its own thread, and what there is no place for is counted.
import { describe, expect, it } from "vitest";
import { type Decoder, Decoder as FreshDecoder } from "../../src/decoder/index.js";
import { BuiltTarget, type BuiltThread, OWN_PID } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { Samples } from "./samples.js";

const withGil = formatNames.filter((name) => layoutOf(name).has("gilHolder"));

it("all versions with a GIL are here", () => {
  expect(new Set(withGil.map((name) => layoutOf(name).version.minor))).toEqual(new Set([9, 10, 11, 12, 13, 14, 15]));
});

const MANY = 300;
/** Whoever copies is interrupted each time that so many ranges were copied. */
const RANGES_A_TURN = 270;

/** A source whose off-CPU copies are such, and of whose plain copies those are late that are interrupted. */
class BusySource extends OffCpuSource {
  isBusy = false;
  interrupted = false;
  ranges = 0;
  #left = RANGES_A_TURN;

  override fill(memory: Uint8Array, requests: number, count: number): number {
    this.ranges += count;
    this.#left -= count;
    this.interrupted = this.isBusy && this.#left <= 0;
    if (this.#left <= 0) this.#left = RANGES_A_TURN;
    return super.fill(memory, requests, count);
  }
}

/** Threads that run the same functions, each known to call the next. */
class Crowd {
  readonly target: BuiltTarget;
  readonly threads: BuiltThread[] = [];
  readonly source: BusySource;
  readonly samples: Samples;
  readonly #codes;

  constructor(format: string, count = MANY) {
    this.target = new BuiltTarget(format);
    this.#codes = ["main", "run", "wait"].map((name) => this.target.code({ name, units: 1000 }));
    for (let i = 0; i < count; i++) this.threads.push(this.run(this.target.thread()));
    this.target.takeGil(this.threads[0] as BuiltThread);
    this.source = new BusySource(this.target.memory);
    this.samples = this.target.attach();
    // Who there is, and what they call.
    for (let i = 0; i < 4; i++) this.take();
  }

  get decoder(): Decoder {
    return this.samples.decoder;
  }

  run(thread: BuiltThread, unit = 1): BuiltThread {
    this.target.stack(
      thread,
      this.#codes.map((code, i) => ({ code, unit: i === 2 ? unit : 1 })),
    );
    return thread;
  }

  /** From now on the GIL goes from one thread to the next, so that it tells nothing. */
  takeTurns(): void {
    let turn = 0;
    this.target.memory.beforeFill = () => {
      turn = (turn + 1) % this.threads.length;
      this.target.takeGil(this.threads[turn] as BuiltThread);
    };
  }

  take() {
    const { checkpoint, proof, mayCopyOffCpu } = this.decoder.wants;
    const samples = new Samples(this.decoder, this.source);
    this.decoder.sample(samples.source, checkpoint | proof | mayCopyOffCpu);
  }

  /** Of each thread of the sample, how its stack is proven. */
  proofs(): Map<number, number> {
    const { decoder } = this;
    return new Map(
      Array.from({ length: decoder.threadCount }, (_, thread) => [decoder.nativeId(thread), decoder.proof(thread)]),
    );
  }

  /** How many threads the first copy was enough for. */
  firstCopies(): number {
    const { decoder } = this;
    return Array.from({ length: decoder.threadCount }, (_, thread) => decoder.copy(thread)).filter((copy) => copy === 1)
      .length;
  }
}

describe.each(withGil)("hundreds of threads on %s", (format) => {
  it("are proven though each copy of all of them is interrupted", () => {
    const crowd = new Crowd(format);
    crowd.takeTurns();
    crowd.take();
    crowd.source.isBusy = true;
    for (let round = 0; round < 3; round++) {
      crowd.take();
      expect(new Set(crowd.proofs().values())).toEqual(new Set([crowd.decoder.proofs.edges]));
      expect(crowd.firstCopies()).toBeGreaterThan(MANY / 3);
      expect(crowd.firstCopies()).toBeLessThan(MANY);
    }
  });

  it("are proven where one of them can't be", () => {
    const crowd = new Crowd(format);
    crowd.takeTurns();
    const victim = crowd.threads[MANY / 2] as BuiltThread;
    if (crowd.target.usesChunks) crowd.target.memory.hide(victim.chunks[0] as number, 16_384);
    else crowd.target.memory.hide(victim.frames[0] as number, 64);
    crowd.take();
    crowd.source.ranges = 0;
    crowd.take();
    const { edges, none } = crowd.decoder.proofs;
    const proofs = crowd.proofs();
    expect(proofs.size).toBe(MANY);
    expect(proofs.get(victim.nativeId)).toBe(none);
    proofs.delete(victim.nativeId);
    expect(new Set(proofs.values())).toEqual(new Set([edges]));
    expect(crowd.firstCopies()).toBe(MANY - 1);
    // The others are not copied again and again.
    expect(crowd.decoder.attempts).toBeGreaterThan(3);
    expect(crowd.source.ranges).toBeLessThan(2 * 4 * MANY);
  });

  it("are proven by the GIL, but for its holder, however late all copies are", () => {
    const crowd = new Crowd(format);
    const [holder, other] = crowd.threads as [BuiltThread, BuiltThread];
    // Whatever they did meanwhile, they have done.
    for (const thread of crowd.threads.slice(1)) crowd.target.takeGil(thread);
    crowd.run(other, 3);
    crowd.target.takeGil(holder);
    Object.defineProperty(crowd.source, "interrupted", { value: true, writable: false });
    const { fill } = crowd.target.memory;
    crowd.source.fill = (memory, requests, count) => fill.call(crowd.target.memory, memory, requests, count);
    crowd.source.still = false;
    let unit = 1;
    crowd.target.memory.beforeFill = () => crowd.run(holder, unit++);
    crowd.take();
    const { none } = crowd.decoder.proofs;
    const proofs = crowd.proofs();
    expect(proofs.get(holder.nativeId)).toBe(none);
    proofs.delete(holder.nativeId);
    expect([...proofs.values()]).not.toContain(none);
  });

  it("are not proven by an off-CPU copy where they were copied behind it", () => {
    const crowd = new Crowd(format);
    const { checkpoint, proof, onlyOffCpu } = crowd.decoder.wants;
    const take = () => {
      crowd.source.asked = [];
      crowd.decoder.sample(crowd.source, checkpoint | proof | onlyOffCpu);
    };
    take();
    take();
    expect(crowd.source.asked).toEqual([crowd.threads[0]?.nativeId]);
    // All have run, so that all are copied anew. The one that stands still gives the GIL away once its own copy is made.
    for (const thread of crowd.threads.slice(1)) crowd.target.takeGil(thread);
    crowd.target.takeGil(crowd.threads[0] as BuiltThread);
    let fills = 0;
    crowd.target.memory.beforeFill = () => {
      if (++fills !== 2) return;
      for (const thread of crowd.threads.slice(1)) {
        crowd.run(thread, 3);
        crowd.target.takeGil(thread);
      }
    };
    take();
    expect(crowd.source.asked.length).toBeGreaterThan(1);
  });
});

const MOST = 4096;

describe.each(["3.9", "3.11", "3.12", "3.14"])("more threads than there is place for, on %s", (format) => {
  it("are counted, and the main thread is not among them", () => {
    const target = new BuiltTarget(format);
    target.memory.noteFills = false;
    const codes = ["main", "run"].map((name) => target.code({ name }));
    const frames = codes.map((code) => ({ code }));
    const threads = Array.from({ length: MOST + 100 }, () => {
      const thread = target.thread();
      target.stack(thread, frames);
      return thread;
    });
    target.takeGil(threads[0] as BuiltThread);
    const { decoder } = target.attach(new FreshDecoder());
    const source = new OffCpuSource(target.memory);
    const { checkpoint, proof, mayCopyOffCpu } = decoder.wants;
    const take = (wants: number) => {
      expect(decoder.sample(source, wants | proof | mayCopyOffCpu)).toBe("sampled");
      expect(decoder.threadCount).toBe(MOST);
      expect(decoder.omittedThreads).toBe(threads.length - MOST);
      expect(decoder.reasonWords.wordsOf(decoder.reasons)).toEqual(["too many threads"]);
      const all = Array.from({ length: MOST }, (_, thread) => thread);
      expect(new Set(all.map((thread) => decoder.nativeId(thread))).size).toBe(MOST);
      expect(decoder.nativeId(MOST - 1)).toBe(OWN_PID);
      expect(all.filter((thread) => decoder.frameCount(thread) !== 2)).toEqual([]);
      return all.map((thread) => decoder.proof(thread));
    };
    // Before 3.11 the main thread tells where native ids lie.
    decoder.sample(source, checkpoint | proof | mayCopyOffCpu);
    take(checkpoint);
    const serials = [0, MOST - 2, MOST - 1].map((thread) => decoder.serial(thread));
    for (const wants of [checkpoint, 0, 0, checkpoint, 0]) {
      expect(take(wants)).not.toContain(decoder.proofs.none);
      expect(decoder.attempts).toBeLessThanOrEqual(2);
    }
    // They are the same from one sample to the next, though one takes the GIL that is only counted.
    target.takeGil(threads[1] as BuiltThread);
    for (const wants of [0, checkpoint, 0]) expect(take(wants)).not.toContain(decoder.proofs.none);
    expect([0, MOST - 2, MOST - 1].map((thread) => decoder.serial(thread))).toEqual(serials);
    // Some end, others begin.
    for (const thread of threads.splice(1, 200)) {
      target.takeGil(thread);
      target.end(thread);
    }
    target.takeGil(threads[0] as BuiltThread);
    decoder.sample(source, checkpoint | proof | mayCopyOffCpu);
    decoder.sample(source, checkpoint | proof | mayCopyOffCpu);
    expect(decoder.omittedThreads).toBe(0);
    expect(decoder.threadCount).toBe(threads.length);
    expect(decoder.reasons).toBe(0);
  });
});
