// The options of austin-diff, as cac's definition. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { METRICS } from "../../analysis/metric.js";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions } from "../words/option.js";

export const DIFF_PURPOSE =
  "Compare two profiles, function by function: what they take of the whole (normalised) and in absolute terms, and whether " +
  "the difference is more than the sampling error. Functions are the same where name and file are.";

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineDiffCommand(): CAC {
  const cli = cac("austin-diff");
  cli.usage("[OPTION...] BEFORE AFTER");
  addOptions(cli, "Comparison", [
    ["--metric <NAME>", `What is compared: ${METRICS.map(({ name }) => name).join(", ")}.`],
    ["--strip-prefix <FOLDER>", "Leave FOLDER out of the paths of files that are in it. May be given several times."],
  ]);
  addOptions(cli, "Output", [
    [
      "-n, --limit <N>",
      "At most N functions a table, what has changed first; 0 for all. Default: 20, with --json all.",
    ],
    ["--json", "Print JSON, for programs."],
    ["--html <FILE>", "Write a flame graph of both to FILE, coloured by what has changed, in place of the tables."],
  ]);
  addFilterOptions(cli);
  return addHelpOptions(cli)
    .example("austin-diff before.mojo after.mojo")
    .example("austin-diff --strip-prefix /home/a/app --strip-prefix /srv/app --html diff.html a.mojo b.mojo");
}
