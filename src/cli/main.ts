// From the arguments to what they ask for, and to the process's exit code. It loads only what that needs: printing a stack
// or a help text is not to wait for the machinery of a profile.
import { type ParsedCommandLine, parseCommandLine } from "./command_line.js";
import { ExitCode } from "./exit_codes.js";
import { renderMessage } from "./messages/message.js";
import { unexpectedError } from "./messages/run.js";
import { createStyle, takesColour } from "./terminal.js";

/** Run the command; the process's exit code is set when it resolves. */
export async function main(argv: readonly string[]): Promise<void> {
  // Where nobody reads what we say, a run goes on all the same: the profile and the command come first.
  process.stderr.on("error", () => {});
  process.stdout.on("error", () => {
    process.exitCode = ExitCode.OUTPUT;
  });
  try {
    process.exitCode = await perform(parseCommandLine(argv));
  } catch (error) {
    const message = unexpectedError({ error });
    process.stderr.write(renderMessage(message, createStyle(takesColour(process.stderr, process.env))));
    process.exitCode = message.exitCode;
  }
}

async function perform(parsed: ParsedCommandLine): Promise<number> {
  switch (parsed.kind) {
    case "print":
      process.stdout.write(parsed.text);
      return parsed.exitCode;
    case "error":
      process.stderr.write(`${parsed.message}\n`);
      return parsed.exitCode;
    case "run":
      return (await import("./run.js")).run(parsed.options);
    case "where":
      return (await import("./where.js")).runWhere(parsed.options);
  }
}
