// What a release says of itself, and what it refuses to say. In: made manifests. Out: facts, or an error that names what is missing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DRAFT, type Given, gatherFacts, ReleaseError, timeOf } from "../../../packaging/facts.js";

const folder = mkdtempSync(join(tmpdir(), "austin-facts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MANIFEST = {
  ...{ name: "some-name", version: "1.2.3", description: "What it is", license: "MIT" },
  ...{ bin: { austin: "bin/austin", "some-name": "bin/austin" }, engines: { node: ">=20.19" } },
};

function facts(given: Given, manifest: object = MANIFEST) {
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## 1.2.3 - 2026-02-03\n");
  return gatherFacts(given, folder);
}

describe("facts of a release", () => {
  it("are package.json's, and the changelog's day", () => {
    const { name, version, time, commands, homepage } = facts(DRAFT);
    expect([name, version, homepage]).toEqual(["some-name", "1.2.3", undefined]);
    expect(new Date(time * 1000).toISOString()).toBe("2026-02-03T00:00:00.000Z");
    expect([...commands.keys()]).toEqual(["austin"]);
  });

  it("that nobody has given are asked for, never made up", () => {
    expect(() => facts({})).toThrow(ReleaseError);
    expect(() => facts({})).toThrow(/--url URL.*\n.*--maintainer/);
    expect(() => facts({ url: "https://example.org" })).toThrow(/Give\n {2}--maintainer/);
    const author = { name: "Somebody", email: "some@example.org" };
    expect(facts({ url: "https://example.org" }, { ...MANIFEST, author }).maintainer).toBe(
      "Somebody <some@example.org>",
    );
  });

  it.each([
    [{ url: "http://example.org", maintainer: "A <a@b>" }, /begins with https: 'http:/],
    [{ url: "nowhere", maintainer: "A <a@b>" }, /begins with https: 'nowhere'/],
    [{ url: "https://example.org", maintainer: "Somebody" }, /not 'NAME <ADDRESS>': 'Somebody'/],
  ])("that are none are refused: %j", (given, message) => {
    expect(() => facts(given)).toThrow(message);
  });

  it("have addresses without a slash at their end", () => {
    expect(facts({ ...DRAFT, url: "https://example.org/a//" }).url).toBe("https://example.org/a");
  });
});

describe("the time of a release", () => {
  it("is SOURCE_DATE_EPOCH where that is given", () => {
    expect(timeOf("1.2.3", "", "1700000000")).toBe(1_700_000_000);
  });

  it.each(["yesterday", "-1", "1.5", "0", "99999999999"])("is not '%s'", (epoch) => {
    expect(() => timeOf("1.2.3", "", epoch)).toThrow(
      `SOURCE_DATE_EPOCH is no number of seconds between 1980 and 2107: '${epoch}'`,
    );
  });

  it("is asked for where the changelog has none", () => {
    expect(() => timeOf("1.2.3", "## 1.2.30 - 2026-02-03\n## 1x2.3 - 2026-02-03\n", "")).toThrow(
      "no line '## 1.2.3 - YYYY-MM-DD'",
    );
  });
});
