// What can be summed up over samples. In: a sample. Out: a value of each metric, never negative. Knows no stacks.
import { MisuseError } from "../model/error.js";
import type { Sample } from "../model/sample.js";

export interface Metric {
  readonly name: "time" | "cpu" | "gc" | "allocated" | "released";
  /** For people. */
  readonly label: string;
  readonly unit: "microseconds" | "bytes";
  readonly of: (sample: Sample) => number;
}

const time = ({ metrics }: Sample): number => metrics.timeMicroseconds ?? 0;
const bytes = ({ metrics }: Sample): number => metrics.memoryBytes ?? 0;

/** All there are; sums are kept in this order. */
export const METRICS: readonly Metric[] = [
  { name: "time", label: "Time", unit: "microseconds", of: time },
  { name: "cpu", label: "Time running", unit: "microseconds", of: (sample) => (sample.idle ? 0 : time(sample)) },
  {
    name: "gc",
    label: "Time while the collector ran",
    unit: "microseconds",
    of: (sample) => (sample.gc ? time(sample) : 0),
  },
  { name: "allocated", label: "Memory gained", unit: "bytes", of: (sample) => Math.max(0, bytes(sample)) },
  { name: "released", label: "Memory given back", unit: "bytes", of: (sample) => Math.max(0, -bytes(sample)) },
];

/**
 * The metrics that a profile has by its metadata, the most telling first. Without a mode it is taken for one of wall time. In
 * CPU mode, time is that of threads that ran.
 */
export function metricsOf(metadata: ReadonlyMap<string, string>): readonly Metric[] {
  const mode = metadata.get("mode");
  const names: Metric["name"][] = mode === "memory" ? [] : ["time"];
  if (mode === "full") names.push("cpu");
  if (metadata.has("gc") && mode !== "memory") names.push("gc");
  if (mode === "memory" || mode === "full") names.push("allocated", "released");
  return names.map(metricNamed);
}

/** @param metric one of METRICS, or its index there @throws MisuseError where it is neither */
export function metricIndex(metric: Metric | number): number {
  const index = typeof metric === "number" ? metric : METRICS.indexOf(metric);
  if (METRICS[index] === undefined) throw new MisuseError("a metric is one of METRICS: metricNamed(name) has it");
  return index;
}

/** One of METRICS. @throws MisuseError where none has that name */
export function metricNamed(name: Metric["name"]): Metric {
  const metric = METRICS.find((one) => one.name === name);
  if (metric === undefined)
    throw new MisuseError(`no metric is called ${name}: there are ${METRICS.map((one) => one.name).join(", ")}`);
  return metric;
}
