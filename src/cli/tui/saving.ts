// Files out of a view. In: a path, and what makes the bytes of a format. Out: a file in the format that its name tells, and a sentence on it. It draws
// nothing.
import type { Format } from "../../formats/format.js";
import { FORMAT_NAMES, formatForFile } from "../../formats/registry.js";
import type { LiveProfile } from "../../live/index.js";
import { writeWhole } from "../../output/whole_file.js";
import { formatBytes } from "../../views/quantities.js";
import { keptSamples } from "../watching/kept_samples.js";

export interface Made {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What they are of, such as "12 samples". */
  readonly what: string;
}

/** @param make the bytes, or why there are none @returns what to tell; never throws */
export async function save(path: string, make: (format: Format) => Promise<Made | string>): Promise<string> {
  try {
    const format = await formatForFile(path);
    if (format === undefined) return `No format is known by that name: there are ${FORMAT_NAMES.join(", ")}.`;
    const made = await make(format);
    if (typeof made === "string") return made;
    const bytes = await writeWhole(path, made.bytes, { isText: format.isText });
    return `Saved as ${path} (${made.what}, ${formatBytes(bytes)})`;
  } catch (error) {
    return `Not saved: ${(error as Error).message}`;
  }
}

/** What is told of samples, or of sums of stacks in their place. */
export function countText(count: number, areSamples: boolean): string {
  return areSamples ? `${count} samples` : `${count} stacks, summed up`;
}

/** @param seconds the last ones; undefined: all @returns what to tell; never throws */
export function saveLive(live: LiveProfile, path: string, seconds: number | undefined): Promise<string> {
  return save(path, async (format) => {
    const { count, areSamples, stream } = keptSamples(live, seconds === undefined ? undefined : { last: seconds });
    if (count === 0) return "There is no sample to save.";
    return { bytes: format.write(stream, { name: path }), what: countText(count, areSamples) };
  });
}
