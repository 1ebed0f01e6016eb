// What the outputs of a run are where a view shows it: a profile goes into no file, and to nobody else, but where one is named. In: what the view offers
// itself. Out: options.
import type { OptionRow } from "../words/option.js";

/** @param instead what the view has for files, as the end of a sentence */
export function watchedOutputs(instead: string): readonly OptionRow[] {
  return [
    [
      "-o, --output <FILE>",
      `Write the whole profile to FILE, too, while it is shown. Without it, no file is written; ${instead}.`,
    ],
    [
      "--save <FILE>",
      "Convert the whole profile to FILE once the run is over and the view has ended, in the format that its name tells (see " +
        "austin-convert --list). May be given several times.",
    ],
    [
      "--capture <FILE>",
      "Write the memory that each sample reads to a new FILE, too, which austin-decode decodes anywhere. It holds raw memory of the " +
        "process.",
    ],
    ["--flush <n_ms>", "How often austin hands on what it has sampled. Units: ms, s.", { default: "400ms" }],
  ];
}
