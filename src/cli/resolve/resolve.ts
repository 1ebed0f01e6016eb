// austinp-resolve: from the arguments to a profile whose native frames have lines. In: a profile. Out: a profile; what could not be told, and why, on standard error.
import { mojo } from "../../formats/mojo.js";
import { fileStatus } from "../../output/file_status.js";
import { findInlineTool, InlineTool } from "../../symbols/inline_tool.js";
import { resolvedSamples } from "../../symbols/resolved_samples.js";
import { Resolver } from "../../symbols/resolver.js";
import { convert, UnfitOutput } from "../convert/conversion.js";
import { noInlineTool, resolvedLines } from "../messages/resolve.js";
import { ToldError } from "../messages/told_error.js";
import { endOnSignals, runReaderCommand, UsageError } from "../reading/reader_command.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { defineResolveCommand, INLINES, RESOLVE_EXIT_NOTE, RESOLVE_PURPOSE } from "./options.js";

type Inlines = (typeof INLINES)[number];

/** Run the command; the process's exit code is set when it resolves. */
export function resolveMain(argv: readonly string[]): Promise<void> {
  return runReaderCommand(
    { cli: defineResolveCommand(), purpose: RESOLVE_PURPOSE, run: resolve, exitNote: RESOLVE_EXIT_NOTE },
    argv,
  );
}

async function resolve(given: ParsedWords): Promise<void> {
  const [input, output, ...others] = given.operands;
  if (input === undefined || output === undefined) throw new UsageError("it takes two files, INPUT and OUTPUT.");
  if (others.length > 0) throw new UsageError(`it takes two files, and '${others[0]}' is one more.`);
  const inlines = inlinesOf(given);
  const root = rootOf(given);
  const found = inlines === "never" ? undefined : findInlineTool();
  if (inlines === "always" && found === undefined) throw new ToldError(noInlineTool());
  const tool = found && new InlineTool(found);
  const resolver = new Resolver(root, tool);
  endOnSignals();
  const { faint } = createStyle(takesColour(process.stderr, process.env));
  try {
    const through = (samples: Parameters<typeof resolvedSamples>[0]) => resolvedSamples(samples, resolver);
    const { remarks, damage } = await convert({ input, output, format: mojo, through });
    const told = resolvedLines(resolver.outcomes, {
      asked: inlines !== "never",
      tool: found?.name,
      hasFailed: tool?.hasFailed ?? false,
    });
    for (const line of [...told, ...remarks]) process.stderr.write(`${faint(line)}\n`);
    if (damage !== undefined) throw new ToldError(damage);
  } catch (error) {
    throw error instanceof UnfitOutput ? new UsageError(error.message) : error;
  } finally {
    resolver.close();
  }
}

/** @throws UsageError */
function inlinesOf(given: ParsedWords): Inlines {
  const text = given.text("inlines") ?? "auto";
  const known = INLINES.find((one) => one === text);
  if (known === undefined) throw new UsageError(`'${text}' is no value for --inlines: it takes ${INLINES.join(", ")}.`);
  return known;
}

/** @throws UsageError */
function rootOf(given: ParsedWords): string {
  const root = given.text("root");
  if (root === undefined || root === "/") return "";
  if (fileStatus(root)?.isDirectory() !== true)
    throw new UsageError(`'${root}', given for --root, is no folder that can be looked at.`);
  return root.replace(/\/+$/, "");
}
