// All commands by their names, and how each is begun; `npm run build:commands` makes one bundle of them (`bundle.mjs`). In: a name and the
// arguments. Out: nothing; the process's exit code is set. What a command doesn't use is not loaded.
import type { SamplerName } from "./austin/options.js";
import { goesWay } from "./process/ways.js";

// What start/ asks for.
export { compileAsEver } from "./process/compilation.js";
export { onWay } from "./process/ways.js";

type Main = (argv: readonly string[]) => Promise<void>;

const named = async (name: "mojo2austin" | "austin2speedscope" | "austin2pprof"): Promise<Main> => {
  const { namedConverterMain } = await import("./convert/convert.js");
  const { NAMED_CONVERTERS } = await import("./convert/options.js");
  return (argv) => namedConverterMain(NAMED_CONVERTERS[name], argv);
};

const sampler = async (name: SamplerName): Promise<Main> => {
  // Signals are listened to before what takes a while is loaded.
  await import("./process/early_signals.js");
  const { main } = await import("./main.js");
  // Of signals that came meanwhile the event loop tells: without a turn of it nobody would hear of them before all is done.
  await new Promise(setImmediate);
  return (argv) => main(argv, name);
};

export const COMMANDS: Readonly<Record<string, () => Promise<Main>>> = {
  austin: () => sampler("austin"),
  "austin-convert": async () => (await import("./convert/convert.js")).convertMain,
  "austin-decode": async () => (await import("./decode/decode.js")).decodeMain,
  "austin-diff": async () => (await import("./diff/diff.js")).diffMain,
  "austin-tui": async () => (await import("./tui/tui.js")).tuiMain,
  "austin-view": async () => (await import("./view/view.js")).viewMain,
  "austin-web": async () => (await import("./web/web.js")).webMain,
  austin2pprof: () => named("austin2pprof"),
  austinp: () => sampler("austinp"),
  "austinp-resolve": async () => (await import("./resolve/resolve.js")).resolveMain,
  austin2speedscope: () => named("austin2speedscope"),
  mojo2austin: () => named("mojo2austin"),
};

/** Run a command; the process's exit code is set when it resolves. @param name one of COMMANDS */
export async function runCommand(name: string, argv: readonly string[]): Promise<void> {
  const main = (await COMMANDS[name]?.()) as Main;
  // A sampler says its way itself: of its words most are the target's.
  if (name !== "austin" && name !== "austinp") goesWay([name, ...optionsIn(argv)].join(" "));
  await main(argv);
}

/** The names of options, each once. */
function optionsIn(words: readonly string[]): string[] {
  const names = words.map((word) => /^--?[a-z][a-z-]*/i.exec(word)?.[0]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
