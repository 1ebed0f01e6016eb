// What the arguments of options mean. In: the text of one argument. Out: a number in the unit that the function's name
// says, or undefined when the text is not valid. It knows no option and no message.

/** Longest time that is accepted: 2^31 seconds. Keeps microseconds well within the integers a number holds exactly. */
export const MAXIMUM_SECONDS = 2 ** 31;

const MICROSECONDS: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000 };

function microseconds(amount: string, unit: string): number | undefined {
  const result = Number(amount) * (MICROSECONDS[unit] as number);
  return result <= MAXIMUM_SECONDS * 1_000_000 ? result : undefined;
}

/** Sampling interval in microseconds: an integer with us, ms, s, or no unit for us. 0 is free running. */
export function parseIntervalMicroseconds(text: string): number | undefined {
  const match = /^(\d+)(us|ms|s)?$/.exec(text);
  return match ? microseconds(match[1] as string, match[2] ?? "us") : undefined;
}

/** Time to look for an interpreter in milliseconds: an integer with ms, s, or no unit for ms. */
export function parseTimeoutMilliseconds(text: string): number | undefined {
  const match = /^(\d+)(ms|s)?$/.exec(text);
  const result = match ? microseconds(match[1] as string, match[2] ?? "ms") : undefined;
  return result === undefined ? undefined : result / 1_000;
}

/** Exposure in whole microseconds: a decimal number with ms, s, m (minutes), or no unit for s. 0 is unlimited. */
export function parseExposureMicroseconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  const result = match ? microseconds(match[1] as string, match[2] ?? "s") : undefined;
  if (result === undefined || result === 0) return result;
  // A very short time must not become 0, which has no end.
  return Math.max(1, Math.round(result));
}

/** The words that `--still` takes. */
export const STILL = ["never", "auto", "always"] as const;

/** When off-CPU copies may be made. */
export function parseStill(text: string): (typeof STILL)[number] | undefined {
  return STILL.find((word) => word === text);
}

/** A process id: an integer above 0 that fits the system's 32 bits. */
export function parsePid(text: string): number | undefined {
  const pid = /^\d+$/.test(text) ? Number(text) : 0;
  return pid > 0 && pid < 2 ** 31 ? pid : undefined;
}
