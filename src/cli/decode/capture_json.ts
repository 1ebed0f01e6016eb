// What is inside a capture, for programs. In: a capture that was decoded to its end. Out: JSON, as doc/captures.md describes it. A field
// that is added leaves the version as it is; one that changes its meaning, or goes, raises it.
import type { DecodedCapture } from "../../capture/decode.js";
import { plainWords } from "../../filters/words.js";

const VERSION = 1;

export function renderInfoJson(capture: DecodedCapture): string {
  const { origin, options, processes, size, isCut, statistics } = capture;
  return document("austin-capture-info", {
    origin: origin ?? null,
    profile: options === undefined ? null : { ...options, filters: options.filters && plainWords(options.filters) },
    leftOut: capture.share?.leftOut ?? null,
    look: capture.hasLooks,
    processes,
    bytes: size.file,
    logBytes: size.log,
    cut: isCut,
    samples: statistics?.samples ?? null,
    durationMicroseconds: statistics?.durationMicroseconds ?? null,
  });
}

export function renderCheckJson(capture: DecodedCapture): string {
  const { figures, totals, isCut } = capture;
  return document("austin-capture-check", {
    decoderSamples: figures?.samples ?? 0,
    notTaken: Object.fromEntries(figures?.failures ?? []),
    readOtherwise: figures?.diverged ?? 0,
    notCaptured: figures?.missing ?? 0,
    threadSamples: totals.samples,
    incomplete: totals.incomplete,
    reasons: totals.reasons,
    cut: isCut,
  });
}

function document(format: string, fields: object): string {
  return `${JSON.stringify({ format, version: VERSION, ...fields })}\n`;
}
