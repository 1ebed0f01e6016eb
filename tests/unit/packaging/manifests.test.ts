// Manifests for package managers, from made facts that need quoting. What reads them elsewhere (Scoop's and snapcraft's schemas, ruby -c) is in
// CONTRIBUTING.md; here it is that they say what the release has.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { DRAFT, gatherFacts } from "../../../packaging/facts.js";
import { chocolatey } from "../../../packaging/manifests/chocolatey.js";
import { conda } from "../../../packaging/manifests/conda.js";
import { homebrew } from "../../../packaging/manifests/homebrew.js";
import type { Released } from "../../../packaging/manifests/released.js";
import { scoop } from "../../../packaging/manifests/scoop.js";
import { snap } from "../../../packaging/manifests/snap.js";
import { STANDALONES, standaloneName } from "../../../packaging/standalones.js";

const files = ["austin-ts-1.tgz", ...STANDALONES.map(standaloneName)];
const facts = { ...gatherFacts(DRAFT), description: `It's <"quoted"> & #{more}: yes` };
const released: Released = {
  facts,
  tarball: "austin-ts-1.tgz",
  standalones: STANDALONES,
  digests: new Map(files.map((file, i) => [file, String(i).repeat(64)])),
};
const windows = STANDALONES.find(({ system }) => system === "win32") as (typeof STANDALONES)[number];
const linux = STANDALONES.filter(({ debian }) => debian !== undefined);
const all = [
  homebrew(released),
  conda(released),
  scoop(released, windows),
  ...chocolatey(released, windows),
  snap(released, linux),
];

it("each names a file of the release by its address and digest", () => {
  for (const { path, text } of all.filter((one) => !/nuspec|Uninstall/.test(one.path))) {
    const addresses = [...text.matchAll(/https:[^\s"'#]+?([^/\s"'#]+)["'#\s]/g)].map(([, file]) => file as string);
    const named = files.filter((file) => addresses.includes(file) || text.includes(`file=${file} `));
    expect(named, path).not.toEqual([]);
    for (const file of named) expect(text, path).toContain(released.digests.get(file));
  }
});

it("one that leads to a file that is not there is refused", () => {
  expect(() => homebrew({ ...released, tarball: "other.tgz" })).toThrow(
    "'other.tgz' is not among the files of the release",
  );
});

it("Scoop's is JSON, with every command", () => {
  const { bin, architecture } = JSON.parse(scoop(released, windows).text);
  const names = bin.map((one: string | readonly string[]) =>
    typeof one === "string" ? one.replace(".exe", "") : one[1],
  );
  expect(names).toEqual([...facts.commands.keys()]);
  expect(architecture["64bit"].hash).toMatch(/^\w{64}$/);
});

describe("whatever the description says,", () => {
  it("Chocolatey's is XML", () => {
    const text = chocolatey(released, windows)[0]?.text ?? "";
    const read =
      "import sys, xml.dom.minidom as m; print(m.parseString(sys.stdin.buffer.read()).getElementsByTagName('description')[0].firstChild.data)";
    expect(execFileSync("python3", ["-c", read], { input: text, encoding: "utf8" }).trim()).toBe(facts.description);
  });

  it("those in YAML have it as a string of JSON", () => {
    for (const { text } of [conda(released), snap(released, linux)])
      expect(text).toContain(`description: ${JSON.stringify(facts.description)}`);
  });
});

it("sh reads what snapcraft is to run", () => {
  const [, script = ""] = /override-build: \|\n([\s\S]*)$/.exec(snap(released, linux).text) ?? [];
  const { status, stderr } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
});
