// flamegraph.pl draws our collapsed stacks with their sums (Debian has it in libdevel-nytprof-perl), and austin-python's reader adds
// them up as it adds up what mojo2austin makes of the same profile.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { titled, unlessThere } from "../needs.js";
import { collapsedByAustinPython, peersMissing } from "../peers.js";
import { RUN_NAMES, realProfile, written } from "./real_profiles.js";
import { totalOf } from "./tallies.js";

const FLAMEGRAPH = "/usr/share/perl5/Devel/NYTProf/flamegraph.pl";
const flamegraphMissing = unlessThere(existsSync(FLAMEGRAPH), "flamegraph.pl: apt-get install libdevel-nytprof-perl");

/** Sums by stack, without the frames that mojo2austin leaves out. */
function sums(lines: readonly string[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const line of lines) {
    if (line.startsWith("# ")) continue;
    const at = line.lastIndexOf(" ");
    const stack = line.slice(0, at).replaceAll(/;:(GC|INVALID):/g, "");
    all.set(stack, (all.get(stack) ?? 0) + Number(line.slice(at + 1)));
  }
  return all;
}

const linesOf = (bytes: Buffer) => bytes.toString("utf8").trimEnd().split("\n");

describe.skipIf(flamegraphMissing !== undefined)(titled("flamegraph.pl", flamegraphMissing), () => {
  it.each(RUN_NAMES)("draws %s", async (name) => {
    const profile = await realProfile(name);
    const { bytes } = await written("collapsed", profile);
    const { stdout, stderr } = spawnSync("perl", [FLAMEGRAPH], { input: bytes, encoding: "utf8", maxBuffer: 1 << 28 });
    const lines = linesOf(bytes);
    const ignored = lines.filter((line) => line.startsWith("# ") || / -\d+$/.test(line)).length;
    expect(stderr).toBe(ignored === 0 ? "" : `Ignored ${ignored} lines with invalid format\n`);
    const drawn = lines.map((line) =>
      line.startsWith("# ") ? 0 : Math.max(0, Number(line.slice(line.lastIndexOf(" ")))),
    );
    const total = drawn.reduce((sum, value) => sum + value, 0);
    expect(stdout).toContain(`<title>all (${total.toLocaleString("en")} samples, 100%)</title>`);
    if (profile.metadata.get("mode") !== "memory") expect(total).toBe(totalOf(profile.tallies, "time"));
  });
});

describe.skipIf(peersMissing !== undefined)(titled("mojo2austin", peersMissing), () => {
  it.each(RUN_NAMES)("has the sums of our stacks of %s", async (name) => {
    const profile = await realProfile(name);
    const { bytes } = await written("collapsed", profile);
    expect(sums(linesOf(bytes))).toEqual(sums(collapsedByAustinPython(profile.path)));
  });
});
