// Which interpreters the suites run on: says what is found, and what is missing and why.
// With AUSTIN_TS_REQUIRE_ALL=1 (set by .ci/run) a missing interpreter is a failure.
import { describe, expect, it } from "vitest";
import { requiresAll } from "../needs.js";
import { missing, pythons, unsupported } from "../pythons.js";

describe("the matrix of interpreters", () => {
  const lines = [
    ...pythons().map(({ name, wordSize, origin, path }) => `  ${name} (${wordSize * 8} bit, ${origin}): ${path}`),
    ...unsupported().map(({ name, path }) => `  ${name} (to be refused): ${path}`),
    ...missing().map(({ name, why }) => `  missing ${name}: ${why}`),
  ];
  process.stdout.write(`Interpreters:\n${lines.join("\n")}\n`);

  it("has at least one interpreter", () => {
    expect(pythons().length).toBeGreaterThan(0);
  });

  it("gives every interpreter a name of its own", () => {
    const names = [...pythons(), ...unsupported()].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  if (requiresAll) it("is complete", () => expect(missing()).toEqual([]));
});
