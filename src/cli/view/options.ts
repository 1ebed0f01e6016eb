// The options of austin-view, as cac's definition. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { METRICS } from "../../analysis/metric.js";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions } from "../words/option.js";

export const VIEW_PURPOSE =
  "Show a profile: in speedscope in a browser on this machine, which is served until Ctrl-C; as tables in the terminal; or as " +
  "HTML files that need nothing else. FILE is a MOJO file or has Austin's collapsed stacks, or is - for standard input.";

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineViewCommand(): CAC {
  const cli = cac("austin-view");
  cli.usage("[OPTION...] FILE");
  addOptions(cli, "View, in place of speedscope", [
    ["-t, --top", "Print the hottest functions and lines of each thread."],
    ["--html <FILE>", "Write a flame graph to FILE, which works without a network."],
    ["--heat <FILE>", "Write the sources to FILE, as HTML, with the time that was spent on each line."],
  ]);
  addOptions(cli, "Speedscope", [["--open", "Open speedscope in a browser, too."]]);
  addOptions(cli, "Tables and sources", [
    ["--metric <NAME>", `With --top and --heat: what is summed up: ${METRICS.map(({ name }) => name).join(", ")}.`],
    [
      "--sources <FOLDER>",
      "With --top and --heat: show sources below FOLDER, too, beside those below this folder and in Python's libraries. May be given " +
        "several times.",
    ],
    [
      "-n, --limit <N>",
      "With --top: at most N rows a table, and tables of N threads; 0 for all. Default: 10, with --json all.",
    ],
    ["--sort <ORDER>", "With --top: what comes first: what has most of its own (own, the default), or in total."],
    ["--json", "With --top: print JSON, for programs."],
    [
      "--follow",
      "With --top: read on where FILE ends, until the run that writes it is over or Ctrl-C. On a terminal the tables are shown " +
        "anew every second.",
    ],
  ]);
  addFilterOptions(cli);
  return addHelpOptions(cli)
    .example("austin-view app.mojo")
    .example("austin-view --top --main-thread app.mojo")
    .example("austin-view --html app.html --heat heat.html --collapse stdlib app.mojo");
}
