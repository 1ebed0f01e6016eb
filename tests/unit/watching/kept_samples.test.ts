// What is saved of a live profile reads as a whole one, and says how long it is: of a run that goes on, of one that is over, all of it and a part.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type KeptPart, keptSamples } from "../../../src/cli/watching/kept_samples.js";
import { mojo } from "../../../src/formats/mojo.js";
import { openProfile } from "../../../src/input/index.js";
import { LiveProfile } from "../../../src/live/index.js";
import { bytesOf, METADATA, madeSamples } from "../../formats/made_profile.js";

const folder = mkdtempSync(join(tmpdir(), "kept-samples-"));
afterAll(() => rmSync(folder, { recursive: true }));
const RUN = { count: "77", duration: "7654321" };

function liveOf(said: Readonly<Record<string, string>>): LiveProfile {
  const live = new LiveProfile(new Map(Object.entries({ ...METADATA, mode: "wall", ...said })));
  for (const sample of madeSamples("wall")) live.add(sample);
  return live;
}

async function saved(live: LiveProfile, part: KeptPart | undefined): Promise<[string | undefined, string | undefined]> {
  const path = join(folder, "saved.mojo");
  const { count, stream } = keptSamples(live, part);
  writeFileSync(path, await bytesOf(mojo.write(stream, { name: path })));
  const profile = await openProfile(path);
  let samples = 0;
  for await (const _ of profile) samples++;
  await profile.close();
  expect(profile.truncated).toBe(false);
  expect(samples).toBe(count);
  const { metadata } = profile;
  expect([String(count), RUN.count]).toContain(metadata.get("count"));
  return [metadata.get("count"), metadata.get("duration")];
}

it.each([
  ["goes on", {}],
  ["is over", RUN],
])("a part of a run that %s says how many samples it has, and how long it is", async (_, said) => {
  const live = liveOf(said);
  const { now } = live.rates;
  const parts: readonly [KeptPart, number][] = [
    [{ from: 0.01, to: 0.03 }, 20_000],
    [{ from: 0.01, to: Number.POSITIVE_INFINITY }, now - 10_000],
    [{ last: 0.02 }, 20_000],
    [{ last: 3600 }, now],
  ];
  for (const [part, microseconds] of parts) {
    const [count, duration] = await saved(live, part);
    expect(count).not.toBe(RUN.count);
    expect(duration, JSON.stringify(part)).toBe(String(Math.round(microseconds)));
  }
});

it("all of a run says what the run says, once it is over, and how long it was by then before", async () => {
  const live = liveOf({});
  expect(await saved(live, undefined)).toEqual([
    String(madeSamples("wall").length),
    String(Math.round(live.rates.now)),
  ]);
  expect(await saved(liveOf(RUN), undefined)).toEqual([RUN.count, RUN.duration]);
});
