// "austin-ts/analysis": what is hot, and what has changed.
import { compare, hotSpots, lineHeat, METRICS, metricsOf, StackTree } from "austin-ts/analysis";
import { readMojo } from "austin-ts/mojo";
import { bytesOf } from "./shared.mjs";

export async function run({ profile }) {
  const samples = readMojo(bytesOf(profile));
  const { threads } = await StackTree.of(samples);
  const [metric] = metricsOf(samples.metadata);
  return {
    names: METRICS.map(({ name }) => name),
    spots: hotSpots(threads, metric),
    lines: lineHeat(threads, metric).map(({ filename, lines }) => [filename, ...lines]),
    compared: compare([threads.slice(0, 1), threads.slice(1)], metric),
  };
}
