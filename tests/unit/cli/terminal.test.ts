// When colour is wanted, and what it looks like.
import { describe, expect, it } from "vitest";
import { createStyle, takesColour } from "../../../src/cli/terminal/terminal.js";

describe("takesColour", () => {
  it.each<[isTTY: boolean | undefined, environment: Record<string, string>, expected: boolean]>([
    [true, {}, true],
    [true, { TERM: "xterm-256color" }, true],
    [false, {}, false],
    [undefined, { TERM: "xterm" }, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "0" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
  ])("isTTY %s with %j: %s", (isTTY, environment, expected) => {
    expect(takesColour({ isTTY }, environment)).toBe(expected);
  });
});

describe("createStyle", () => {
  it("changes nothing without colour", () => {
    for (const paint of Object.values(createStyle(false))) expect(paint("text")).toBe("text");
  });

  it("sets and resets with colour, and leaves the empty text empty", () => {
    for (const paint of Object.values(createStyle(true))) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is tested
      expect(paint("text")).toMatch(/^\x1b\[[\d;]+mtext\x1b\[0m$/);
      expect(paint("")).toBe("");
    }
  });
});
