// `austin --doctor [PID]`: every check, whether a process can be sampled, and what helps. In: what the command line says.
// Out: a report on standard output, for people or as JSON, and the exit code that a run would have.
import { host, ProcessDenied, ProcessGone } from "../../host/index.js";
import { requireAddOn } from "../../memory/add_on.js";
import type { AddOnFile } from "../../memory/add_on_file.js";
import { AddOnMissing } from "../../memory/add_on_missing.js";
import { limitReads } from "../../memory/live.js";
import { AccessDenied, TargetLost } from "../../memory/source.js";
import { AttachError, attach } from "../../sampler/snapshots.js";
import type { DoctorOptions } from "../austin/command_line.js";
import { addOnMissing } from "../messages/add_on.js";
import { type Message, nothingInTheWay } from "../messages/index.js";
import { deniedMessage, goneMessage, refusalMessage } from "../messages/refusal.js";
import { createStyle, type Style, takesColour } from "../terminal/terminal.js";
import type { ExitCode } from "../words/exit_codes.js";
import type { Check } from "./check.js";
import { ownChecks, targetChecks } from "./checks.js";

interface Report {
  readonly pid: number | undefined;
  readonly checks: readonly Check[];
  /** What it comes to; the exit code of a run. */
  readonly verdict: Message;
}

const VERSION = 1;
const NAME_WIDTH = 18;
const VERDICTS: Readonly<Record<Check["verdict"], string>> = { ok: "ok  ", note: "note", bad: "BAD " };

/** Run the command line's `--doctor`; returns the exit code. */
export async function runDoctor(options: DoctorOptions, readBytes: number): Promise<ExitCode> {
  const report = await examine(options, readBytes);
  const text = options.json ? json(report) : plain(report, createStyle(takesColour(process.stdout, process.env)));
  process.stdout.write(text);
  return report.verdict.exitCode;
}

async function examine({ pid, timeoutMilliseconds }: DoctorOptions, readBytes: number): Promise<Report> {
  const addOn = findAddOn(readBytes);
  const checks = ownChecks(addOn);
  if (addOn instanceof AddOnMissing) return { pid, checks, verdict: addOnMissing(addOn) };
  if (pid === undefined) {
    const bad = checks.find(({ verdict }) => verdict === "bad");
    return { pid, checks, verdict: nothingInTheWay({ pid, bad: bad?.name }) };
  }
  try {
    // With the numbers of another PID namespace, /proc would show another process.
    if (!host.isForeignProc()) checks.push(...targetChecks(pid));
    const session = await attach(pid, { timeoutMilliseconds });
    const { version, image, foundBy, wordSize } = session.interpreter;
    const interpreter = `Python ${version.text}, ${wordSize * 8} bits, in ${image} (by ${foundBy})`;
    checks.push({ about: "process", name: "interpreter", verdict: "ok", fact: interpreter });
    // Without off-CPU copies: they would take the process's turn.
    const threads = session.sample(false)?.threads.length ?? 0;
    session.close();
    checks.push({
      about: "process",
      name: "stacks",
      verdict: "ok",
      fact: `${threads} ${threads === 1 ? "thread" : "threads"}`,
    });
    return { pid, checks, verdict: nothingInTheWay({ pid, bad: undefined }) };
  } catch (error) {
    const verdict = explain(error, pid, timeoutMilliseconds);
    checks.push({ about: "process", name: "sampling", verdict: "bad", fact: verdict.text.split("\n")[0] as string });
    return { pid, checks, verdict };
  }
}

function findAddOn(readBytes: number): AddOnFile | AddOnMissing {
  try {
    const file = requireAddOn();
    if (readBytes > 0) limitReads(readBytes);
    return file;
  } catch (error) {
    if (error instanceof AddOnMissing) return error;
    throw error;
  }
}

function explain(error: unknown, pid: number, timeoutMilliseconds: number): Message {
  if (error instanceof AttachError && error.result.kind !== "aborted") {
    return refusalMessage(error.result, { pid, command: undefined, end: undefined, timeoutMilliseconds });
  }
  if (error instanceof ProcessDenied || error instanceof AccessDenied) return deniedMessage(pid, error, false);
  if (error instanceof ProcessGone || error instanceof TargetLost) return goneMessage(pid, false);
  throw error;
}

function json({ pid, checks, verdict }: Report): string {
  const [problem, ...help] = verdict.text.split("\n");
  const said = { exitCode: verdict.exitCode, message: problem, help };
  return `${JSON.stringify({ format: "austin-doctor", version: VERSION, pid: pid ?? null, checks, verdict: said })}\n`;
}

function plain({ pid, checks, verdict }: Report, style: Style): string {
  const lines = (about: Check["about"]): string[] =>
    checks
      .filter((one) => one.about === about)
      .map(({ name, verdict, fact }) => {
        const mark = VERDICTS[verdict];
        return `  ${verdict === "bad" ? style.error(mark) : mark}  ${name.padEnd(NAME_WIDTH)} ${fact}`;
      });
  return [
    style.bold("austin"),
    ...lines("austin"),
    ...(pid === undefined ? [] : ["", style.bold(`process ${pid}`), ...lines("process")]),
    "",
    verdict.text,
    "",
  ].join("\n");
}
