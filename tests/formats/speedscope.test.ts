// speedscope itself, in a real Chromium, opens what we write: our own JSON for it, and the other formats that it knows. What it
// imported is what its "Export" gives back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { chromiumMissing, openPage } from "../browser.js";
import { titled } from "../needs.js";
import { projectRoot } from "../pythons.js";
import { readSpeedscope } from "./read_back.js";
import { type RealProfile, RUN_NAMES, realProfile, written } from "./real_profiles.js";
import { only, totalOf } from "./tallies.js";

const page = pathToFileURL(join(projectRoot, "node_modules/speedscope/dist/release/index.html")).href;

/** Open a file in speedscope, and export it. */
async function imported(path: string): Promise<Buffer> {
  const { page: tab, errors } = await openPage();
  try {
    await tab.goto(page);
    await tab.setInputFiles("input[type=file]", path);
    const download = tab.waitForEvent("download");
    await tab.getByText("Export").click();
    const exported = readFileSync(await (await download).path());
    expect(errors).toEqual([]);
    return exported;
  } finally {
    await tab.context().close();
  }
}

/** Of each profile in the export, its name and length. */
async function totals(path: string): Promise<Readonly<Record<string, number>>> {
  const { profiles } = JSON.parse((await imported(path)).toString("utf8"));
  const of = (one: { name: string; startValue: number; endValue: number }) => [one.name, one.endValue - one.startValue];
  return Object.fromEntries(profiles.map(of));
}

async function total(format: string, profile: RealProfile): Promise<number> {
  const all = Object.values(await totals((await written(format, profile)).path));
  return all.reduce((sum, value) => sum + value, 0);
}

describe.skipIf(chromiumMissing !== undefined)(titled("speedscope", chromiumMissing), () => {
  it.each(RUN_NAMES)("shows %s, stack by stack", async (name) => {
    const profile = await realProfile(name);
    const { path, bytes } = await written("speedscope", profile);
    const mode = profile.metadata.get("mode") as "wall" | "cpu" | "memory" | "full";
    const times = { wall: ["time"], cpu: ["cpu"], memory: [], full: ["time", "cpu"] }[mode];
    expect(readSpeedscope(bytes)).toEqual(only(profile.tallies, ...times, "gc", "taken", "given back"));
    expect(readSpeedscope(await imported(path))).toEqual(readSpeedscope(bytes));
  });

  const full = RUN_NAMES.at(-1) as (typeof RUN_NAMES)[number];

  it.each(["pprof", "cpuprofile", "collapsed", "chrome"])("shows the whole time of %s", async (format) => {
    const profile = await realProfile(full);
    expect(await total(format, profile)).toBe(totalOf(profile.tallies, "time"));
  });
});
