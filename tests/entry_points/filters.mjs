// "austin-ts/filters": what is left of a profile.
import { Filter, filterSamples, UnansweredFilter } from "austin-ts/filters";
import { readMojo } from "austin-ts/mojo";
import { bytesOf } from "./shared.mjs";

export async function run({ profile }) {
  const filter = new Filter({ functions: ["f*", "!g*"], state: "running" });
  const left = [];
  for await (const sample of filterSamples(readMojo(bytesOf(profile)), filter)) left.push(sample);
  let main = 0;
  for await (const _ of filterSamples(readMojo(bytesOf(profile)), { mainThread: true })) main++;
  return { left, main, all: filter.all, leftOut: filter.leftOut, kind: new UnansweredFilter("state", "").kind };
}
