// The stacks of processes as people read them. In: what the processes do. Out: Austin's layout, with columns and notes. It
// looks at no process.
import { NO_INTERPRETER } from "../../model/sample.js";
import type { ProcessStacks, ThreadStack } from "../../model/stacks.js";
import type { Style } from "../terminal/terminal.js";
import { printable, shorten } from "../terminal/text_table.js";

// The marks that Austin's own README explains.
const ACTIVE = "🚀";
const ASLEEP = "💤";
const CHILD = "👶";
const THREAD = "🧵";
const KERNEL = "🐧";
/** A thread runs, or waits for a processor: Linux' letter and Windows' words. */
const RUNNING: ReadonlySet<string> = new Set(["R", "running", "ready", "standby", "deferred ready"]);
const INDENT = "    ";
/** Columns of a thread's name. */
const MOST_COLUMNS = 80;

/** What a state that isn't plain running or sleeping means. */
const STATES: Readonly<Record<string, string>> = {
  D: "waiting for a device",
  T: "stopped",
  t: "stopped by a debugger",
  "not told": "whether it runs is not told",
};

/** Whether a state that the system has told is that of a thread that runs. */
export function isRunning(state: string | undefined): boolean {
  return state !== undefined && RUNNING.has(state);
}

/** The stacks of all processes; the text ends with a newline. */
export function renderWhere(processes: readonly ProcessStacks[], style: Style): string {
  return processes.flatMap((one) => one.threads.map((thread) => renderThread(one, thread, style))).join("");
}

function renderThread({ pid, isChild }: ProcessStacks, thread: ThreadStack, style: Style): string {
  const { interpreterId, nativeId, name, isNamedBySystem, state, gc, frames, reasons } = thread;
  const marks = `${isRunning(state) ? ACTIVE : ASLEEP}${isChild ? CHILD : ""}`;
  const own = nativeId === 0 ? "?" : String(nativeId);
  const isPythons = interpreterId !== NO_INTERPRETER;
  const called = name === undefined ? "" : ` ${style.thread(shorten(printable(name), MOST_COLUMNS, "start"))}`;
  const notes = [
    ...(isPythons ? [] : ["not a Python thread"]),
    ...(isNamedBySystem === true ? ["the system's name"] : []),
    ...(state !== undefined && state in STATES ? [STATES[state]] : []),
    ...(gc ? ["collecting garbage"] : []),
    ...reasons,
  ];
  const head = `${marks} Process ${style.process(String(pid))} ${THREAD} Thread ${style.thread(isPythons ? `${interpreterId}:${own}` : own)}${called}`;
  const lines = frames.map((frame) => `${INDENT}${renderFrame(frame, style)}`);
  if (lines.length === 0) lines.push(`${INDENT}${style.faint("(no Python function runs)")}`);
  return `\n\n${head}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}\n\n${lines.join("\n")}\n`;
}

function renderFrame(frame: ThreadStack["frames"][number], style: Style): string {
  if (frame.kind === "invalid") return style.warning("(not proven, or not read)");
  if (frame.kind === "kernel") return `${style.kernel(frame.scope)} ${KERNEL}`;
  const { scope, filename, location, sourceIsNewer, code, guessed } = frame;
  if (code === "native") {
    return `${style.faint(scope)} (${style.faint(filename)})${guessed === true ? style.warning(" [guessed]") : ""}`;
  }
  const place = [location.line, location.column].filter((number) => number > 0).map((one) => style.line(String(one)));
  const note = sourceIsNewer ? style.warning(" [the file is newer than the process]") : "";
  return `${style.warning(scope)} (${[style.value(filename), ...place].join(":")})${note}`;
}
