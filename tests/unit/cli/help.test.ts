// The help's text against cac's list, which is the only one.
import { describe, expect, it } from "vitest";
import { defineCommandLine } from "../../../src/cli/austin/options.js";
import { defineConvertCommand, defineNamedConverter, NAMED_CONVERTERS } from "../../../src/cli/convert/options.js";
import { defineDecodeCommand } from "../../../src/cli/decode/options.js";
import { defineDiffCommand } from "../../../src/cli/diff/options.js";
import { defineViewCommand } from "../../../src/cli/view/options.js";
import { EXIT_CODE_MEANINGS, ExitCode } from "../../../src/cli/words/exit_codes.js";
import { renderHelp, renderUsage } from "../../../src/cli/words/help.js";
import { argumentName, defaultValue, groupOf, lettersOf, longName, shortName } from "../../../src/cli/words/option.js";
import { ParsedWords } from "../../../src/cli/words/parsed_words.js";
import { wrap } from "../../../src/cli/words/wrap.js";

const cli = defineCommandLine();
const options = cli.globalCommand.options;
const help = renderHelp(cli);
const usage = renderUsage(cli);
const longForms = options.map((option) => `--${longName(option)}`);

/** The text of the help from one option to the next, in one line. */
function entry(long: string): string {
  const lines = help.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^ {2}(-.,| {3}) --${long}\\b`).test(line));
  const end = lines.findIndex((line, index) => index > start && !/^ {29}/.test(line));
  return lines.slice(start, end).join(" ").replaceAll(/\s+/g, " ").trim();
}

describe("help", () => {
  it.each(options.map((option) => [longName(option), option]))(
    "has --%s with all that cac knows of it",
    (long, option) => {
      const short = shortName(option);
      const argument = argumentName(option);
      const value = defaultValue(option);
      const text = entry(long);
      const head = `${short === undefined ? "" : `-${short}, `}--${long}${argument === undefined ? "" : `=${argument}`} `;
      expect(text.startsWith(`${head}${option.description}`)).toBe(true);
      expect(text.includes("Default:")).toBe(value !== undefined);
      if (value !== undefined) expect(text).toContain(`Default: ${value}.`);
    },
  );

  it("has the options of a group together, under its heading", () => {
    const groups = options.map(groupOf);
    const changes = groups.filter((group, index) => group !== groups[index - 1]);
    expect(changes).toEqual([...new Set(groups)]);
    const headings = help.split("\n").filter((line) => /^[A-Z][\w ]*:$/.test(line));
    expect(headings).toEqual([...changes, "Exit codes", "Examples"].map((group) => `${group}:`));
    for (const option of options) {
      const before = help.slice(0, help.search(new RegExp(`^ .*--${longName(option)}\\b`, "m")));
      expect(
        before
          .trimEnd()
          .split("\n")
          .findLast((line) => /^\S.*:$/.test(line)),
      ).toBe(`${groupOf(option)}:`);
    }
  });

  it("has no other option", () => {
    const named = help.split("\n").flatMap((line) => /^ {2}(?:-.,| {3}) (--[a-z-]+)/.exec(line)?.[1] ?? []);
    expect(named).toEqual(longForms);
  });

  it("has every option of Austin's", () => {
    const austin = "-c -C -f -g -i -m -o -p -P -t -w -x -? -V".split(" ");
    expect(options.flatMap((option) => lettersOf(option).map((letter) => `-${letter}`)).sort()).toEqual(
      // -n is what Austin's next version has, -k what its austinp has.
      [...austin, "-h", "-k", "-n"].sort(),
    );
    expect(longForms).toContain("--usage");
  });

  it("has every exit code", () => {
    // Whether a profile can be read is a matter of other commands.
    const codes = Object.values(ExitCode).filter((code) => code !== ExitCode.INPUT);
    expect(Object.keys(EXIT_CODE_MEANINGS).map(Number)).toEqual(codes);
    for (const code of codes) expect(help).toMatch(new RegExp(`^  ${code} +\\S`, "m"));
  });

  it.each([
    ["help", help],
    ["usage", usage],
  ])("%s is at most 79 wide and has no trailing spaces", (_, text) => {
    for (const line of text.split("\n")) {
      expect(line.length).toBeLessThanOrEqual(79);
      expect(line).toBe(line.trimEnd());
    }
  });
});

describe("-h", () => {
  const readers = [defineConvertCommand(), defineDecodeCommand(), defineDiffCommand(), defineViewCommand()];
  const named = Object.values(NAMED_CONVERTERS).map(defineNamedConverter);
  it.each([cli, ...readers, ...named].map((one) => [one.name, one] as const))(
    "is help of %s, and so is -?",
    (_, one) => {
      for (const word of ["-h", "-?", "--help"]) expect(new ParsedWords(one, [word], true).has("help")).toBe(true);
      expect(new ParsedWords(one, ["-V"], true).has("help")).toBe(false);
      const text = renderHelp(one, { purpose: "", exitCodes: {} });
      expect(text).toMatch(/^ {2}-h, --help +Print this help\.$/m);
      expect(text).toMatch(/^Help:$/m);
    },
  );
});

describe("usage", () => {
  it("names every option in both forms, and nothing else", () => {
    expect([...usage.matchAll(/\[(--[a-z-]+)/g)].map((match) => match[1])).toEqual(longForms);
    expect(usage).toContain("[-CnkcfgmPhV] [-p PID] [-t n_ms] [-i n_us] [-x n_sec] [-o FILE]\n");
    expect(usage).toMatch(/command \[ARG\.\.\.\]\n$/);
  });
});

describe("wrap", () => {
  it.each<[string, number, number, string[]]>([
    ["", 10, 0, []],
    ["one", 2, 0, ["one"]],
    ["aa bb cc", 5, 0, ["aa bb", "cc"]],
    ["aa bb cc", 5, 2, ["aa bb", "  cc"]],
    ["aa bb cc", 4, 0, ["aa", "bb", "cc"]],
    ["aa muchtoowide cc", 5, 2, ["aa", "  muchtoowide", "  cc"]],
  ])("'%s' at %i", (text, width, indent, lines) => {
    expect(wrap(text.split(" "), width, indent)).toEqual(lines);
  });
});
