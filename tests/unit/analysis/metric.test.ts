// Metrics by name and by index, and what is none.
import { expect, it } from "vitest";
import { hotSpots, METRICS, type Metric, metricNamed } from "../../../src/analysis/index.js";
import { MisuseError } from "../../../src/model/error.js";

it("are found by their names", () => {
  for (const metric of METRICS) expect(metricNamed(metric.name)).toBe(metric);
});

it("that are none are refused, and those that there are named", () => {
  expect(() => metricNamed("wall" as Metric["name"])).toThrow(
    "no metric is called wall: there are time, cpu, gc, allocated, released",
  );
  for (const metric of ["time", 9, -1, undefined, {}]) {
    expect(() => hotSpots([], metric as number)).toThrow(MisuseError);
  }
});
