// The options of austin-decode, as cac's definition. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions } from "../words/option.js";

export const DECODE_PURPOSE =
  "Decode a capture that austin --capture made, on any machine: without Python, the process or its privileges. FILE is the " +
  "capture, or - for standard input. Without an option that says otherwise, its profile is written, byte for byte the one of " +
  "the run. Filters take the place of those that the run had.";

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineDecodeCommand(): CAC {
  const cli = cac("austin-decode");
  cli.usage("[OPTION...] FILE");
  addOptions(cli, "Output", [
    ["-o, --output <OUTPUT>", "Write to OUTPUT. Without it, a profile or a text goes to standard output."],
    ["--unfiltered", "Write the whole profile, whatever filters the run had."],
  ]);
  addOptions(cli, "In place of a profile", [
    ["-w, --where", "Print the stacks that were seen last, of a run, or those of the look that was captured."],
    ["--info", "Print what is inside: the tool, the machine, the processes, the sizes."],
    ["--check", "Decode everything, and print what could not be decoded, by reason."],
    ["--json", "With --where, --info and --check: print JSON, for programs."],
  ]);
  addFilterOptions(cli);
  addOptions(cli, "Filters", [["--threads <IDS>", "As --thread for each of these native ids, separated by commas."]]);
  return addHelpOptions(cli)
    .example("austin-decode -o app.mojo app.capture")
    .example("austin-decode --module 'app.*' -o app.mojo app.capture")
    .example("austin-decode --where app.capture")
    .example("austin-decode --check app.capture");
}
