// The cheat sheet's command lines against the option parsers, the formats and the filters themselves.
import type { CAC } from "cac";
import { describe, expect, it } from "vitest";
import { gatherAllFacts } from "../../../doc/make/facts.js";
import { TASKS } from "../../../doc/make/tasks.js";
import { parseCommandLine } from "../../../src/cli/austin/command_line.js";
import { defineConvertCommand } from "../../../src/cli/convert/options.js";
import { defineDecodeCommand } from "../../../src/cli/decode/options.js";
import { defineDiffCommand } from "../../../src/cli/diff/options.js";
import { defineResolveCommand } from "../../../src/cli/resolve/options.js";
import { defineTuiCommand } from "../../../src/cli/tui/options.js";
import { defineViewCommand } from "../../../src/cli/view/options.js";
import { defineWebCommand } from "../../../src/cli/web/options.js";
import { readFilterWords } from "../../../src/cli/words/filter_options.js";
import { ParsedWords } from "../../../src/cli/words/parsed_words.js";
import { FORMAT_NAMES, formatForFile } from "../../../src/formats/registry.js";

const READERS = new Map(
  [
    defineConvertCommand(),
    defineDecodeCommand(),
    defineDiffCommand(),
    defineResolveCommand(),
    defineTuiCommand(),
    defineViewCommand(),
    defineWebCommand(),
  ].map((cli) => [cli.name, cli]),
);
/** Programs of others, at the end of a pipe. */
const OTHERS = ["flamegraph.pl"];

/** The programs of a pipe with their words, as a shell reads them; where an output goes is the shell's own. */
function commandsOf(line: string): string[][] {
  return line
    .split(" | ")
    .map((command) =>
      [...command.replace(/ > \S+$/, "").matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? "",
      ),
    );
}

async function check([name = "", ...words]: string[]): Promise<void> {
  if (OTHERS.includes(name)) return;
  if (name === "austin" || name === "austinp") {
    const parsed = parseCommandLine(words, name);
    expect(parsed.kind === "error" ? parsed.message : parsed.kind).toMatch(/^(run|where|doctor)$/);
    return;
  }
  const isLive = name === "austin-tui" || name === "austin-web";
  const given = new ParsedWords(READERS.get(name) as CAC, words, !isLive);
  expect(given.problem).toBeUndefined();
  const expected = ["austin-diff", "austinp-resolve"].includes(name) ? 2 : given.has("list") || isLive ? 0 : 1;
  expect(given.operands).toHaveLength(expected);
  expect(readFilterWords((option) => given.texts(option), given.has("main-thread")).kind).toBe("words");
  if (name !== "austin-convert" || expected === 0) return;
  const format = given.text("format");
  if (format !== undefined) expect(FORMAT_NAMES).toContain(format);
  else expect(await formatForFile(given.text("output") as string)).toBeDefined();
}

const lines = TASKS.flatMap(({ answers }) => answers.map(([line]) => line));

describe("the cheat sheet by task", () => {
  it.each(lines)("%s", async (line) => {
    for (const command of commandsOf(line)) await check(command);
  });

  it("shows every command but those with a format for a name", () => {
    const shown = new Set(lines.flatMap(commandsOf).map(([name]) => name));
    const commands = gatherAllFacts().map(({ name }) => name);
    expect(commands.filter((name) => !shown.has(name)).sort()).toEqual([
      "austin2pprof",
      "austin2speedscope",
      "mojo2austin",
    ]);
  });

  it("has no line twice", () => {
    expect(new Set(lines).size).toBe(lines.length);
  });
});
