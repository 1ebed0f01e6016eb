// What is inside a capture, as people read it. In: a capture that was decoded to its end. Out: lines. It decodes nothing.
import type { DecodedCapture } from "../../capture/decode.js";
import { formatBytes, formatDuration } from "../../views/quantities.js";
import { leftOutLine } from "../messages/left_out.js";
import type { Style } from "../terminal/terminal.js";

const LABEL_COLUMNS = 18;

function lineOf(style: Style): (label: string, value: string) => string {
  return (label, value) => `${label.padEnd(LABEL_COLUMNS)}${style.bold(value)}\n`;
}

/** What is inside. */
export function renderInfo(path: string, capture: DecodedCapture, style: Style): string {
  const line = lineOf(style);
  const { origin, processes, size, statistics, figures, options } = capture;
  const name = path === "-" ? "standard input" : path;
  if (origin === undefined) return line("Capture", `${name}, empty`);
  const text = [
    line("Capture", `${name}, ${formatBytes(size.file)}${capture.isCut ? ", broken off" : ""}`),
    line("Log", `${formatBytes(size.log)} of raw memory and facts`),
    line("Made by", `${origin.tool} ${origin.toolVersion}, ${origin.started}`),
    line("With", origin.options.join(" ")),
    line("Machine", `${origin.platform} ${origin.release}, ${origin.architecture}, ${origin.byteOrder} endian`),
  ];
  if (options !== undefined) {
    text.push(line("Profile", `mode ${options.mode}, every ${formatDuration(options.intervalMicroseconds)}`));
  } else {
    for (const { pid, pythonVersion } of capture.lastStacks)
      text.push(line(`Look at ${pid}`, `Python ${pythonVersion}`));
  }
  for (const { pid, pythonVersion, machine, wordSize, image } of processes) {
    text.push(line(`Process ${pid}`, `Python ${pythonVersion}, ${machine}, ${8 * wordSize} bits, ${image}`));
  }
  text.push(line("Decoder's samples", String(figures?.samples ?? 0)));
  if (statistics !== undefined) {
    text.push(line("Thread samples", String(statistics.samples)));
    text.push(line("Duration", formatDuration(statistics.durationMicroseconds)));
    const leftOut = leftOutLine(capture.share);
    if (leftOut !== undefined) text.push(`${leftOut}\n`);
  }
  return text.join("");
}

/** What was decoded, and what was not. */
export function renderCheck(capture: DecodedCapture, style: Style): string {
  const line = lineOf(style);
  const { figures, totals } = capture;
  if (figures === undefined) return "";
  const text = [line("Decoder's samples", String(figures.samples))];
  for (const [reason, count] of figures.failures) text.push(line("  not taken", `${count}: ${reason}`));
  if (figures.diverged > 0) {
    text.push(line("  read otherwise", `${figures.diverged}, ${figures.missing} ranges of which were not captured`));
  }
  text.push(line("Thread samples", String(totals.samples)));
  text.push(line("  incomplete", String(totals.incomplete)));
  for (const [reason, count] of Object.entries(totals.reasons))
    text.push(line("  with a reason", `${count}: ${reason}`));
  return text.join("");
}
