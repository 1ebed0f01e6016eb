// The word that was probably meant.
import { expect, it } from "vitest";
import { nearest } from "../../../src/cli/words/nearest.js";

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
