// "austin-ts/live": a profile while it is read.
import { hotRows, LiveProfile } from "austin-ts/live";
import { readMojo } from "austin-ts/mojo";
import { bytesOf } from "./shared.mjs";

export async function run({ profile }) {
  const live = new LiveProfile();
  await live.feed(readMojo(bytesOf(profile)));
  const tally = live.tally("all", live.metrics[0]);
  return { rows: hotRows(live, tally, "function", "own"), rates: live.rates.all, all: tally.all };
}
