// Figures as people read them. What is unknown is "n/a", never 0.

/** What stands for a figure that is unknown. */
export const UNKNOWN = "n/a";

/** A time of any size: `100 us`, `1.5 ms`, `2 s`, `12.34 s`. In: microseconds. */
export function formatDuration(microseconds: number): string {
  if (microseconds < 1_000) return `${significant(microseconds)} us`;
  if (microseconds < 1_000_000) return `${significant(microseconds / 1_000)} ms`;
  return `${significant(microseconds / 1_000_000)} s`;
}

/** At most two decimals, without trailing zeros. */
function significant(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** A number of events in a time, in Hz, kHz or MHz; unknown if the time is 0. */
export function formatRate(count: number, microseconds: number): string {
  if (microseconds <= 0) return UNKNOWN;
  const hertz = (count * 1_000_000) / microseconds;
  if (hertz < 1_000) return `${hertz.toFixed(2)} Hz`;
  if (hertz < 1_000_000) return `${(hertz / 1_000).toFixed(2)} kHz`;
  return `${(hertz / 1_000_000).toFixed(2)} MHz`;
}

/** A part of a whole, `3/1200 (0.25%)`. A part that is there is never 0 %; of nothing, the ratio is unknown. */
export function formatRatio(part: number, whole: number): string {
  if (whole <= 0) return part > 0 ? `${part}/0 (${UNKNOWN})` : UNKNOWN;
  return `${part}/${whole} (${formatShare(part, whole)})`;
}

/** How much of a whole a part is, `0.25%`. A part that is there is never 0 %; of nothing, the share is unknown. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return UNKNOWN;
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.01 ? "<0.01%" : `${percent.toFixed(2)}%`;
}

/** A size in bytes, kB, MB or GB of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${significant(bytes / 1_000)} kB`;
  if (bytes < 1_000_000_000) return `${significant(bytes / 1_000_000)} MB`;
  return `${significant(bytes / 1_000_000_000)} GB`;
}

/** A unit that values are shown in side by side. */
export interface Scale {
  readonly unit: string;
  /** The value as a number of this unit. */
  format(value: number): string;
}

/** The unit that suits the largest of some values. */
export function scaleFor(most: number, unit: "microseconds" | "bytes"): Scale {
  const names = unit === "bytes" ? ["B", "kB", "MB", "GB"] : ["us", "ms", "s"];
  const step = Math.min(names.length - 1, most < 1 ? 0 : Math.floor(Math.log10(most) / 3));
  const divisor = 1000 ** step;
  return { unit: names[step] as string, format: (value) => (value / divisor).toFixed(step === 0 ? 0 : 2) };
}

/** A value of a metric with its unit. */
export function formatAmount(value: number, unit: "microseconds" | "bytes"): string {
  return unit === "bytes" ? formatBytes(value) : formatDuration(value);
}

/** `1:02:03`, `02:03`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (number: number): string => String(number).padStart(2, "0");
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole < 3600 ? rest : `${Math.floor(whole / 3600)}:${rest}`;
}

export function thousands(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}
