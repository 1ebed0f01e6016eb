// What has changed between two profiles for programs. In: the comparison. Out: JSON of the shape that doc/viewing.md describes. A field that
// is added leaves the version as it is; one that changes its meaning, or goes, raises it.
import type { Change, Comparison, Renaming, Verdict } from "../../analysis/comparison.js";
import { functionLabel } from "../../analysis/function_line.js";
import type { Metric } from "../../analysis/metric.js";
import type { ProfilePair } from "../reading/profile_summary.js";

const VERSION = 1;

/** The JSON text; it ends with a newline. @param limit functions at most */
export function renderDiffJson(
  pair: ProfilePair,
  metric: Metric,
  { sides, critical, functions }: Comparison,
  rename: Renaming,
  limit: number,
): string {
  const document = {
    format: "austin-diff",
    version: VERSION,
    metric: metric.name,
    unit: metric.unit,
    standardErrors: critical,
    profiles: pair.map(({ name, truncated, share }, i) => ({
      profile: name,
      truncated,
      leftOut: share?.leftOut ?? null,
      total: sides[i]?.total,
      samples: sides[i]?.samples,
    })),
    functions: functions.slice(0, limit).map(({ function: name, own, total }) => ({
      function: functionLabel(name),
      file: name.filename === "" ? null : rename(name.filename),
      own: changeRecord(own),
      total: changeRecord(total),
    })),
  };
  return `${JSON.stringify(document)}\n`;
}

function changeRecord({ values, shares, absolute }: Change) {
  return { before: values[0], after: values[1], normalised: verdictRecord(shares), absolute: verdictRecord(absolute) };
}

function verdictRecord({ difference, error, isReal }: Verdict) {
  return { difference, standardError: error, beyondSamplingError: isReal };
}
