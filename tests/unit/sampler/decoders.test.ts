// Decoders are used again, as making one takes milliseconds; those that nobody needs are not kept for good, as each takes memory and much
// address space.
import { expect, it } from "vitest";
import { NoAddressSpace } from "../../../src/decoder/errors.js";
import { Decoder } from "../../../src/decoder/index.js";
import { localModule } from "../../../src/decoder/local.js";
import { instantiate } from "../../../src/decoder/wasm.js";
import { Decoders } from "../../../src/sampler/decoders.js";

it("gives what was given back, and makes one where there is none", () => {
  const made: Decoder[] = [];
  const first = new Decoder();
  const decoders = new Decoders([first], () => {
    const decoder = new Decoder();
    made.push(decoder);
    return decoder;
  });
  expect(decoders.take()).toBe(first);
  const second = decoders.take();
  expect(made).toEqual([second]);
  for (let round = 0; round < 3; round++) {
    decoders.giveBack(second);
    decoders.giveBack(first);
    expect(new Set([decoders.take(), decoders.take()])).toEqual(new Set([first, second]));
  }
  expect(made.length).toBe(1);
});

it("asks the system no more once it had no room, and gives what is given back", () => {
  let asked = 0;
  const first = new Decoder();
  const decoders = new Decoders([first], () => {
    asked++;
    throw new NoAddressSpace();
  });
  expect(decoders.take()).toBe(first);
  for (let i = 0; i < 3; i++) expect(() => decoders.take()).toThrow(NoAddressSpace);
  expect([asked, decoders.size]).toEqual([1, 1]);
  decoders.giveBack(first);
  expect(decoders.take()).toBe(first);
  expect(() => decoders.take()).toThrow(NoAddressSpace);
  expect(asked).toBe(1);
});

it("keeps as many idle as are in use, and a few in any case; what is left is used before one is made", () => {
  const instance = instantiate(localModule());
  let made = 0;
  let retired = 0;
  class Counted extends Decoder {
    override retire(): void {
      retired++;
    }
  }
  const decoders = new Decoders([], () => {
    made++;
    return new Counted(instance);
  });
  const used = Array.from({ length: 40 }, () => decoders.take());
  const idle = used.map((decoder) => {
    decoders.giveBack(decoder);
    return decoders.idle;
  });
  expect([idle[19], idle[20], idle[29], idle.at(-1)]).toEqual([20, 19, 10, 4]);
  expect([decoders.size, retired]).toEqual([4, 36]);
  for (let i = 0; i < 4; i++) decoders.take();
  expect(made).toBe(40);
  decoders.take();
  expect(made).toBe(41);
});

it("keeps all where there was no room for one more", () => {
  const instance = instantiate(localModule());
  let left = 20;
  const decoders = new Decoders([], () => {
    if (left-- === 0) throw new NoAddressSpace();
    return new Decoder(instance);
  });
  const used = Array.from({ length: 20 }, () => decoders.take());
  expect(() => decoders.take()).toThrow(NoAddressSpace);
  for (const decoder of used) decoders.giveBack(decoder);
  expect([decoders.size, decoders.idle]).toEqual([20, 20]);
});
