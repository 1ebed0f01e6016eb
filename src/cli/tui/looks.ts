// How things look, and figures as this view shows them: eight cells each. In: values. Out: texts and looks. Without colours, bold, dim and reverse
// are left to tell things apart.
import type { Metric } from "../../analysis/metric.js";
import type { Look } from "../terminal/cells.js";

/** A line of a list: texts, one behind another. */
export type Part = readonly [text: string, look?: Look];
export type Line = readonly Part[];

export const PLAIN: Look = {};
export const BOLD: Look = { bold: true };
export const DIM: Look = { dim: true };
export const TITLES: Look = { reverse: true };
export const CHOSEN: Look = { reverse: true };
export const CAP: Look = { reverse: true };
export const CAP_LIT: Look = { bold: true, background: 46, colour: 16 };
export const FUNCTION: Look = { colour: 117 };
export const FILE: Look = { colour: 108 };
export const LINE: Look = { colour: 186 };
export const EXECUTABLE: Look = { colour: 46, bold: true };
export const GOOD: Look = { colour: 46 };
export const WARNING: Look = { colour: 226, bold: true };
export const BAD: Look = { colour: 196, bold: true };
export const MARKED: Look = { colour: 16, background: 201, bold: true };
export const MODES: Readonly<Record<string, Look>> = {
  wall: { colour: 16, background: 220 },
  cpu: { colour: 231, background: 160 },
  memory: { colour: 16, background: 40 },
  full: { colour: 231, background: 61 },
};
export const MODE_NAMES: Readonly<Record<string, string>> = {
  wall: "Wall Time",
  cpu: "CPU Time",
  memory: "Memory",
  full: "Full",
};

const HEAT: readonly (readonly [above: number, look: Look])[] = [
  [80, { colour: 196, bold: true }],
  [60, { colour: 202, bold: true }],
  [40, { colour: 208 }],
  [20, { colour: 226 }],
];

/** By a share in percent. */
export function heatOf(percent: number): Look {
  return HEAT.find(([above]) => percent > above)?.[1] ?? PLAIN;
}

/** `0.12s`, `12.34s`, `01m05s`, `2h03m`; `123K`. */
export function amount(value: number, unit: Metric["unit"]): string {
  if (unit === "bytes") return bytes(value);
  const seconds = value / 1e6;
  if (seconds < 60) return `${seconds.toFixed(2)}s`;
  const minutes = Math.floor(seconds / 60);
  const two = (number: number): string => String(number).padStart(2, "0");
  if (minutes < 60) return `${two(minutes)}m${two(Math.floor(seconds % 60))}s`;
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
}

export function bytes(value: number): string {
  const kibibytes = value / 1024;
  if (kibibytes < 10_000) return `${Math.round(kibibytes)}K`;
  const mebibytes = kibibytes / 1024;
  return mebibytes < 10_000 ? `${mebibytes.toFixed(0)}M` : `${(mebibytes / 1024).toFixed(1)}G`;
}

/** Of nothing, nothing. */
export function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, (100 * part) / whole);
}

export function percent(value: number): string {
  return `${value.toFixed(1)}%`;
}

const BARS = "▁▂▃▄▅▆▇█";

/** A cell a value. @param most what a full bar stands for */
export function plot(values: readonly number[], most: number, width = 8): string {
  const shown = values.slice(-width);
  const bars = shown.map((value) => BARS[Math.max(0, Math.min(7, Math.round((7 * value) / (most || 1))))]).join("");
  return bars.padStart(width, " ");
}
