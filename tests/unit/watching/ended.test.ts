// What is said of a run's end: only what is known.
import { expect, it } from "vitest";
import { endedText } from "../../../src/cli/watching/run.js";

const END = { exitCode: 0, signal: null, isAttached: false, isTimed: false };

it.each([
  ["ended, status 3", { exitCode: 3 }],
  ["ended, status 137", { exitCode: 137 }],
  ["ended", { isAttached: true }],
  ["ended", { isAttached: true, isTimed: true }],
  ["ended, the exposure is over", { exitCode: 254, isTimed: true }],
  ["ended, the exposure is over", { exitCode: 254, isTimed: true, isAttached: true }],
  ["ended, status 0", { isTimed: true }],
  ["ended by SIGKILL", { exitCode: null, signal: "SIGKILL" as const }],
])("%s", (text, end) => {
  expect(endedText({ ...END, ...end })).toBe(text);
});
