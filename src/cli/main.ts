// From the arguments to what they ask for, and to the process's exit code. It loads only what that needs: printing a stack
// or a help text is not to wait for the machinery of a profile.
import { type ParsedCommandLine, parseCommandLine } from "./command_line.js";
import { readEnvironment } from "./environment.js";
import { ExitCode } from "./exit_codes.js";
import { invalidVariable } from "./messages/command_line.js";
import { type Message, renderMessage } from "./messages/message.js";
import { binaryToTerminal } from "./messages/output.js";
import { unexpectedError } from "./messages/run.js";
import { SystemLog } from "./system_log.js";
import { createStyle, isTerminal, takesColour } from "./terminal.js";

/** Run the command; the process's exit code is set when it resolves. */
export async function main(argv: readonly string[]): Promise<void> {
  // Where nobody reads what we say, a run goes on all the same: the profile and the command come first.
  process.stderr.on("error", () => {});
  process.stdout.on("error", () => {
    process.exitCode = ExitCode.OUTPUT;
  });
  process.once("uncaughtException", (error) => process.exit(say(unexpectedError({ error }))));
  const environment = readEnvironment(process.env);
  if ("name" in environment) {
    process.exitCode = say(invalidVariable(environment));
    return;
  }
  const log = new SystemLog(environment.silentLog);
  try {
    if (environment.readBytes > 0) (await import("../memory/live.js")).limitReads(environment.readBytes);
    process.exitCode = await perform(parseCommandLine(argv), log);
  } catch (error) {
    const message = unexpectedError({ error });
    log.add("err", message.text);
    process.exitCode = say(message);
  }
  await log.write();
}

function say(message: Message): ExitCode {
  process.stderr.write(renderMessage(message, createStyle(takesColour(process.stderr, process.env))));
  return message.exitCode;
}

async function perform(parsed: ParsedCommandLine, log: SystemLog): Promise<number> {
  switch (parsed.kind) {
    case "print":
      process.stdout.write(parsed.text);
      return parsed.exitCode;
    case "error":
      log.add("err", parsed.message);
      process.stderr.write(`${parsed.message}\n`);
      return parsed.exitCode;
    case "run": {
      const refusal = terminalRefusal(parsed.options);
      return refusal === undefined ? (await import("./run.js")).run(parsed.options, log) : say(refusal);
    }
    case "doctor":
      return (await import("./doctor.js")).runDoctor(parsed.options);
    case "where": {
      // The stacks themselves are text.
      const refusal = terminalRefusal({ capture: parsed.options.capture });
      return refusal === undefined ? (await import("./where.js")).runWhere(parsed.options, log) : say(refusal);
    }
  }
}

/** Binary goes to no terminal that is named like a file. @param paths by their options */
function terminalRefusal({
  output,
  capture,
}: {
  output?: string | undefined;
  capture?: string | undefined;
}): Message | undefined {
  for (const [option, path] of Object.entries({ output, capture })) {
    if (path !== undefined && isTerminal(path)) return binaryToTerminal({ option, path });
  }
  return undefined;
}
