// The last lines of a run. In: the sampler's figures. Out: the lines for stderr, the last of which says how to open
// the profile. It counts nothing itself.
import type { RunStatistics } from "../model/statistics.js";
import { openingCommand } from "./opening.js";
import { formatBytes, formatDuration, formatRate, formatRatio, UNKNOWN } from "./quantities.js";
import type { Style } from "./terminal.js";

// As wide as the labels' column, the space behind it included.
const DOTS = `${" .".repeat(13)} `;

/** Render the statistics; the text ends with a newline. */
export function renderStatistics(statistics: RunStatistics, style: Style): string {
  const { durationMicroseconds, ticks, samples, missedTicks, longTicks, incomplete, sampling, output } = statistics;
  const reasons = Object.entries(statistics.reasons)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  const line = (label: string, value: string) => `  ${leader(label, style)}${style.bold(value)}`;

  const lines = [
    "",
    style.bold("Sampling statistics"),
    "",
    line("Total duration", formatDuration(durationMicroseconds)),
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
    line("Error rate", formatRatio(incomplete, samples)),
    ...reasons.map(([reason, count]) => `    ${reason}: ${count}`),
    line("Profile", `${output.path ?? "standard output"}, ${formatBytes(output.bytes)}`),
  ];
  if (output.path !== undefined && output.bytes > 0 && samples > 0) {
    lines.push("", `Open it with: ${style.value(openingCommand(output.path))}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A label, and dots up to the column of the values, on the same columns in every line. */
function leader(label: string, style: Style): string {
  return `${label} ${style.faint(DOTS.slice(label.length + 1))}`;
}
