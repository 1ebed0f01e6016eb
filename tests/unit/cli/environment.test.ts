// What environment variables ask for.
import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../src/cli/process/environment.js";

describe("AUSTIN_PAGE_SIZE_CAP", () => {
  it.each([
    [undefined, 0],
    ["4096", 4096],
    ["+1", 1],
    [" 5", 5],
    ["0", 0],
    ["-1", 0],
    ["99999999999999999999", Number.MAX_SAFE_INTEGER],
  ])("%s is %i bytes", (value, readBytes) => {
    expect(readEnvironment({ AUSTIN_PAGE_SIZE_CAP: value })).toMatchObject({ readBytes });
  });

  it.each(["", "invalid", "12x", "5 ", "0x10", "1.5"])("'%s' is refused", (value) => {
    expect(readEnvironment({ AUSTIN_PAGE_SIZE_CAP: value })).toEqual({ name: "AUSTIN_PAGE_SIZE_CAP", value });
  });
});

describe.each([
  ["AUSTIN_NO_LOGGING", "silentLog"],
  ["AUSTIN_COMPATIBLE", "isCompatible"],
])("%s", (name, setting) => {
  it.each([
    [undefined, false],
    ["", false],
    ["0", true],
    ["1", true],
  ])("%s", (value, expected) => {
    expect(readEnvironment({ [name]: value })).toMatchObject({ [setting]: expected });
  });
});
