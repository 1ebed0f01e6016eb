// What a profile says of itself. In: how a run was asked for, and its figures. Out: metadata, in Austin's order, ours
// behind it. It counts nothing.
import { totalmem } from "node:os";
import type { Mode } from "../model/metrics.js";
import type { RunStatistics } from "../model/statistics.js";
import type { MojoEncoder } from "../mojo/index.js";

/** How the run was asked for. */
export interface HeaderFacts {
  readonly intervalMicroseconds: number;
  readonly mode: Mode;
  readonly gc: boolean;
  /** What the metadata key `austin` says. */
  readonly interfaceVersion: string;
}

/**
 * The keys before the first sample.
 * @param python the version of the root; undefined where it is not Python
 * @param multiprocess whether its descendants are sampled, too
 */
export function encodeHeader(
  encoder: MojoEncoder,
  facts: HeaderFacts,
  python: string | undefined,
  multiprocess: boolean,
): void {
  if (multiprocess && python !== undefined) encoder.metadata("python", python);
  encoder.metadata("austin", facts.interfaceVersion);
  encoder.metadata("interval", String(facts.intervalMicroseconds));
  encoder.metadata("mode", facts.mode);
  // All there is on this machine, in KiB, against which readers show the changes.
  if (facts.mode === "memory" || facts.mode === "full") encoder.metadata("memory", String(totalmem() / 1024));
  if (multiprocess) encoder.metadata("multiprocess", "on");
  if (facts.gc) encoder.metadata("gc", "on");
  if (!multiprocess && python !== undefined) encoder.metadata("python", python);
}

/** The keys after the last sample. */
export function encodeTrailer(encoder: MojoEncoder, statistics: RunStatistics): void {
  if (statistics.collectorMicroseconds !== undefined) {
    encoder.metadata("gc", String(statistics.collectorMicroseconds));
  }
  encoder.metadata("count", String(statistics.samples));
  encoder.metadata("duration", String(statistics.durationMicroseconds));
  if (statistics.samples > 0 && statistics.sampling) {
    const { minimumMicroseconds, averageMicroseconds, maximumMicroseconds } = statistics.sampling;
    const times = [minimumMicroseconds, averageMicroseconds, maximumMicroseconds].map(Math.round);
    encoder.metadata("sampling", times.join(","));
    encoder.metadata("saturation", `${statistics.longTicks}/${statistics.takenTicks}`);
    encoder.metadata("errors", `${statistics.incomplete}/${statistics.samples}`);
  }
  encoder.metadata("missed", `${statistics.missedTicks}/${statistics.ticks}`);
  const { tried, proven, retried, still, unverified, dropped, copies, failedCopies } = statistics.proofs;
  const figures = { tried, proven, retried, still, unverified, dropped };
  for (const [key, count] of Object.entries(figures)) encoder.metadata(key, String(count));
  encoder.metadata("still copies", `${copies - failedCopies}/${copies}`);
  encoder.metadata("still time", String(statistics.stillMicroseconds));
  encoder.metadata("gap", String(statistics.gapMicroseconds));
  for (const [reason, count] of Object.entries(statistics.reasons)) {
    encoder.metadata(`reason ${reason}`, String(count));
  }
}
