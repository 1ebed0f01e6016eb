// The last lines of a run. In: the sampler's figures. Out: the lines for stderr, the last of which says how to open
// the profile. It counts nothing itself.
import { type RunStatistics, takenSamples } from "../../model/statistics.js";
import { descriptorOf } from "../../output/output_path.js";
import { formatBytes, formatDuration, formatRate, formatRatio, formatShare, UNKNOWN } from "../../views/quantities.js";
import { leftOutLine } from "../messages/left_out.js";
import { openingCommand } from "../messages/opening.js";
import type { Style } from "../terminal/terminal.js";

// As wide as the labels' column, the space behind it included.
const DOTS = `${" .".repeat(13)} `;

function notSampledLines({ processesNotSampled }: RunStatistics): string[] {
  return Object.entries(processesNotSampled).map(([cause, count]) => `    not sampled, ${cause}: ${count}`);
}

/**
 * Render the statistics; the text ends with a newline.
 * @param isFamily whether a process was followed with its descendants
 */
export function renderStatistics(statistics: RunStatistics, style: Style, isFamily = false): string {
  const { durationMicroseconds, ticks, missedTicks, longTicks, incomplete, sampling, output } = statistics;
  const { gapMicroseconds } = statistics;
  const samples = takenSamples(statistics);
  const leftOut = leftOutLine(statistics.filtered);
  const { tried, unverified } = statistics.proofs;
  const reasons = Object.entries(statistics.reasons)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  const line = (label: string, value: string) => `  ${leader(label, style)}${style.bold(value)}`;

  const lines = [
    "",
    style.bold("Sampling statistics"),
    "",
    line("Total duration", formatDuration(durationMicroseconds)),
    ...(isFamily ? [line("Processes sampled", String(statistics.processes)), ...notSampledLines(statistics)] : []),
    line("Average sampling rate", formatRate(samples, durationMicroseconds)),
    line(
      "Sampling time",
      sampling === undefined
        ? UNKNOWN
        : `${[sampling.minimumMicroseconds, sampling.averageMicroseconds, sampling.maximumMicroseconds]
            .map(formatDuration)
            .join(", ")} (min, mean, max)`,
    ),
    line("Missed ticks", formatRatio(missedTicks, ticks)),
    line("Saturation", formatRatio(longTicks, ticks - missedTicks)),
    line("Error rate", `${formatRatio(incomplete, samples)}${errorTime(statistics)}`),
    ...reasons.map(([reason, count]) => `    ${reason}: ${count}`),
    ...framelessLines(statistics, line),
    line("Proven stacks", formatRatio(tried - unverified, tried)),
    ...proofLines(statistics),
    ...heldLines(statistics, line),
    ...beyondLines(statistics, line),
    ...collectorLines(statistics, line),
    line("Longest gap", samples === 0 ? UNKNOWN : formatDuration(gapMicroseconds)),
    ...(output === undefined
      ? []
      : [line("Profile", `${output.path ?? "standard output"}, ${formatBytes(output.bytes)}`)]),
  ];
  if (leftOut !== undefined) lines.push("", leftOut);
  // What went to a stream is where that leads.
  const isFile = output?.path !== undefined && descriptorOf(output.path) === undefined;
  if (isFile && output.bytes > 0 && statistics.samples > 0) {
    lines.push("", `Open it with: ${style.value(openingCommand(output.path))}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Which part of the time the errors stand for: not that of the samples, where ticks were missed. */
function errorTime({ takenMicroseconds, incompleteMicroseconds }: RunStatistics): string {
  if (takenMicroseconds === 0) return "";
  return `, of the time ${formatShare(incompleteMicroseconds, takenMicroseconds)}`;
}

/** Samples with an empty stack, which are no errors. */
function framelessLines(statistics: RunStatistics, line: (label: string, value: string) => string): string[] {
  const { frameless } = statistics;
  if (frameless === undefined) return [];
  return [line("Without a frame", `${formatRatio(frameless, takenSamples(statistics))} (no Python function runs)`)];
}

/** What was done to the target for its native frames, and what the kernel told for its own. */
function heldLines({ held, kernelStacks }: RunStatistics, line: (label: string, value: string) => string): string[] {
  if (held === undefined) return [];
  const mean = held.threads === 0 ? "" : ` (${formatDuration(held.microseconds / held.threads)} each)`;
  const lines = [line("Threads held", `${held.threads}${mean}`)];
  if (kernelStacks === undefined) return lines;
  const ratio = formatRatio(kernelStacks.known, kernelStacks.asked);
  return [...lines, line("Kernel stacks", `${ratio} of threads that were to wait (one that runs has none)`)];
}

/** Threads that were not sampled, since a process had too many. */
function beyondLines({ beyond }: RunStatistics, line: (label: string, value: string) => string): string[] {
  if (beyond === undefined) return [];
  return [line("Threads beyond", `${beyond.threads} (most at once; ${beyond.samples} thread samples not taken)`)];
}

/** How long the garbage collector ran, where that was asked for. */
function collectorLines(
  { collectorMicroseconds, durationMicroseconds }: RunStatistics,
  line: (label: string, value: string) => string,
): string[] {
  if (collectorMicroseconds === undefined) return [];
  const share = formatShare(collectorMicroseconds, durationMicroseconds);
  return [line("Garbage collector", `${formatDuration(collectorMicroseconds)} (${share})`)];
}

/** What it took to prove the stacks, where it took more than one copy each. */
function proofLines({ proofs, stillMicroseconds, stillUnavailable, stillPrevented }: RunStatistics): string[] {
  const { retried, still, dropped } = proofs;
  const lines: string[] = [];
  const add = (label: string, count: number) => count > 0 && lines.push(`    ${label}: ${count}`);
  add("after another copy", retried);
  add("by an off-CPU copy", still);
  add("dropped, since code was replaced or unloaded", dropped);
  if (stillMicroseconds > 0) {
    lines.push(`    off-CPU copies only, since it moved too fast: ${formatDuration(stillMicroseconds)}`);
  }
  if (stillUnavailable !== undefined) lines.push(`    no off-CPU copies: ${stillUnavailable}`);
  for (const [cause, count] of Object.entries(stillPrevented)) {
    if (cause !== stillUnavailable) lines.push(`    off-CPU copies that could not be made: ${count}: ${cause}`);
  }
  return lines;
}

/** A label, and dots up to the column of the values, on the same columns in every line. */
function leader(label: string, style: Style): string {
  return `${label} ${style.faint(DOTS.slice(label.length + 1))}`;
}
