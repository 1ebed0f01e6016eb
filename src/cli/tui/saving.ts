// Files out of a view. In: the live profile, a path, and of what. Out: a file in the format that its name tells, and a sentence on it. It draws
// nothing.
import { FORMAT_NAMES, formatForFile } from "../../formats/registry.js";
import type { LiveProfile } from "../../live/index.js";
import { writeWhole } from "../../output/whole_file.js";
import { formatBytes } from "../../views/quantities.js";
import { keptSamples } from "../watching/kept_samples.js";

/** @param seconds the last ones; undefined: all @returns what to tell; never throws */
export async function saveLive(live: LiveProfile, path: string, seconds: number | undefined): Promise<string> {
  try {
    const format = await formatForFile(path);
    if (format === undefined) return `No format is known by that name: there are ${FORMAT_NAMES.join(", ")}.`;
    const { count, areSamples, stream } = keptSamples(live, seconds);
    if (count === 0) return "There is no sample to save.";
    const bytes = await writeWhole(path, format.write(stream, { name: path }), { isText: format.isText });
    const what = areSamples ? `${count} samples` : `${count} stacks, summed up`;
    return `Saved as ${path} (${what}, ${formatBytes(bytes)})`;
  } catch (error) {
    return `Not saved: ${(error as Error).message}`;
  }
}
