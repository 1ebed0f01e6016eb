// Which fields can lie in a struct together.
import { Extent } from "../../../assembly/layouts/extent";

function fits(offset: u32, width: u32): bool {
  Extent.reset(8);
  Extent.open(32, 64);
  Extent.claim(8, 8);
  Extent.claim(offset, width);
  return Extent.plausible;
}

describe("Extent", () => {
  it("accepts fields beside each other", () => {
    expect(fits(0, 8)).toBe(true);
    expect(fits(16, 4)).toBe(true);
    expect(fits(31, 1)).toBe(true);
    expect(fits(16, 16)).toBe(true);
  });

  it("refuses a field outside, astray, empty or on another", () => {
    expect(fits(32, 1)).toBe(false);
    expect(fits(24, 16)).toBe(false);
    expect(fits(20, 8)).toBe(false);
    expect(fits(16, 0)).toBe(false);
    expect(fits(12, 4)).toBe(false);
    expect(fits(8, 8)).toBe(false);
    expect(fits(0xffff_fff8, 8)).toBe(false);
    expect(fits(0xffff_fff0, 8)).toBe(false);
  });

  it("refuses structs too small or too large", () => {
    Extent.reset(8);
    Extent.open(7, 64);
    expect(Extent.plausible).toBe(false);
    Extent.reset(8);
    Extent.open(65, 64);
    expect(Extent.plausible).toBe(false);
    Extent.open(64, 64);
    expect(Extent.plausible).toBe(false);
    Extent.reset(8);
    expect(Extent.plausible).toBe(true);
  });

  it("aligns 64-bit numbers to the word", () => {
    Extent.reset(4);
    Extent.open(32, 64);
    Extent.claim(4, 8);
    expect(Extent.plausible).toBe(true);
  });

  it("takes an offered field only where it can be, and finds nothing implausible", () => {
    Extent.reset(8);
    Extent.open(32, 64);
    expect(Extent.offer(8, 8)).toBe(true);
    expect(Extent.offer(12, 4)).toBe(false);
    expect(Extent.offer(32, 1)).toBe(false);
    expect(Extent.offer(16, 0)).toBe(false);
    expect(Extent.plausible).toBe(true);
    Extent.claim(8, 1);
    expect(Extent.plausible).toBe(false);
  });

  it("refuses more fields than it can compare", () => {
    Extent.reset(8);
    Extent.open(64, 64);
    for (let i: u32 = 0; i < 25; i++) Extent.claim(i, 1);
    expect(Extent.plausible).toBe(false);
  });
});
