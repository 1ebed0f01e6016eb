// The word that was probably meant.
import { describe, expect, it } from "vitest";
import { namesNear, nearest } from "../../../src/cli/words/nearest.js";

const WORDS = ["interval", "output", "pid", "pipe", "children", "still"];

it.each([
  ["intervall", "interval"],
  ["intreval", "interval"],
  ["outptu", "output"],
  ["ouptut", "output"],
  ["output", "output"],
  ["stil", "still"],
  ["stlil", "still"],
  // Too far, for their lengths.
  ["in", undefined],
  ["pi", undefined],
  ["pod", "pid"],
  ["verbose", undefined],
  ["childs", undefined],
  ["stlli", undefined],
  ["", undefined],
])("of '%s' it is %s", (word, expected) => {
  expect(nearest(word, WORDS)).toBe(expected);
});

describe("names near to", () => {
  const names = ["app.views", "json.decoder", "JSONDecoder.decode", "Handler.load_config", "<module>"];
  it.each([
    ["view", ["app.views"]],
    ["jsn", []],
    ["json", ["json.decoder", "JSONDecoder.decode"]],
    ["load_confg", ["Handler.load_config"]],
    ["app.veiws", ["app.views"]],
    ["decode", ["json.decoder", "JSONDecoder.decode"]],
    [".views", ["app.views"]],
    ["", []],
    [".", []],
  ])("'%s'", (word, expected) => {
    expect(namesNear(word, names)).toEqual(expected);
  });

  it("are found among long ones in no time", () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `${i}${"x".repeat(5000)}`);
    expect(namesNear("y".repeat(300), long)).toEqual([]);
  });
});
