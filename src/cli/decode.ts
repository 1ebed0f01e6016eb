// austin-decode: from the arguments to what a capture holds. In: a capture. Out: its profile, its stacks, or what is to be said
// of it. It loads no add-on, and asks the system for nothing but files.
import { realpathSync } from "node:fs";
import { type DecodedCapture, decodeCapture } from "../capture/decode.js";
import { CaptureError } from "../capture/error.js";
import type { PlayedStacks } from "../capture/player.js";
import { InputBytes, InputError } from "../input/index.js";
import type { ProcessStacks } from "../model/stacks.js";
import { placeStacks } from "../profile/place_stacks.js";
import { renderCheckJson, renderInfoJson } from "./capture_json.js";
import { renderCheck, renderInfo } from "./capture_text.js";
import { DECODE_PURPOSE, defineDecodeCommand } from "./decode_options.js";
import { FileOutput } from "./file_output.js";
import type { Given } from "./given.js";
import {
  captureCut,
  captureHasNoProfile,
  captureHasNoStacks,
  captureNotRead,
  profileToTerminal,
} from "./messages/capture.js";
import { type Message, renderMessage } from "./messages/message.js";
import { runReaderCommand, UsageError } from "./reader_command.js";
import { createStyle, takesColour } from "./terminal.js";
import { ToldError } from "./told_error.js";
import { renderWhereJson } from "./where_json.js";
import { renderWhere } from "./where_text.js";

const VIEWS = ["where", "info", "check"] as const;

/** Run the command; the process's exit code is set when it resolves. */
export function decodeMain(argv: readonly string[]): Promise<void> {
  return runReaderCommand({ cli: defineDecodeCommand(), purpose: DECODE_PURPOSE, run: decode }, argv);
}

async function decode(given: Given): Promise<void> {
  const [path, ...others] = given.operands;
  if (path === undefined) throw new UsageError("there is no capture to decode.");
  if (others.length > 0) throw new UsageError("it decodes one capture at a time.");
  const [view, another] = VIEWS.filter((name) => given.has(name));
  if (another !== undefined) throw new UsageError(`--${view} and --${another} ask for different things.`);
  const json = given.has("json");
  if (json && view === undefined) throw new UsageError("--json goes with --where, --info and --check.");
  const threads = threadsOf(given.text("threads"));
  const output = given.text("output");
  if (output !== undefined && isSameFile(path, output)) throw new UsageError("it would overwrite the capture.");
  const isTerminal = output === undefined && process.stdout.isTTY === true;
  if (view === undefined && isTerminal) throw new ToldError(profileToTerminal(path));

  const bytes = await InputBytes.open(path);
  try {
    const capture = decodeCapture(bytes, threads && { threads });
    const failure = await failureOf(path, async () => {
      if (view === undefined) await writeProfile(path, capture, output);
      else await writeText(path, view, capture, output, json);
    });
    if (capture.isCut) say(captureCut({ path }));
    if (failure !== undefined) throw failure;
  } finally {
    await bytes.close();
  }
}

/** What keeps the capture from being read on: what was read before has been used. */
async function failureOf(path: string, action: () => Promise<void>): Promise<Error | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof CaptureError) return new ToldError(captureNotRead(path, error));
    if (error instanceof InputError || error instanceof ToldError) return error;
    throw error;
  }
}

async function writeProfile(path: string, capture: DecodedCapture, to: string | undefined): Promise<void> {
  const output = await FileOutput.open(to);
  try {
    for await (const piece of capture.mojo()) await output.write(piece);
  } finally {
    await output.close();
  }
  if (!capture.hasProfile) throw new ToldError(captureHasNoProfile({ path, hasLooks: capture.hasLooks }));
}

async function writeText(
  path: string,
  view: (typeof VIEWS)[number],
  capture: DecodedCapture,
  to: string | undefined,
  json: boolean,
): Promise<void> {
  const style = createStyle(to === undefined && takesColour(process.stdout, process.env));
  let failure: unknown;
  let stacks: readonly PlayedStacks[] = [];
  try {
    stacks = await capture.stacks();
  } catch (error) {
    // What came before the damage is there all the same.
    if (!(error instanceof CaptureError) || capture.origin === undefined) throw error;
    failure = error;
    stacks = capture.lastStacks;
  }
  const processes = stacks.map(placed);
  let text: string;
  if (view === "where") {
    if (processes.length === 0 && failure === undefined) throw new ToldError(captureHasNoStacks({ path }));
    text = json ? renderWhereJson(processes) : renderWhere(processes, style);
  } else if (view === "info") text = json ? renderInfoJson(capture) : renderInfo(path, capture, style);
  else text = json ? renderCheckJson(capture) : renderCheck(capture, style);
  const output = await FileOutput.open(to);
  try {
    await output.write(Buffer.from(text));
  } finally {
    await output.close();
  }
  if (failure !== undefined) throw failure;
}

function placed({ pid, pythonVersion, freeThreaded, stacks, look }: PlayedStacks): ProcessStacks {
  const process = { pid, pythonVersion, freeThreaded, isChild: look?.isChild ?? false };
  return placeStacks(stacks, process, look?.states ?? new Map(), (filename) => look?.newer.has(filename) ?? false);
}

function say(message: Message): void {
  process.stderr.write(renderMessage(message, createStyle(takesColour(process.stderr, process.env))));
}

/** @throws UsageError */
function threadsOf(text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const ids = text.split(",").map((word) => {
    if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(word)) throw new UsageError(`'${word}' is no native id of a thread.`);
    return Number(word);
  });
  return new Set(ids);
}

function isSameFile(one: string, other: string): boolean {
  try {
    return one !== "-" && realpathSync(one) === realpathSync(other);
  } catch {
    // One of them isn't there.
    return false;
  }
}
