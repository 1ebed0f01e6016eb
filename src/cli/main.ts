// From the arguments to what they ask for, and to the process's exit code. It loads only what that needs: printing a stack
// or a help text is not to wait for the machinery of a profile.
import { NoAddressSpace } from "../decoder/errors.js";
import { AddOnMissing } from "../memory/add_on_missing.js";
import { type ParsedCommandLine, parseCommandLine, STANDARD_OUTPUT_PATH } from "./austin/command_line.js";
import type { SamplerName } from "./austin/options.js";
import type { Outputs } from "./austin/output_refusal.js";
import { noAddressSpace } from "./messages/address_space.js";
import { invalidVariable } from "./messages/command_line.js";
import { type Message, renderMessage } from "./messages/message.js";
import { nobodyReads } from "./messages/output.js";
import { unexpectedError } from "./messages/run.js";
import { heedEarlySignal } from "./process/early_signals.js";
import { type Environment, readEnvironment } from "./process/environment.js";
import { heedStreams, printNow } from "./process/streams.js";
import { SystemLog } from "./process/system_log.js";
import { goesWay } from "./process/ways.js";
import { createStyle, takesColour } from "./terminal/terminal.js";
import type { ExitCode } from "./words/exit_codes.js";

const STANDARD_OUTPUT = 1;

/** Run the command; the process's exit code is set when it resolves. */
export async function main(argv: readonly string[], name: SamplerName): Promise<void> {
  process.once("uncaughtException", (error) => process.exit(say(unexpectedError({ error }))));
  const environment = readEnvironment(process.env);
  if ("name" in environment) {
    process.exitCode = say(invalidVariable(environment));
    return;
  }
  const log = new SystemLog(environment.silentLog);
  try {
    const parsed = parseCommandLine(argv, name);
    if (parsed.kind !== "print") heedStreams();
    process.exitCode = await perform(parsed, environment, log);
  } catch (error) {
    const message = await messageOf(error);
    log.add("err", message.text);
    process.exitCode = say(message);
  }
  await log.write();
}

async function messageOf(error: unknown): Promise<Message> {
  if (error instanceof AddOnMissing) return (await import("./messages/add_on.js")).addOnMissing(error);
  return error instanceof NoAddressSpace ? noAddressSpace() : unexpectedError({ error });
}

function say(message: Message): ExitCode {
  heedStreams();
  process.stderr.write(renderMessage(message, createStyle(takesColour(process.stderr, process.env))));
  return message.exitCode;
}

/** What reads memory: where it is missing, that is told before anything is begun. @throws AddOnMissing */
async function prepareReading(readBytes: number): Promise<void> {
  (await import("../memory/add_on.js")).requireAddOn();
  if (readBytes > 0) (await import("../memory/live.js")).limitReads(readBytes);
}

/**
 * Why what is asked for can't be had here, or can't be written where it is to go; undefined where nothing stands in the way.
 * @param binary what is not for terminals @param outputs no two of which may be the same file, nor a file that is an argument of the command
 */
async function refusalOf(
  { kernel }: { readonly kernel: boolean },
  binary: Outputs,
  outputs: Outputs,
  command: readonly string[],
): Promise<Message | undefined> {
  const { sameFileRefusal, terminalRefusal } = await import("./austin/output_refusal.js");
  const refusal = terminalRefusal(binary) ?? sameFileRefusal(outputs, command);
  if (refusal !== undefined || !kernel) return refusal;
  return (await import("./messages/kernel_stacks.js")).kernelStacksRefusal();
}

/** What of our code is used: it depends on these. */
function wayOf(parsed: ParsedCommandLine): string {
  if (parsed.kind === "print" || parsed.kind === "error") return `austin ${parsed.kind}`;
  const asked = Object.entries(parsed.options).filter(([, value]) => value !== undefined && value !== false);
  const names = asked.map(([name, value]) => (name === "mode" ? `${name}:${value}` : name));
  const target = parsed.kind === "run" ? parsed.options.target.kind : "";
  return ["austin", parsed.kind, target, ...names.sort()].join(" ");
}

async function perform(parsed: ParsedCommandLine, environment: Environment, log: SystemLog): Promise<number> {
  const { readBytes, isCompatible } = environment;
  goesWay(wayOf(parsed));
  if (parsed.kind !== "print") {
    const { host, isHostSystem } = await import("../host/index.js");
    // Signals that came while that was loaded, as in commands.ts.
    await new Promise(setImmediate);
    if (isHostSystem) host.ignoreAsBefore();
  }
  if (parsed.kind !== "run" && parsed.kind !== "where") heedEarlySignal();
  if (parsed.kind === "where" || parsed.kind === "doctor") {
    const { wasClosed } = await import("./process/closed_at_start.js");
    if (wasClosed(STANDARD_OUTPUT)) return say(nobodyReads());
  }
  switch (parsed.kind) {
    case "print":
      return printNow(parsed.text);
    case "error":
      log.add("err", parsed.message);
      process.stderr.write(`${parsed.message}\n`);
      return parsed.exitCode;
    case "run": {
      const { output, capture, save, target } = parsed.options;
      const command = target.kind === "command" ? [target.command, ...target.args] : [];
      const refusal = await refusalOf(parsed.options, { output, capture }, { output, capture, save }, command);
      if (refusal !== undefined) return say(refusal);
      await prepareReading(readBytes);
      return (await import("./sampling/run.js")).run(parsed.options, log, isCompatible);
    }
    case "doctor":
      return (await import("./doctor/doctor.js")).runDoctor(parsed.options, readBytes);
    case "where": {
      // The stacks themselves are text.
      const { output, capture } = parsed.options;
      const outputs = { output: output ?? STANDARD_OUTPUT_PATH, capture };
      const refusal = await refusalOf(parsed.options, { capture }, outputs, []);
      if (refusal !== undefined) return say(refusal);
      await prepareReading(readBytes);
      return (await import("./where/where.js")).runWhere(parsed.options, log);
    }
  }
}
