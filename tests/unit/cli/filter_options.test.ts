import { cac } from "cac";
import { describe, expect, it } from "vitest";
import { addFilterOptions, readFilterWords } from "../../../src/cli/words/filter_options.js";
import { ParsedWords } from "../../../src/cli/words/parsed_words.js";
import { MOST_CHARACTERS, MOST_VALUES } from "../../../src/filters/words.js";

function read(...argv: string[]) {
  const given = new ParsedWords(addFilterOptions(cac("test")), argv, true);
  expect(given.problem).toBeUndefined();
  return readFilterWords((name) => given.texts(name), given.has("main-thread"));
}

const NOTHING = { processes: [], threads: [], mainThread: false, modules: [], functions: [], collapse: [] };

describe("filter options", () => {
  it.each([
    ["", {}],
    ["--process 12 --process=13", { processes: [12, 13] }],
    ["--thread 0:12 --thread 0x1f", { threads: ["0:12", "0x1f"] }],
    ["--thread worker-* --thread !", { threads: ["worker-*", "!"] }],
    ["--main-thread", { mainThread: true }],
    ["--module json.* --module !a --function b", { modules: ["json.*", "!a"], functions: ["b"] }],
    ["--state idle", { state: "idle" }],
    ["--window 1.5..2", { window: { from: 1_500_000, to: 2_000_000 } }],
    ["--window 500ms..", { window: { from: 500_000, to: Number.POSITIVE_INFINITY } }],
    ["--window ..1m", { window: { from: 0, to: 60_000_000 } }],
    ["--collapse stdlib --collapse imports", { collapse: ["stdlib", "imports"] }],
  ])("%s", (line, words) => {
    expect(read(...line.split(" ").filter(Boolean))).toEqual({ kind: "words", words: { ...NOTHING, ...words } });
  });

  it.each([
    ["process", "0"],
    ["thread", ""],
    ["thread", "1:"],
    ["thread", "[z-a]"],
    ["module", "!"],
    ["module", "[z-a]"],
    ["function", ""],
    ["state", "asleep"],
    ["window", "1"],
    ["window", ".."],
    ["window", "2..1"],
    ["window", "1..1"],
    ["window", "1..2..3"],
    ["window", "a..b"],
    ["collapse", "all"],
  ])("--%s=%s is refused", (option, given) => {
    expect(read(`--${option}=${given}`)).toMatchObject({ kind: "problem", option, given });
  });
});

describe("filter options that are too much", () => {
  it("are refused: a pattern, and patterns", () => {
    expect(read(`--module=${"a".repeat(MOST_CHARACTERS + 1)}`)).toMatchObject({ kind: "problem", option: "module" });
    expect(read(...Array.from({ length: MOST_VALUES + 1 }, (_, i) => `--thread=${i}`))).toMatchObject({
      option: "thread",
    });
    expect(read(`--module=${"a".repeat(MOST_CHARACTERS)}`)).toMatchObject({ kind: "words" });
  });

  it("are refused: a pattern that leaves nothing of what is asked for", () => {
    expect(read("--module=a", "--module=!a")).toMatchObject({ kind: "problem", option: "module", given: "!a" });
    expect(read("--module=a", "--module=b", "--module=!a")).toMatchObject({ kind: "words" });
    expect(read("--module=!a", "--module=!b")).toMatchObject({ kind: "words" });
  });
});

describe("what is given", () => {
  it("has operands before, between and behind options, where they may be mixed", () => {
    const given = new ParsedWords(
      addFilterOptions(cac("test")),
      "a --main-thread - --thread b c -- --thread".split(" "),
      true,
    );
    expect(given.operands).toEqual(["a", "-", "c", "--thread"]);
    expect(given.has("main-thread")).toBe(true);
    expect(given.texts("thread")).toEqual(["b"]);
  });

  it("ends with the first operand, where they may not", () => {
    const given = new ParsedWords(addFilterOptions(cac("test")), "--thread b a --main-thread".split(" "), false);
    expect(given.operands).toEqual(["a", "--main-thread"]);
    expect(given.has("main-thread")).toBe(false);
  });

  it("keeps what is wrong with a word behind an operand", () => {
    expect(new ParsedWords(addFilterOptions(cac("test")), ["a", "--nothing"], true).problem).toContain("--nothing");
  });
});
