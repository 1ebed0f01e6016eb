// What the filters left out, as people read it. In: figures. Out: a sentence.
import type { Share } from "../../model/share.js";
import { formatDuration, formatRatio, formatShare } from "../../views/quantities.js";

/** How much the filters left out, in a line; undefined where there were none. */
export function leftOutLine(share: Share | undefined): string | undefined {
  if (share === undefined) return undefined;
  const { all, leftOut } = share;
  const time =
    all.microseconds === 0
      ? ""
      : `, ${formatDuration(leftOut.microseconds)} of ${formatDuration(all.microseconds)} (${formatShare(leftOut.microseconds, all.microseconds)})`;
  return `The filters leave out ${formatRatio(leftOut.samples, all.samples)} samples${time}.`;
}

/** How much the filters of the run that wrote a profile left out, in a line; undefined where there were none. */
export function leftOutByRun(metadata: ReadonlyMap<string, string>): string | undefined {
  const [, leftOut, all] = /^(\d+)\/(\d+)$/.exec(metadata.get("left out") ?? "") ?? [];
  return all === undefined
    ? undefined
    : `The run's own filters left out ${formatRatio(Number(leftOut), Number(all))} samples.`;
}
