// Decoders are used again: an instance takes much address space, which is never given back.
import { expect, it } from "vitest";
import { NoAddressSpace } from "../../../src/decoder/errors.js";
import { Decoder } from "../../../src/decoder/index.js";
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
