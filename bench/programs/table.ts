// In: what was seen of a program, and what its sources say. Out: a row of the Markdown table.
import type { Sight } from "./sight.js";
import type { SourceVerdict } from "./source_check.js";

const HEADINGS = [
  "Python",
  "program",
  "interval",
  "ticks met",
  "samples",
  "invalid, of samples",
  "of time",
  "still alone, of time",
  "distance (noise)",
  "calls checked",
  "impossible",
  "reasons",
];

export const HEADER = `| ${HEADINGS.join(" | ")} |\n|---|---|---|${"---:|".repeat(8)}---|\n`;

export const LEGEND = `
ticks met: of the deadlines that were due. invalid: with a frame that nothing proves, or that could not be read. still alone: time in which
off-CPU copies alone were made, of the processes' time. distance: total variation of own time by function, to a reference (off-CPU copies
alone, at 1 ms) of another run; noise: the same between two runs of the reference. impossible: calls that the caller's source does not
have at that place.
`;

function percent(part: number, whole: number): string {
  return whole === 0 ? "unknown" : `${((100 * part) / whole).toFixed(2)} %`;
}

/** @param references none, or two runs */
export function row(
  python: string,
  name: string,
  interval: string,
  sight: Sight,
  { checked, impossible, contradictions }: SourceVerdict,
  [one, other]: readonly Sight[],
): string {
  const due = sight.figure("missed", 1);
  const distances =
    one === undefined || other === undefined
      ? "-"
      : `${((sight.distanceTo(one) + sight.distanceTo(other)) / 2).toFixed(3)} (${one.distanceTo(other).toFixed(3)})`;
  const cells = [
    python,
    name,
    interval,
    percent(due - sight.figure("missed"), due),
    String(sight.samples),
    percent(sight.invalidSamples, sight.samples),
    percent(sight.invalidMicroseconds, sight.microseconds),
    percent(sight.figure("still time"), sight.lifetime),
    distances,
    String(checked),
    String(impossible + contradictions),
    sight.reasons.map(([reason, count]) => `${reason} ${count}`).join(", ") || "-",
  ];
  return `| ${cells.join(" | ")} |\n`;
}
