import { expect, test } from "vitest";
import { hottestFunctions, readMojo } from "../../../src/mojo/index.js";
import { stream } from "./streams.js";

const bytes = stream((encoder) => {
  const sample = (microseconds: number, ...frames: number[]) => {
    encoder.stack(1, 0, "1");
    if (encoder.sampledLength === 4) {
      encoder.string(2, "app.py");
      encoder.string(3, "main");
      encoder.string(4, "work");
      encoder.string(5, "other.py");
      encoder.frame(0, 2, 3, 1, 0, 0, 0);
      encoder.frame(1, 2, 4, 5, 0, 0, 0);
      encoder.frame(2, 2, 4, 6, 0, 0, 0);
      encoder.frame(3, 5, 4, 6, 0, 0, 0);
    }
    for (const frame of frames) encoder.frameRef(frame);
    if (microseconds === 40) encoder.kernelFrame("read");
    encoder.metricTime(microseconds);
    encoder.endSample();
  };
  sample(10, 0);
  sample(20, 0, 1);
  sample(40, 0, 2);
  sample(5, 0, 1, 2, 1);
  sample(3, 0, 3);
  sample(1000);
});

test("time is summed by function: recursion once, lines together, kernel frames to their caller", async () => {
  expect(await hottestFunctions(readMojo(bytes))).toEqual([
    { scope: "work", filename: "app.py", ownMicroseconds: 65, totalMicroseconds: 65, ownSamples: 3, totalSamples: 3 },
    { scope: "main", filename: "app.py", ownMicroseconds: 10, totalMicroseconds: 78, ownSamples: 1, totalSamples: 5 },
    { scope: "work", filename: "other.py", ownMicroseconds: 3, totalMicroseconds: 3, ownSamples: 1, totalSamples: 1 },
  ]);
});

test("a limit keeps the hottest", async () => {
  const [first, ...rest] = await hottestFunctions(readMojo(bytes), 1);
  expect(first?.scope).toBe("work");
  expect(rest).toEqual([]);
});
