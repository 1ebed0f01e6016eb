// Files out of a view. In: the live profile, a path, and of what. Out: a file in the format that its name tells, and a sentence on it. It draws
// nothing.
import { FORMAT_NAMES, formatForFile } from "../../formats/registry.js";
import type { LiveProfile } from "../../live/index.js";
import type { Sample } from "../../model/sample.js";
import type { SampleStream } from "../../model/sample_stream.js";
import { writeWhole } from "../../output/whole_file.js";
import { formatBytes } from "../../views/quantities.js";

/** @param seconds the last ones; undefined: all @returns what to tell; never throws */
export async function saveLive(live: LiveProfile, path: string, seconds: number | undefined): Promise<string> {
  try {
    const format = await formatForFile(path);
    if (format === undefined) return `No format is known by that name: there are ${FORMAT_NAMES.join(", ")}.`;
    const isWhole = seconds !== undefined || live.holdsAll;
    // What comes meanwhile is none of it, and stacks may be let go.
    const samples = [...(isWhole ? live.recentSamples(seconds) : live.summedSamples("all"))];
    if (samples.length === 0) return "There is no sample to save.";
    const bytes = await writeWhole(path, format.write(streamOf(samples, live.metadata), { name: path }), {
      isText: format.isText,
    });
    const what = isWhole ? `${samples.length} samples` : `${samples.length} stacks, summed up`;
    return `Saved as ${path} (${what}, ${formatBytes(bytes)})`;
  } catch (error) {
    return `Not saved: ${(error as Error).message}`;
  }
}

function streamOf(samples: readonly Sample[], metadata: ReadonlyMap<string, string>): SampleStream {
  return {
    metadata,
    truncated: false,
    async *[Symbol.asyncIterator]() {
      yield* samples;
    },
  };
}
