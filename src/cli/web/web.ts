// austin-web: from the arguments to a page that is served. In: argv. Out: the process's exit code. What is seen while a run lasts is austin's own, sampled in
// a process of its own (watching/run_source.ts); this one only reads and sends, and gives way to it.
import { accessSync, constants, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { formatNamed } from "../../formats/registry.js";
import { LiveProfile } from "../../live/index.js";
import { fileStatus } from "../../output/file_status.js";
import { writeWhole } from "../../output/whole_file.js";
import { formatBytes } from "../../views/quantities.js";
import { notListening, pageServed, pageWritten, servedOn } from "../messages/serving.js";
import { ToldError } from "../messages/told_error.js";
import { caveats, failForDamage, soundCaveats } from "../reading/profile_summary.js";
import {
  filesOf,
  filtersOf,
  prepareOutputs,
  type ReaderCommand,
  runReaderCommand,
  UsageError,
} from "../reading/reader_command.js";
import { readInto } from "../watching/file.js";
import { keptSamples } from "../watching/kept_samples.js";
import {
  austinWords,
  checkFileWords,
  checkWords,
  endedText,
  feed,
  giveWay,
  planSaving,
  recentSecondsOf,
} from "../watching/run.js";
import { RunSource } from "../watching/run_source.js";
import { onEndingSignal } from "../watching/signals.js";
import { type EndingSignal, ExitCode, SIGNAL_EXIT_CODES } from "../words/exit_codes.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { LiveRun } from "./live_run.js";
import { LiveServer } from "./live_server.js";
import { defineWebCommand, SERVER_OPTIONS, WEB_EXIT_NOTE, WEB_PURPOSE } from "./options.js";

/** Run the command; the process's exit code is set when it resolves. */
export function webMain(argv: readonly string[]): Promise<void> {
  const command: ReaderCommand = {
    cli: defineWebCommand(),
    purpose: WEB_PURPOSE,
    run: web,
    mixed: false,
    exitNote: WEB_EXIT_NOTE,
  };
  return runReaderCommand(command, argv);
}

interface Place {
  readonly host: string;
  readonly port: number;
}

async function web(given: ParsedWords): Promise<void> {
  const pid = given.text("pid");
  const named = given.text("open");
  const file = named ?? (pid === undefined ? soleFile(given.operands) : undefined);
  if (file !== undefined) checkFileWords(given, named !== undefined);
  const command = file === undefined ? given.operands : [];
  if (file === undefined && pid === undefined && command.length === 0)
    throw new UsageError("there is nothing to show: it takes a command, --pid or a FILE.");
  const place = placeOf(given);
  const live = new LiveProfile(new Map(), { recentSeconds: recentSecondsOf(given) });
  const words = austinWords(given, SERVER_OPTIONS);
  if (file === undefined) checkWords(words, pid, command);
  prepareOutputs(file === undefined ? [] : [file], filesOf(given, ["compile"]));
  const title = file ?? (pid === undefined ? command.join(" ") : `-p ${pid}`);
  const run = new LiveRun(live, title, file !== undefined);
  const server = await LiveServer.of(run, given.texts("sources"));
  try {
    await announce(server, place);
    if (file !== undefined) await showFile(file, run, given);
    else await watch([...words, ...(pid === undefined ? ["--", ...command] : [`--pid=${pid}`])], run, server, given);
  } finally {
    run.close();
    server.close();
  }
}

/** A profile may stand in a command's place: a file that could not be started. */
function soleFile([path, ...others]: readonly string[]): string | undefined {
  if (path === undefined || others.length > 0) return undefined;
  if (path === "-") return path;
  try {
    if (!statSync(path).isFile()) return undefined;
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? path : undefined;
  }
}

/** @throws UsageError */
function placeOf(given: ParsedWords): Place {
  const port = given.text("port") ?? "";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`'${port}' is no value for --port: it takes a number up to 65535.`);
  const host = given.text("host") ?? "";
  if (host === "") throw new UsageError("--host takes an address of this machine.");
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** @throws ToldError */
async function announce(server: LiveServer, place: Place): Promise<void> {
  const { host } = place;
  const address = await server.listen(host, place.port).catch((error: NodeJS.ErrnoException) => {
    throw new ToldError(notListening({ ...place, errno: error.errno ?? 0 }));
  });
  const isLocal = host === "localhost" || host === "::1" || /^127\./.test(host);
  process.stdout.write(`${address.replace(/(?<=\/\/)(0\.0\.0\.0|\[::\])(?=:)/, ownAddress)}\n`);
  process.stderr.write(`${pageServed(isLocal, host)}\n`);
}

/** Where others reach us, in the place of an address that stands for all. */
function ownAddress(all: string): string {
  const addresses = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? all;
}

/** Resolves with the first signal that ends us; a second one does at once. */
function untilSignal(): Promise<EndingSignal> {
  return new Promise((resolve) => {
    onEndingSignal((signal) => {
      // Ctrl-C is how one says that he has seen enough.
      process.exitCode ??= signal === "SIGINT" ? ExitCode.OK : SIGNAL_EXIT_CODES[signal];
      resolve(signal);
    });
  });
}

async function showFile(path: string, run: LiveRun, given: ParsedWords): Promise<void> {
  const { live } = run;
  const quit = untilSignal();
  run.fileWritten = fileStatus(path)?.mtimeMs;
  const facts = await readInto(live, path, filtersOf(given));
  run.fileNotes = caveats(facts);
  for (const line of soundCaveats(facts)) process.stderr.write(`${line}\n`);
  if (!(await compile(run, given))) await quit;
  failForDamage(facts);
}

async function watch(words: readonly string[], run: LiveRun, server: LiveServer, given: ParsedWords): Promise<void> {
  const { live } = run;
  const { copy, saving } = await planSaving(given);
  const quit = untilSignal();
  const source = new RunSource(words, copy, true);
  giveWay();
  const fed = feed(live, source);
  const over = Promise.all([fed, source.ended]).then(([, end]) => {
    run.ended(end);
    server.push();
    return end;
  });
  const first = await Promise.race([quit, over]);
  if (typeof first === "string") source.stop("SIGTERM");
  const end = await over;
  if (live.rates.all.samples === 0) {
    // austin has said why.
    if (typeof first !== "string") process.exitCode = end.exitCode || ExitCode.LAUNCH_OR_ATTACH;
    return;
  }
  for (const { text } of (await saving?.perform()) ?? []) process.stderr.write(`${text}\n`);
  if ((await compile(run, given)) || typeof first === "string") return;
  process.stderr.write(`${servedOn(endedText(end))}\n`);
  await quit;
}

/** @returns whether a page was asked for */
async function compile({ live, feed: { command } }: LiveRun, given: ParsedWords): Promise<boolean> {
  const path = given.text("compile");
  if (path === undefined) return false;
  const format = await formatNamed("html");
  if (format === undefined) return false;
  const bytes = await writeWhole(path, format.write(keptSamples(live, undefined).stream, { name: command }), {
    isText: true,
  });
  process.stderr.write(`${pageWritten(path, formatBytes(bytes))}\n`);
  return true;
}
