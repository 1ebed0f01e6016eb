// Figures in a profile's metadata. In: metadata, which may say anything. Out: a number that can be reckoned with, or none.

/** No sampler waits longer: so many microseconds for each sample that any file can have still add up exactly. */
const LONGEST_INTERVAL = 10_000_000;

/** The interval that was asked for, in microseconds. */
export function intervalOf(metadata: ReadonlyMap<string, string>): number | undefined {
  const interval = positiveOf(metadata.get("interval"));
  return interval === undefined || interval > LONGEST_INTERVAL ? undefined : interval;
}

/** How long the run was, in microseconds. */
export function durationOf(metadata: ReadonlyMap<string, string>): number | undefined {
  return positiveOf(metadata.get("duration"));
}

function positiveOf(text = ""): number | undefined {
  return /^0*[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
