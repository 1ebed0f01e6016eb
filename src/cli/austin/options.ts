// The options of `austin`, as cac's definition: the only list there is. Parsing, help, usage and completions go over it. It
// knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";
import { addFilterOptions } from "../words/filter_options.js";
import { addHelpOptions, addOptions, type OptionFacts, type OptionRow } from "../words/option.js";

const TARGET: readonly OptionRow[] = [
  ["-p, --pid <PID>", "Attach to the process PID in place of starting a command."],
  ["-C, --children", "Sample the processes that descend from it, too."],
  [
    "-t, --timeout <n_ms>",
    "How long to look for a Python interpreter in the process, in milliseconds. Units: ms, s.",
    { default: "3000ms" },
  ],
];
/** The samplers: the second one has native frames, too. */
export type SamplerName = "austin" | "austinp";
const INTERVALS: Readonly<Record<SamplerName, string>> = { austin: "100us", austinp: "10ms" };
const samplingOf = (name: SamplerName): readonly OptionRow[] => [
  [
    "-i, --interval <n_us>",
    "Time from one sample to the next, in microseconds. Units: us, ms, s. With 0 there is no pause between samples.",
    { default: INTERVALS[name] },
  ],
  [
    "-x, --exposure <n_sec>",
    "Stop after n_sec seconds, which may be a fraction. Units: ms, s, m. With 0 there is no limit.",
    { default: "0" },
  ],
  [
    "-n, --native",
    "Frames of C, C++ and Rust, too, on x86-64. A thread that runs is held for 0.02 to 0.3 ms a sample: -i 1ms or more is advised.",
  ],
  ["-k, --kernel", "The kernel's frames, too, of threads that wait; with -n, as root."],
  [
    "--still <WHEN>",
    "When a reader may take the target's place on its processor for some 20 us, so that nothing moves while it copies: " +
      "auto (where nothing else proves a stack, 1,000 times a second at most), never, or always (the most exact; the " +
      "interval is 1ms at least).",
    { default: "auto" },
  ],
];
const METRICS: readonly OptionRow[] = [
  ["-c, --cpu", "Leave out the samples of threads that are not running."],
  ["-f, --full", "Record time, idleness and changes of resident memory in each sample."],
  ["-g, --gc", "Mark the samples taken while the garbage collector runs, and add up its time."],
  ["-m, --memory", "Record changes of resident memory, in bytes, in place of time, for the thread that holds the GIL."],
];
const OUTPUT: readonly OptionRow[] = [
  [
    "-o, --output <FILE>",
    "Write the profile to FILE. Without it, or with -, the profile goes to standard output; without it, where that is a terminal, to " +
      "austin.PID.mojo in this folder.",
  ],
  [
    "--save <FILE>",
    "Convert the profile to FILE once the run is over, in the format that its name tells (see austin-convert --list). May be " +
      "given several times. Without -o, the MOJO file is then beside the first FILE until all are there.",
  ],
  [
    "--capture <FILE>",
    "Write the memory that each sample reads to a new FILE, which austin-decode decodes anywhere. It holds raw memory of the " +
      "process. Without -o there is no profile beside it.",
  ],
  [
    "--flush <n_ms>",
    "Hand on what was sampled at least so often, for whoever follows the profile. Units: ms, s.",
    { default: "1000ms" },
  ],
];
const PIPE: OptionRow = ["-P, --pipe", "Say nothing but what goes wrong, and hand each sample on at once."];
const INSTEAD: readonly OptionRow[] = [
  ["-w, --where <PID>", "Print the stacks of all threads of the process PID once."],
  [
    "--doctor",
    "Check what may keep austin from sampling, here and in the process PID if one is named; change nothing.",
  ],
  ["--json", "With -w and --doctor: print JSON, for programs."],
];
/** Whoever cut an option short before there were filters goes on to get that one. */
const FILTER: OptionFacts = { yields: true };

/** Long names of what a run takes. */
export const SAMPLING_NAMES: readonly string[] = [TARGET, samplingOf("austin"), METRICS, OUTPUT]
  .flat()
  .map(([name]) => /--([\w-]+)/.exec(name)?.[1] as string);

/** What a run takes, whoever shows it. @param output what its outputs are to whoever runs it */
export function addSamplingOptions(cli: CAC, name: SamplerName = "austin", output: readonly OptionRow[] = OUTPUT): CAC {
  addOptions(cli, "Target", TARGET);
  addOptions(cli, "Sampling", samplingOf(name));
  addOptions(cli, "Metrics", METRICS);
  return addOptions(cli, "Output", output);
}

const EXAMPLES = [
  "austin -o app.mojo python3 app.py --port 80",
  "austin --save app.speedscope.json python3 app.py",
  "austin --module 'app.*' --collapse stdlib -o app.mojo python3 app.py",
  "austin --doctor 4242",
  "austin -i 1ms -x 10 -o app.mojo -p 4242",
];
const NATIVE_EXAMPLES = [
  "austinp -o app.mojo python3 app.py --port 80",
  "austinp -i 1ms -x 10 -o app.mojo -p 4242",
  "austinp -w 4242",
];

/** What `austinp` is. */
export const NATIVE_PURPOSE =
  "Austinp is austin with native frames (-n), and samples every 10 ms by default. A thread that runs is held for a moment each time.";

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineCommandLine(name: SamplerName = "austin"): CAC {
  const cli = cac(name);
  cli.usage("[OPTION...] command [ARG...]");
  addSamplingOptions(cli, name);
  addOptions(cli, "Output", [PIPE]);
  addOptions(cli, "In place of a profile", INSTEAD);
  addFilterOptions(cli, FILTER);
  addHelpOptions(cli, [["--usage", "Print a short usage message."]]);
  const examples = name === "austinp" ? NATIVE_EXAMPLES : EXAMPLES;
  for (const example of examples) cli.example(example);
  return cli;
}
