// The pages that austin-view writes. In: a profile, summed up. Out: HTML files. It knows no terminal.

import { lineHeat } from "../../analysis/line_heat.js";
import { METRICS, type Metric } from "../../analysis/metric.js";
import { SAMPLES } from "../../analysis/stack_tree.js";
import { readAssets } from "../../views/assets.js";
import { flameData } from "../../views/flame_data.js";
import { renderFlamePage } from "../../views/flame_page.js";
import { renderHeatPage, type SourceText } from "../../views/heat_page.js";
import { formatAmount } from "../../views/quantities.js";
import { caveats, type ProfileSummary } from "../reading/profile_summary.js";
import { count } from "../words/count.js";
import type { SourceFiles } from "./source_lines.js";

/** The flame graph of every metric of the profile. */
export function flameHtml(profile: ProfileSummary): string {
  const { tree, metrics } = profile;
  const flame = flameData(tree.threads, metrics);
  return renderFlamePage({ title: titleOf(profile), notes: caveats(profile), flame }, readAssets("flame"));
}

/** The sources, line by line. */
export function heatHtml(profile: ProfileSummary, metric: Metric, sources: SourceFiles): string {
  const { tree, modifiedAt } = profile;
  const index = METRICS.indexOf(metric);
  const sourceOf = (filename: string): SourceText | undefined => {
    const file = sources.file(filename);
    return file && { lines: file.lines, isNewer: modifiedAt !== undefined && file.modifiedAt > modifiedAt };
  };
  const page = {
    title: titleOf(profile),
    notes: caveats(profile),
    metric,
    total: sumOf(profile, index),
    files: lineHeat(tree.threads, index),
    sourceOf,
  };
  return renderHeatPage(page, readAssets("flame").style);
}

function titleOf(profile: ProfileSummary): string {
  const { name, metrics } = profile;
  const parts = metrics.slice(0, 1).map((metric) => formatAmount(sumOf(profile, METRICS.indexOf(metric)), metric.unit));
  return `${name}: ${parts[0]} in ${count(sumOf(profile, SAMPLES), "sample")}`;
}

function sumOf({ tree }: ProfileSummary, index: number): number {
  return tree.threads.reduce((sum, { sums }) => sum + (sums[index] as number), 0);
}
