// austin-decode: from the arguments to what a capture holds. In: a capture. Out: its profile, its stacks, or what is to be said
// of it. It loads no add-on, and asks the system for nothing but files.
import { type DecodedCapture, decodeCapture } from "../../capture/decode.js";
import { CaptureError } from "../../capture/error.js";
import type { PlayedStacks } from "../../capture/player.js";
import { asksForSomething, type FilterWords } from "../../filters/words.js";
import { InputBytes, InputError } from "../../input/index.js";
import type { ProcessStacks } from "../../model/stacks.js";
import { BinaryToTerminal, writeWhole } from "../../output/whole_file.js";
import { withFacts } from "../../profile/stacks_with_facts.js";
import {
  captureCut,
  captureHasNoProfile,
  captureHasNoStacks,
  captureNotRead,
  profileToTerminal,
} from "../messages/capture.js";
import { allLeftOut } from "../messages/input.js";
import { leftOutLine } from "../messages/left_out.js";
import { type Message, renderMessage } from "../messages/message.js";
import { ToldError } from "../messages/told_error.js";
import { endOnSignals, filtersOf, prepareOutputs, runReaderCommand, UsageError } from "../reading/reader_command.js";
import { Progress } from "../terminal/progress.js";
import { createStyle, type Style, takesColour } from "../terminal/terminal.js";
import { renderWhereJson } from "../where/json.js";
import { renderWhere } from "../where/text.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { renderCheckJson, renderInfoJson } from "./capture_json.js";
import { renderCheck, renderInfo } from "./capture_text.js";
import { DECODE_PURPOSE, defineDecodeCommand } from "./options.js";

const VIEWS = ["where", "info", "check"] as const;

/** Run the command; the process's exit code is set when it resolves. */
export function decodeMain(argv: readonly string[]): Promise<void> {
  return runReaderCommand({ cli: defineDecodeCommand(), purpose: DECODE_PURPOSE, run: decode }, argv);
}

async function decode(given: ParsedWords): Promise<void> {
  const [path, ...others] = given.operands;
  if (path === undefined) throw new UsageError("there is no capture to decode.");
  if (others.length > 0) throw new UsageError("it decodes one capture at a time.");
  const [view, another] = VIEWS.filter((name) => given.has(name));
  if (another !== undefined) throw new UsageError(`--${view} and --${another} ask for different things.`);
  const json = given.has("json");
  if (json && view === undefined) throw new UsageError("--json goes with --where, --info and --check.");
  const filters = chosenFilters(given);
  if (filters !== undefined && view !== undefined) {
    throw new UsageError(`filters go with a profile, not with --${view}.`);
  }
  const output = given.text("output") ?? "-";
  prepareOutputs([path], [{ name: "--output", path: output }]);
  endOnSignals();
  const bytes = await InputBytes.open(path);
  const progress = new Progress(bytes);
  try {
    const capture = decodeCapture(bytes, filters && { filters });
    const failure = await failureOf(path, async () => {
      if (view === undefined) await writeProfile(path, capture, output);
      else {
        const style = createStyle(output === "-" && takesColour(process.stdout, process.env));
        const { text, damage } = await textOf(path, view, capture, json, style);
        progress.stop();
        await writeWhole(output, [Buffer.from(text)], { isText: true });
        if (damage !== undefined) throw damage;
      }
    });
    progress.stop();
    if (capture.isCut || bytes.isCut) say(captureCut({ path }));
    if (view === undefined && failure === undefined) tellLeftOut(capture);
    if (failure !== undefined) throw failure;
  } finally {
    progress.stop();
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

/** What comes before a damage is written, whole; then the damage is told. */
async function writeProfile(path: string, capture: DecodedCapture, output: string): Promise<void> {
  let damage: unknown;
  const pieces = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* capture.mojo();
    } catch (error) {
      if (!capture.hasProfile) throw error;
      damage = error;
    }
    if (!capture.hasProfile) throw new ToldError(captureHasNoProfile({ path, hasLooks: capture.hasLooks }));
    const { all, leftOut } = capture.share ?? { all: undefined, leftOut: undefined };
    if (all !== undefined && all.samples > 0 && leftOut.samples === all.samples) {
      throw new ToldError(allLeftOut({ path, samples: all.samples }));
    }
  };
  try {
    await writeWhole(output, pieces(), { isText: false });
  } catch (error) {
    throw error instanceof BinaryToTerminal ? new ToldError(profileToTerminal(path)) : error;
  }
  if (damage !== undefined) throw damage;
}

/** What a view shows of all that comes before a damage, and the damage. */
async function textOf(
  path: string,
  view: (typeof VIEWS)[number],
  capture: DecodedCapture,
  json: boolean,
  style: Style,
): Promise<{ readonly text: string; readonly damage: unknown }> {
  let damage: unknown;
  let stacks: readonly PlayedStacks[] = [];
  try {
    stacks = await capture.stacks();
  } catch (error) {
    const isDamage = error instanceof CaptureError || error instanceof InputError;
    if (!isDamage || capture.origin === undefined) throw error;
    damage = error;
    stacks = capture.lastStacks;
  }
  if (view === "info") return { text: json ? renderInfoJson(capture) : renderInfo(path, capture, style), damage };
  if (view === "check") return { text: json ? renderCheckJson(capture) : renderCheck(capture, style), damage };
  const processes = stacks.map(placed);
  if (processes.length === 0 && damage === undefined) throw new ToldError(captureHasNoStacks({ path }));
  return { text: json ? renderWhereJson(processes) : renderWhere(processes, style), damage };
}

function placed({ pid, pythonVersion, freeThreaded, stacks, look }: PlayedStacks): ProcessStacks {
  const process = { pid, pythonVersion, freeThreaded, isChild: look?.isChild ?? false };
  return withFacts(
    stacks,
    process,
    look ?? { states: new Map(), missing: [], titles: new Map() },
    (filename) => look?.newer.has(filename) ?? false,
  );
}

function say(message: Message): void {
  process.stderr.write(renderMessage(message, createStyle(takesColour(process.stderr, process.env))));
}

function tellLeftOut({ share }: DecodedCapture): void {
  const line = leftOutLine(share);
  if (line === undefined) return;
  const { faint } = createStyle(takesColour(process.stderr, process.env));
  process.stderr.write(`${faint(line)}\n`);
}

/**
 * The filters that were given, which ask for nothing where all is wanted; undefined where those of the run stay.
 *
 * @throws UsageError
 */
function chosenFilters(given: ParsedWords): FilterWords | undefined {
  const words = filtersOf(given);
  const threads = [...(words.threads ?? []), ...threadsOf(given.text("threads"))];
  const chosen = { ...words, threads };
  if (!given.has("unfiltered")) return asksForSomething(chosen) ? chosen : undefined;
  if (asksForSomething(chosen)) throw new UsageError("--unfiltered and filters ask for different things.");
  return chosen;
}

/** @throws UsageError */
function threadsOf(text: string | undefined): readonly string[] {
  const words = text?.split(",") ?? [];
  const bad = words.find((word) => !/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(word));
  if (bad !== undefined) throw new UsageError(`'${bad}' is no native id of a thread.`);
  return words;
}
