// The options of the commands that convert, as cac's definitions. They know neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions } from "../words/option.js";

export const CONVERT_PURPOSE =
  "Convert a profile to the format of a viewer. FILE is a MOJO file, or collapsed stacks as mojo2austin writes them, or - for " +
  "standard input. The output is written whole or not at all; what its format has no place for is said.";

/** A fresh cac instance of austin-convert, with every option, the usage line and the examples. */
export function defineConvertCommand(): CAC {
  const cli = cac("austin-convert");
  cli.usage("[OPTION...] FILE");
  addOptions(cli, "Output", [
    ["-f, --format <NAME>", "Write this format. Without it, the name of the output tells which."],
    ["-o, --output <FILE>", "Write to FILE. Without it, or with -, standard output is written."],
    ["-l, --list", "Print the formats that there are, and the ends of file names that mean them."],
  ]);
  addOptions(cli, "Input", [
    [
      "--follow",
      "Read on where FILE ends, until the run that writes it is over or Ctrl-C: for formats that come sample by sample.",
    ],
  ]);
  addFilterOptions(cli);
  return addHelpOptions(cli)
    .example("austin-convert app.mojo -o app.speedscope.json")
    .example("austin-convert app.mojo -f collapsed | flamegraph.pl > app.svg")
    .example("austin-convert --collapse stdlib --main-thread app.mojo -o app.pb.gz");
}

/** A command of austin-python's: its name says the format, its two operands are the files. */
export interface NamedConverter {
  readonly name: string;
  readonly format: string;
  readonly purpose: string;
  /** Whether it takes --indent. */
  readonly indents: boolean;
}

export const NAMED_CONVERTERS = {
  mojo2austin: {
    name: "mojo2austin",
    format: "austin",
    purpose: "Convert a MOJO file to Austin's text: a line a sample, with the metadata around them.",
    indents: false,
  },
  austin2speedscope: {
    name: "austin2speedscope",
    format: "speedscope",
    purpose: "Convert a profile, MOJO or Austin's text, to JSON for speedscope: a profile for each thread and metric.",
    indents: true,
  },
  austin2pprof: {
    name: "austin2pprof",
    format: "pprof",
    purpose: "Convert a profile, MOJO or Austin's text, to pprof's format.",
    indents: false,
  },
} as const satisfies Readonly<Record<string, NamedConverter>>;

/** A fresh cac instance of such a command. */
export function defineNamedConverter({ name, indents }: NamedConverter): CAC {
  const cli = cac(name);
  cli.usage("[OPTION...] INPUT OUTPUT");
  if (indents) addOptions(cli, "Output", [["--indent <N>", "Indent the JSON by N spaces."]]);
  return addHelpOptions(cli).example(`${name} ${name === "mojo2austin" ? "app.mojo app.austin" : "app.mojo app.out"}`);
}
