// A seeded vandal at work on built targets: whatever bytes it changes, the decoder answers, soon, and is well again when
// they are put back. It proves that no bytes make a trap or an endless loop, not what each change should read as.
import { describe, expect, it } from "vitest";
import { random } from "../capture/random.js";
import { BuiltTarget } from "./built_target.js";
import { debugDecoder } from "./debug_build.js";
import { formatNames } from "./layouts.js";
import type { Samples, SampleText } from "./samples.js";

const ROUNDS = 250;
/** Copies of a sample: a chain of frames costs one each where none of them is on the datastack. */
const MOST_FILLS = 2000;
const SEEDS: Readonly<Record<string, number>> = Object.fromEntries(
  formatNames.map((name, i) => [name, 20_240_001 + i]),
);

interface Change {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Changes bytes of what a target consists of, and puts them back. */
class Vandal {
  readonly #random: () => number;
  #changes: Change[] = [];

  constructor(
    readonly target: BuiltTarget,
    seed: number,
  ) {
    this.#random = random(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Change something anywhere in a structure's used bytes. */
  strike(): void {
    const { target } = this;
    const places = target.usedRanges();
    const { start, length } = places[this.below(places.length)] as (typeof places)[number];
    const address = start + this.below(length);
    if (this.below(2) === 0) this.#write(address, Uint8Array.of(this.below(256)));
    else this.#write(start + this.below(Math.ceil(length / 8)) * 8, this.#word(places));
  }

  putBack(): void {
    for (const { address, bytes } of this.#changes.reverse()) this.target.memory.write(address, bytes);
    this.#changes = [];
    this.target.memory.showAll();
  }

  /** A pointer to somewhere in the target, a small or an absurd number, or noise. */
  #word(places: readonly { readonly start: number; readonly length: number }[]): Uint8Array {
    const place = places[this.below(places.length)] as (typeof places)[number];
    const noise = BigInt(this.below(2 ** 32)) * BigInt(this.below(2 ** 32));
    const words = [BigInt(place.start + this.below(place.length)), BigInt(place.start), 0n, 1n, 8n, 4096n];
    words.push(-1n, -16n, 1n << 31n, 1n << 62n, noise, noise & 0xffffn);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, words[this.below(words.length)] as bigint), true);
    return bytes.subarray(0, this.target.wordSize);
  }

  #write(address: number, bytes: Uint8Array): void {
    this.#changes.push({ address, bytes: this.target.memory.read(address, bytes.length).slice() });
    this.target.memory.write(address, bytes);
  }
}

/**
 * @param versioned whether code objects are numbered: then their strings and tables are never looked at again, and what
 *   was damaged when it was read first stays so
 */
function variety(format: string, versioned: boolean): BuiltTarget {
  const target = new BuiltTarget(format);
  const codes = ["<module>", "función", "名前", "🐍", "plain"].map((name, i) =>
    target.code({ name, version: versioned ? i + 1 : 0, nameShape: { compact: i !== 1 } }),
  );
  for (let i = 0; i < 4; i++) {
    const interpreter = i % 2 === 0 ? target.interpreter() : target.interpreters[0];
    const frames = Array.from({ length: [3, 300, 12, 1][i] as number }, (_, depth) => ({
      code: codes[(depth * 3 + i) % 5] as (typeof codes)[number],
      unit: depth % 8,
      generator: target.usesChunks && depth % 5 === 4,
      entry: depth % 7 === 0,
    }));
    target.stack(target.thread(interpreter), frames);
  }
  return target;
}

function take(samples: Samples, target: BuiltTarget): SampleText {
  target.memory.forgetFills();
  const sample = samples.take();
  expect(target.memory.fills.length).toBeLessThan(MOST_FILLS);
  return sample;
}

describe.each(formatNames)("on %s", (format) => {
  it(`${ROUNDS} rounds of damage end, and all is well after each`, () => {
    const target = variety(format, false);
    const vandal = new Vandal(target, SEEDS[format] as number);
    const samples = target.attach();
    take(samples, target);
    const whole = { ...take(samples, target), attempts: 0 };
    expect(whole.threads.flatMap(({ reasons }) => reasons)).toEqual([]);
    let differing = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const strikes = 1 + vandal.below(12);
      for (let strike = 0; strike < strikes; strike++) vandal.strike();
      if (vandal.below(8) === 0) {
        const places = target.usedRanges();
        const place = places[vandal.below(places.length)] as (typeof places)[number];
        target.memory.hide(place.start + vandal.below(place.length), 4096);
      }
      target.noteReplaced(); // or code objects would not be looked at
      const damaged = take(samples, target);
      if (JSON.stringify({ ...damaged, attempts: 0 }) !== JSON.stringify(whole)) differing++;
      vandal.putBack();
      target.noteReplaced();
      expect({ ...take(samples, target), attempts: 0 }, `round ${round} of seed ${SEEDS[format]}`).toEqual(whole);
    }
    expect(differing).toBeGreaterThan(ROUNDS / 8);
  });

  it("damage between two copies of one sample ends too, with the decoder's assertions on", () => {
    const target = variety(format, true);
    const vandal = new Vandal(target, (SEEDS[format] as number) + 1000);
    const samples = target.attach(debugDecoder());
    take(samples, target);
    target.memory.beforeFill = () => {
      if (vandal.below(3) === 0) vandal.putBack();
      else vandal.strike();
    };
    for (let round = 0; round < ROUNDS; round++) take(samples, target);
  });
});
