// The options of austinp-resolve, as cac's definition. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { addHelpOptions, addOptions } from "../words/option.js";

export const RESOLVE_PURPOSE =
  "Give the native frames of a profile the files and lines of their sources, by the symbols and the debug information of the files that were mapped: where they lie, below " +
  "/usr/lib/debug, and beside them. INPUT is a MOJO file of austinp, austin -n or Austin's austinp, or - for standard input. OUTPUT is MOJO again, - for standard output, " +
  "for all that reads profiles. Frames of which no file tells are as they were, and may be resolved elsewhere.";

export const RESOLVE_EXIT_NOTE =
  "With --inlines=always, 69 says that neither llvm-symbolizer nor addr2line is on PATH.";

/** When inlined functions are asked for. */
export const INLINES = ["auto", "never", "always"] as const;

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineResolveCommand(): CAC {
  const cli = cac("austinp-resolve");
  cli.usage("[OPTION...] INPUT OUTPUT");
  addOptions(cli, "Files", [
    ["--root <DIR>", "Look for the files below DIR, which the program had for its root, as one in a container does."],
    [
      "--inlines <WHEN>",
      "Show inlined functions, too, which llvm-symbolizer or addr2line tells: where one is installed (auto), never, or not without (always).",
      { default: "auto" },
    ],
  ]);
  return addHelpOptions(cli)
    .example("austinp-resolve app.mojo resolved.mojo")
    .example("austinp-resolve --root /srv/container app.mojo resolved.mojo")
    .example("austinp-resolve app.mojo - | austin-view --top -");
}
