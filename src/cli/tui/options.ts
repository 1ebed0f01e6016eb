// The options of austin-tui, as cac's definition: austin's own, and those of the view. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { addSamplingOptions } from "../austin/options.js";
import { watchedOutputs } from "../watching/options.js";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions, type OptionRow } from "../words/option.js";

export const TUI_PURPOSE =
  "Watch a program while it runs: stacks, hottest functions, tree and flame graph in the terminal. It takes austin's options, and samples as " +
  "austin does, in a process of its own; without a command and a process it shows those that run, to choose one. A profile that was saved is " +
  "shown in the same screens.";

/** What holds beside the exit codes of commands that read profiles. */
export const TUI_EXIT_NOTE =
  "A run of which there is no sample ends with austin's exit code, and its message. With --connect it is 69 where nobody can be reached at URL or " +
  "nothing is there, and 66 where what answers is no austin-web or speaks another version of its protocol.";

const VIEW: readonly OptionRow[] = [
  ["--open <FILE>", "Show a saved profile: a MOJO file, collapsed stacks, a capture, or - for standard input."],
  [
    "--connect <URL>",
    "Show a run that austin-web shows elsewhere: URL is the address that it prints, through 'ssh -L' that of the tunnel. It is as " +
      "it is: options of a run are austin-web's.",
  ],
  ["--follow", "With --open: go on as the file grows, until its run is over."],
  ["--recent <n_sec>", "How long the window of the last seconds is. Units: ms, s, m.", { default: "10s" }],
  ["--ascii", "Draw with ASCII alone. So it is where the locale is not UTF-8."],
  ["--mouse", "Use the mouse, too: the wheel scrolls, a click chooses. The terminal then marks no text by itself."],
];
const SCRIPTS: readonly OptionRow[] = [
  [
    "--once",
    "Print the table once, as text, when the exposure (-x; else 1 s), the program or FILE is over, and end. With --connect: " +
      "what there is by now.",
  ],
  ["--json", "The same as JSON, for programs."],
];

/** Options of the view, which austin does not get. */
export const VIEW_OPTIONS: readonly string[] = [
  "open",
  "follow",
  "connect",
  "recent",
  "ascii",
  "mouse",
  "once",
  "json",
];

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineTuiCommand(): CAC {
  const cli = cac("austin-tui");
  cli.usage("[OPTION...] [command [ARG...]]");
  addOptions(cli, "View", VIEW);
  addOptions(cli, "In place of a screen", SCRIPTS);
  addSamplingOptions(cli, "austin", watchedOutputs("S and E save what is shown"));
  addFilterOptions(cli, { yields: true });
  return addHelpOptions(cli)
    .example("austin-tui python3 app.py --port 80")
    .example("austin-tui -C -i 1ms -p 4242")
    .example("austin-tui --open app.mojo")
    .example("austin-tui --connect http://127.0.0.1:8000/0123456789abcdef01234567/")
    .example("austin-tui --once --json -x 5 -p 4242");
}
