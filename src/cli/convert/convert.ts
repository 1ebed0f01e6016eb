// austin-convert and the commands that have a format for a name: from the arguments to a conversion.
import type { CAC } from "cac";
import type { Format } from "../../formats/format.js";
import { allFormats, FORMAT_NAMES, formatForFile, formatNamed } from "../../formats/registry.js";
import { ToldError } from "../messages/told_error.js";
import { untilSignal } from "../reading/following.js";
import { countOf, endOnSignals, filtersOf, runReaderCommand, UsageError } from "../reading/reader_command.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { type Conversion, convert, UnfitOutput } from "./conversion.js";
import { CONVERT_PURPOSE, defineConvertCommand, defineNamedConverter, type NamedConverter } from "./options.js";

/** Run austin-convert; the process's exit code is set when it resolves. */
export function convertMain(argv: readonly string[]): Promise<void> {
  return runConverter(defineConvertCommand(), CONVERT_PURPOSE, argv, async (given) => {
    if (given.has("list")) {
      process.stdout.write(formatList(await allFormats()));
      return undefined;
    }
    const input = onlyOperand(given);
    const output = given.text("output") ?? "-";
    const format = await chosenFormat(given.text("format"), output);
    const conversion = { input, output, format, filters: filtersOf(given) };
    if (!given.has("follow")) return conversion;
    if (format.isStream !== true) {
      const streams = (await allFormats()).filter(({ isStream }) => isStream).map((one) => one.name);
      throw new UsageError(`${format.name} is written once all is read: --follow goes with ${streams.join(", ")}.`);
    }
    return { ...conversion, until: untilSignal() };
  });
}

/** Run a command whose name says the format; the process's exit code is set when it resolves. */
export function namedConverterMain(converter: NamedConverter, argv: readonly string[]): Promise<void> {
  const cli = defineNamedConverter(converter);
  return runConverter(cli, converter.purpose, argv, async (given) => {
    const [input, output, ...others] = given.operands;
    if (input === undefined || output === undefined) throw new UsageError("it takes two files, INPUT and OUTPUT.");
    if (others.length > 0) throw new UsageError(`it takes two files, and '${others[0]}' is one more.`);
    const format = (await formatNamed(converter.format)) as Format;
    const indent = converter.indents ? countOf(given, "indent") : undefined;
    if (indent === undefined) return { input, output, format };
    const { indentJson } = await import("../../formats/indent.js");
    return { input, output, format, change: (bytes) => indentJson(bytes, indent) };
  });
}

function runConverter(
  cli: CAC,
  purpose: string,
  argv: readonly string[],
  understand: (given: ParsedWords) => Promise<Conversion | undefined>,
): Promise<void> {
  const run = async (given: ParsedWords): Promise<void> => {
    const conversion = await understand(given);
    if (conversion === undefined) return;
    if (conversion.until === undefined) endOnSignals();
    const { faint } = createStyle(takesColour(process.stderr, process.env));
    try {
      const { remarks, losses, damage } = await convert(conversion);
      for (const remark of [...remarks, ...losses]) process.stderr.write(`${faint(remark)}\n`);
      if (damage !== undefined) throw new ToldError(damage);
    } catch (error) {
      throw error instanceof UnfitOutput ? new UsageError(error.message) : error;
    }
  };
  return runReaderCommand({ cli, purpose, run }, argv);
}

function onlyOperand({ operands }: ParsedWords): string {
  const [input, other] = operands;
  if (input === undefined) throw new UsageError("there is no profile to convert.");
  if (other !== undefined) throw new UsageError(`it converts one profile at a time, and '${other}' is one more.`);
  return input;
}

async function chosenFormat(name: string | undefined, output: string): Promise<Format> {
  const names = FORMAT_NAMES.join(", ");
  if (name !== undefined) {
    const format = await formatNamed(name);
    if (format === undefined) throw new UsageError(`there is no format '${name}': there are ${names}.`);
    return format;
  }
  if (output === "-") throw new UsageError(`which format? Name one with -f: ${names}.`);
  const format = await formatForFile(output);
  if (format === undefined) throw new UsageError(`the name '${output}' tells no format: name one with -f: ${names}.`);
  return format;
}

/** The formats, a line each: name, ends of file names, what it is. */
function formatList(formats: readonly Format[]): string {
  const rows = formats.map(({ name, extensions, description }) => [name, extensions.join(" "), description]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows
    .map(
      ([name = "", ends = "", what = ""]) =>
        `${name.padEnd(widths[0] as number)}  ${ends.padEnd(widths[1] as number)}  ${what}\n`,
    )
    .join("");
}
