// `austin -w PID`: where a process is, once. In: what the command line says. Out: the stacks on standard output or in a
// file, the rest on standard error, and the exit code. It loads nothing that only a profile needs: it is to answer at once.
import { host } from "../../host/index.js";
import { AccessDenied, TargetLost } from "../../memory/source.js";
import { OutputError } from "../../mojo/output-error.js";
import { descriptorOf } from "../../output/output_path.js";
import { tryWhole, writeWhole } from "../../output/whole_file.js";
import { AttachError } from "../../sampler/snapshots.js";
import { where } from "../../sampler/where.js";
import type { FamilyStacks } from "../../sampler/where_family.js";
import type { WhereOptions } from "../austin/command_line.js";
import {
  captureWritten,
  interrupted,
  isFailure,
  type Message,
  outputFacts,
  outputNotOpened,
  outputNotWritten,
  pythonSeen,
  renderMessage,
  untriedFreeThreading,
  untriedPlace,
} from "../messages/index.js";
import { deniedMessage, goneMessage, refusalMessage } from "../messages/refusal.js";
import { ToldError } from "../messages/told_error.js";
import { takeEarlySignal } from "../process/early_signals.js";
import type { SystemLog } from "../process/system_log.js";
import type { Capturing } from "../sampling/capturing.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import { ENDING_SIGNALS, type EndingSignal, ExitCode } from "../words/exit_codes.js";
import { renderWhereJson } from "./json.js";
import { renderWhere } from "./text.js";

/** Run the command line's `-w`; returns the exit code. */
export async function runWhere(options: WhereOptions, log: SystemLog): Promise<ExitCode> {
  const messages = createStyle(takesColour(process.stderr, process.env));
  const say = (message: Message): ExitCode => {
    log.add(isFailure(message) ? "err" : "info", message.text);
    process.stderr.write(renderMessage(message, messages));
    return message.exitCode;
  };
  const { output, children, json, pipe } = options;
  let capturing: Capturing | undefined;
  // A file that can't be written is told before anything else, as for a profile.
  try {
    if (options.capture !== undefined) {
      capturing = (await import("../sampling/capturing.js")).Capturing.begin(options.capture);
    }
    if (output !== undefined) tryWhole(output);
  } catch (error) {
    await capturing?.discard();
    if (error instanceof ToldError) return say(error.told);
    if (error instanceof OutputError) return say(outputNotOpened(outputFacts(error, error.path)));
    throw error;
  }
  try {
    const stop = new Interruption();
    const seen = await look(options, stop.signal, capturing).catch((error: unknown) =>
      explain(error, options, stop.name),
    );
    stop.close();
    if ("text" in seen) return say(seen);
    const { processes, refused } = seen;
    for (const error of refused) say(explain(error, { ...options, pid: error.pid }, undefined));
    for (const notice of pipe ? [] : untriedPlace(host.name, process.arch)) say(notice);
    for (const { pid, isChild, pythonVersion, freeThreaded } of pipe ? [] : processes) {
      say(pythonSeen({ pid, version: pythonVersion, ...(children && { relation: isChild ? "Child" : "Parent" }) }));
      if (freeThreaded) say(untriedFreeThreading({ pid, version: pythonVersion }));
    }
    const style = createStyle(output === undefined && takesColour(process.stdout, process.env));
    const text = json ? renderWhereJson(processes) : renderWhere(processes, style);
    const failure = await write(text, output);
    if (failure !== undefined) return say(outputNotWritten(failure));
    const captured = await capturing?.close();
    if (captured === undefined) return ExitCode.OK;
    const path = options.capture as string;
    if (captured instanceof OutputError) return say(outputNotWritten(outputFacts(captured, path)));
    if (!pipe) say(captureWritten({ path, isFile: descriptorOf(path) === undefined, ...captured }));
    return ExitCode.OK;
  } finally {
    await capturing?.close();
  }
}

async function look(asked: WhereOptions, signal: AbortSignal, capturing?: Capturing): Promise<FamilyStacks> {
  const options = { ...asked, ...capturing?.look };
  if (options.children)
    return (await import("../../sampler/where_family.js")).whereFamily(options.pid, { ...options, signal });
  return { processes: [await where(options.pid, { ...options, signal })], refused: [] };
}

/** The signals that end the wait for an interpreter in good order. */
class Interruption {
  name: EndingSignal | undefined;
  readonly #abort = new AbortController();
  readonly #listeners = ENDING_SIGNALS.map((name) => {
    const listener = (): void => {
      this.name ??= name;
      this.#abort.abort();
    };
    process.on(name, listener);
    return [name, listener] as const;
  });

  constructor() {
    this.name = takeEarlySignal();
    if (this.name !== undefined) this.#abort.abort();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  close(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }
}

/** Why there is nothing to show. */
function explain(error: unknown, options: WhereOptions, signal: EndingSignal | undefined): Message {
  const { pid, timeoutMilliseconds } = options;
  if (error instanceof AttachError) {
    const { result } = error;
    if (result.kind === "aborted") return interrupted({ signal: signal ?? "SIGINT", pid, targetRunsOn: true });
    return refusalMessage(result, { pid, command: undefined, end: undefined, timeoutMilliseconds });
  }
  if (error instanceof AccessDenied) return deniedMessage(pid, error, false);
  if (error instanceof TargetLost) return goneMessage(pid, true);
  throw error;
}

/** Write to standard output, or to a file, which is written whole; what went wrong comes back. */
async function write(
  text: string,
  output: string | undefined,
): Promise<Parameters<typeof outputNotWritten>[0] | undefined> {
  if (output === undefined) {
    const error = await new Promise<Error | null | undefined>((resolve) => process.stdout.write(text, resolve));
    const failure = error && OutputError.from("standard output", "write", 0, error);
    return failure ? outputFacts(failure, undefined) : undefined;
  }
  try {
    await writeWhole(output, [Buffer.from(text)], { isText: true });
    return undefined;
  } catch (error) {
    if (error instanceof OutputError) return outputFacts(error, output);
    throw error;
  }
}
