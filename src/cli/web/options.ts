// The options of austin-web, as cac's definition: austin's own, and those of the server. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { addSamplingOptions } from "../austin/options.js";
import { watchedOutputs } from "../watching/options.js";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions, type OptionRow } from "../words/option.js";

export const WEB_PURPOSE =
  "Watch a program while it runs, in a browser: flame graph, hottest functions, callers and callees, sources line by line, threads over time, a timeline to " +
  "choose any window of, or two to compare. It takes " +
  "austin's options, and samples as austin does, in a process of its own. It serves one page at an address that can't be guessed, also when the program has " +
  "ended, until Ctrl-C. A profile that was saved is shown in the same page.";

/** What holds beside the exit codes of commands that read profiles. */
export const WEB_EXIT_NOTE = "A run of which there is no sample ends with austin's exit code, and its message.";

const SERVER: readonly OptionRow[] = [
  ["--open <FILE>", "Show a saved profile: a MOJO file, collapsed stacks, a capture, or - for standard input."],
  [
    "--host <ADDRESS>",
    "Listen on this address of the machine. Any but the default lets others reach the page who have its address; nothing is encrypted.",
    { default: "127.0.0.1" },
  ],
  ["--port <N>", "Listen on this port. With 0 the system chooses one.", { default: "0" }],
  ["--recent <n_sec>", "How much of the end is kept sample by sample. Units: ms, s, m.", { default: "10m" }],
  [
    "--sources <FOLDER>",
    "Show sources below FOLDER, too, beside those below this folder and in Python's libraries. May be given several times.",
  ],
  ["--compile <FILE>", "Write a flame graph of all as one page when the run is over, and end."],
];

/** Options of the server, which austin does not get. */
export const SERVER_OPTIONS: readonly string[] = ["open", "host", "port", "recent", "sources", "compile"];

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineWebCommand(): CAC {
  const cli = cac("austin-web");
  cli.usage("[OPTION...] command [ARG...]");
  addOptions(cli, "Page", SERVER);
  addSamplingOptions(cli, "austin", watchedOutputs("the page offers some of what is kept"));
  addFilterOptions(cli, { yields: true });
  return addHelpOptions(cli)
    .example("austin-web python3 app.py --port 80")
    .example("austin-web -C -i 1ms -p 4242")
    .example("austin-web app.mojo")
    .example("austin-web --compile app.html python3 app.py");
}
