// Where a program has its random bytes, by its auxiliary vector: of both word sizes, and of vectors that say nothing.
import { expect, it } from "vitest";
import { parseSeedAddress, seedAddress } from "../../../src/host/linux/auxv.js";

const AT_PHDR = 3;
const AT_RANDOM = 25;

function auxv(wordSize: number, ...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(wordSize * words.length);
  for (const [i, word] of words.entries()) {
    if (wordSize === 8) bytes.writeBigUInt64LE(BigInt(word), 8 * i);
    else bytes.writeUInt32LE(word, 4 * i);
  }
  return bytes;
}

it.each([4, 8])("is the value of its entry, in words of %i bytes", (wordSize) => {
  expect(parseSeedAddress(auxv(wordSize, AT_PHDR, AT_RANDOM, AT_RANDOM, 0x7ffd_1239, 0, 0), wordSize)).toBe(
    0x7ffd_1239n,
  );
});

it("is nowhere where there is none", () => {
  for (const words of [[], [0, 0], [AT_PHDR, 0x1000, 0, 0], [AT_RANDOM, 0, 0, 0]]) {
    expect(parseSeedAddress(auxv(8, ...words), 8)).toBeUndefined();
  }
  // It is cut.
  expect(parseSeedAddress(auxv(8, AT_RANDOM), 8)).toBeUndefined();
  expect(seedAddress(2 ** 22 + 1, 8)).toBeUndefined();
});
