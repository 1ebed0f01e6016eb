// `go tool pprof` reads what we write as pprof: all numbers of all stacks (-raw), and its report (-top).
import { execFileSync, spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { titled, unlessThere } from "../needs.js";
import { RUN_NAMES, realProfile, written } from "./real_profiles.js";
import { only, type Tallies, Tally, totalOf } from "./tallies.js";

const METRICS: Readonly<Record<string, string>> = {
  wall: "time",
  cpu: "cpu",
  gc: "gc",
  allocated: "taken",
  released: "given back",
};

const goMissing = unlessThere(spawnSync("go", ["version"]).status === 0, "Go: apt-get install golang-go");

/** Go compiles the tool when it is used for the first time. */
const COMPILING_MILLISECONDS = 900_000;

beforeAll(() => {
  if (goMissing === undefined) spawnSync("go", ["tool", "pprof", "-h"]);
}, COMPILING_MILLISECONDS);

function pprof(...args: string[]): string {
  return execFileSync("go", ["tool", "pprof", ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** What -raw shows. */
function readRaw(text: string): Tallies {
  const tally = new Tally();
  const [, samplesPart = "", locationsPart = ""] =
    /^Samples:\n([\s\S]*?)^Locations\n([\s\S]*?)^Mappings/m.exec(text) ?? [];
  const names = new Map<string, string>();
  for (const line of locationsPart.trimEnd().split("\n")) {
    const [, id, name] = /^ +(\d+): 0x0 M=1 (\(no frames\)|\S+) /.exec(line) as unknown as [string, string, string];
    names.set(id, name);
  }
  const [head = "", ...lines] = samplesPart.trimEnd().split("\n");
  const types = head.split(" ").map((type) => type.slice(0, type.indexOf("/")));
  for (let i = 0; i < lines.length; i += 2) {
    const [, values, ids] = /^ +([\d ]+):(.*)$/.exec(lines[i] as string) as unknown as [string, string, string];
    const stack = ids
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .reverse()
      .map((id) => names.get(id) as string)
      .filter((one) => one !== "(no frames)");
    const label = (key: string) => new RegExp(`\\b${key}:\\[(.*?)\\]`).exec(lines[i + 1] as string)?.[1];
    values
      .trim()
      .split(/ +/)
      .forEach((value, at) => {
        const metric = METRICS[types[at] as string];
        if (metric !== undefined) tally.add(metric, `${label("process")} ${label("thread")}`, stack, Number(value));
      });
  }
  return tally.tallies;
}

describe.skipIf(goMissing !== undefined)(titled("go tool pprof", goMissing), () => {
  it.each(RUN_NAMES)("adds up %s as we do", async (name) => {
    const profile = await realProfile(name);
    const { path } = await written("pprof", profile);
    const mode = profile.metadata.get("mode");
    const expected = { wall: ["time", "gc"], cpu: ["cpu", "gc"], memory: [], full: ["time", "cpu", "gc"] }[
      mode as string
    ];
    const { tallies } = profile;
    expect(readRaw(pprof("-raw", path))).toEqual(only(tallies, ...(expected as string[]), "taken", "given back"));

    const top = pprof("-top", ...(mode === "memory" ? ["-unit=bytes"] : ["-unit=us"]), path);
    const shown = { wall: "time", cpu: "cpu", full: "time", memory: "taken" }[mode as string] as string;
    expect(top).toContain(`Type: ${{ time: "wall", cpu: "cpu", taken: "allocated" }[shown]}\n`);
    expect(top).toMatch(new RegExp(` of ${totalOf(tallies, shown)}(us|B) total`));
  });
});
