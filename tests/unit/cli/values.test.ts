// Units, limits and the texts that are no values.
import { describe, expect, it } from "vitest";
import {
  parseExposureMicroseconds,
  parseIntervalMicroseconds,
  parsePid,
  parseTimeoutMilliseconds,
} from "../../../src/cli/words/values.js";

const NEVER = [
  "",
  " ",
  "abc",
  "-1",
  "+1",
  "1 ",
  " 1",
  "1xs",
  "1US",
  "1e3",
  "0x10",
  "1.",
  ".5",
  "us",
  "1h",
  "99999999999999999999",
  "١",
];

function check(parse: (text: string) => number | undefined, cases: Record<string, number | undefined>) {
  it.each([...Object.entries(cases), ...NEVER.map((text) => [text, undefined] as const)])(
    "'%s' is %s",
    (text, value) => {
      expect(parse(text)).toBe(value);
    },
  );
}

describe("interval in microseconds", () => {
  check(parseIntervalMicroseconds, {
    "0": 0,
    "100": 100,
    "100us": 100,
    "5ms": 5_000,
    "2s": 2_000_000,
    "0001": 1,
    "1.5": undefined,
    "1m": undefined,
    "2147483648s": 2_147_483_648_000_000,
    "2147483649s": undefined,
    "2147483648000001": undefined,
  });
});

describe("timeout in milliseconds", () => {
  check(parseTimeoutMilliseconds, {
    "0": 0,
    "10": 10,
    "10ms": 10,
    "5s": 5_000,
    "10us": undefined,
    "1.5s": undefined,
    "1m": undefined,
    "2147483648s": 2_147_483_648_000,
    "2147483649s": undefined,
  });
});

describe("exposure in microseconds", () => {
  check(parseExposureMicroseconds, {
    "0": 0,
    "0.0": 0,
    "1": 1_000_000,
    "0.5": 500_000,
    "1.1": 1_100_000,
    "1.5s": 1_500_000,
    "1m": 60_000_000,
    "500ms": 500_000,
    "2s": 2_000_000,
    "0.0000001": 1,
    "5us": undefined,
    "1.5.5": undefined,
    "2147483648": 2_147_483_648_000_000,
    "2147483649": undefined,
  });
});

describe("process id", () => {
  check(parsePid, {
    "1": 1,
    "4242": 4242,
    "2147483647": 2_147_483_647,
    "0": undefined,
    "2147483648": undefined,
    "1.5": undefined,
  });
});
