// What a profile says of itself. In: how a run was asked for, and its figures. Out: metadata, in Austin's order, ours
// behind it. It counts nothing.
import { plainWords } from "../filters/words.js";
import { type RunStatistics, takenSamples } from "../model/statistics.js";
import type { MojoEncoder } from "../mojo/encoder.js";
import type { HeaderFacts, ProfileOptions } from "../profile/facts.js";

/** The keys before the first sample. */
export function encodeHeader(encoder: MojoEncoder, options: ProfileOptions, facts: HeaderFacts): void {
  const { python, multiprocess, memoryKibibytes } = facts;
  const { filters } = options;
  if (multiprocess && python !== undefined) encoder.metadata("python", python);
  encoder.metadata("austin", options.interfaceVersion);
  encoder.metadata("interval", String(options.intervalMicroseconds));
  encoder.metadata("mode", options.mode);
  // Against it, readers show the changes.
  if (memoryKibibytes !== undefined) encoder.metadata("memory", String(memoryKibibytes));
  if (multiprocess) encoder.metadata("multiprocess", "on");
  if (options.gc) encoder.metadata("gc", "on");
  if (!multiprocess && python !== undefined) encoder.metadata("python", python);
  if (filters !== undefined) encoder.metadata("filters", JSON.stringify(plainWords(filters)));
}

/** The keys after the last sample. */
export function encodeTrailer(encoder: MojoEncoder, statistics: Omit<RunStatistics, "output">): void {
  if (statistics.collectorMicroseconds !== undefined) {
    encoder.metadata("gc", String(statistics.collectorMicroseconds));
  }
  encoder.metadata("count", String(statistics.samples));
  encoder.metadata("duration", String(statistics.durationMicroseconds));
  const taken = takenSamples(statistics);
  if (taken > 0 && statistics.sampling) {
    const { minimumMicroseconds, averageMicroseconds, maximumMicroseconds } = statistics.sampling;
    const times = [minimumMicroseconds, averageMicroseconds, maximumMicroseconds].map(Math.round);
    encoder.metadata("sampling", times.join(","));
    encoder.metadata("saturation", `${statistics.longTicks}/${statistics.takenTicks}`);
    encoder.metadata("errors", `${statistics.incomplete}/${taken}`);
    const { takenMicroseconds, incompleteMicroseconds } = statistics;
    if (takenMicroseconds > 0) encoder.metadata("errors time", `${incompleteMicroseconds}/${takenMicroseconds}`);
  }
  if (statistics.frameless !== undefined) encoder.metadata("frameless", `${statistics.frameless}/${taken}`);
  encoder.metadata("missed", `${statistics.missedTicks}/${statistics.ticks}`);
  const { tried, proven, retried, still, unverified, dropped, copies, failedCopies } = statistics.proofs;
  const figures = { tried, proven, retried, still, unverified, dropped };
  for (const [key, count] of Object.entries(figures)) encoder.metadata(key, String(count));
  encoder.metadata("still copies", `${copies - failedCopies}/${copies}`);
  encoder.metadata("still time", String(statistics.stillMicroseconds));
  if (statistics.stillUnavailable !== undefined) encoder.metadata("no still copies", statistics.stillUnavailable);
  for (const [cause, count] of Object.entries(statistics.stillPrevented)) {
    encoder.metadata(`prevented ${cause}`, String(count));
  }
  encoder.metadata("gap", String(statistics.gapMicroseconds));
  if (statistics.held !== undefined) {
    encoder.metadata("held", String(statistics.held.threads));
    encoder.metadata("held time", String(statistics.held.microseconds));
  }
  if (statistics.kernelStacks !== undefined) {
    encoder.metadata("kernel stacks", `${statistics.kernelStacks.known}/${statistics.kernelStacks.asked}`);
  }
  if (statistics.beyond !== undefined) {
    encoder.metadata("threads beyond", String(statistics.beyond.threads));
    encoder.metadata("samples beyond", String(statistics.beyond.samples));
  }
  if (statistics.filtered !== undefined) {
    const { all, leftOut } = statistics.filtered;
    encoder.metadata("left out", `${leftOut.samples}/${all.samples}`);
    encoder.metadata("left out time", `${leftOut.microseconds}/${all.microseconds}`);
    encoder.metadata("left out memory", `${leftOut.bytes}/${all.bytes}`);
  }
  for (const [cause, count] of Object.entries(statistics.processesNotSampled)) {
    encoder.metadata(`not sampled ${cause}`, String(count));
  }
  for (const [reason, count] of Object.entries(statistics.reasons)) {
    encoder.metadata(`reason ${reason}`, String(count));
  }
}
