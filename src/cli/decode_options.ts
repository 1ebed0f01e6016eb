// The options of austin-decode, as cac's definition. It knows neither how argv is written nor what a value means.
import { type CAC, cac } from "cac";

export const DECODE_PURPOSE =
  "Decode a capture that austin --capture made, on any machine: without Python, the process or its privileges. FILE is the " +
  "capture, or - for standard input. Without an option that says otherwise, its profile is written, byte for byte the one of " +
  "the run.";

/** A fresh cac instance with every option, the usage line and the examples. */
export function defineDecodeCommand(): CAC {
  const cli = cac("austin-decode");
  return cli
    .usage("[OPTION...] FILE")
    .option("-o, --output <OUTPUT>", "Write to OUTPUT. Without it, a profile or a text goes to standard output.")
    .option("-w, --where", "Print the stacks that were seen last, of a run, or those of the look that was captured.")
    .option("--info", "Print what is inside: the tool, the machine, the processes, the sizes.")
    .option("--check", "Decode everything, and print what could not be decoded, by reason.")
    .option("--json", "With --where, --info and --check: print JSON, for programs.")
    .option("--threads <IDS>", "Only threads of these native ids, separated by commas; 0x before hexadecimal ones.")
    .option("-?, --help", "Print this help.")
    .option("-V, --version", "Print the version.")
    .example("austin-decode -o app.mojo app.capture")
    .example("austin-decode --where app.capture")
    .example("austin-decode --check app.capture");
}
