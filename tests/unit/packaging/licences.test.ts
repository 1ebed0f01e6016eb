// Licences of what is shipped: what there is, and what is refused. In: made packages, and the project's own. Out: lists, texts, an error.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stop } from "esbuild";
import { afterAll, expect, it } from "vitest";
import { billOfMaterials, licenseList, licensesOf, notices, shippedFolders } from "../../../packaging/bill.js";
import { DRAFT, gatherFacts } from "../../../packaging/facts.js";

const place = mkdtempSync(join(tmpdir(), "austin-licences-"));
const facts = gatherFacts(DRAFT);
afterAll(async () => {
  rmSync(place, { recursive: true });
  await stop();
});

function made(name: string, license: string | undefined, files: Readonly<Record<string, string>>): string {
  const folder = join(place, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

it("a package without a licence, with one that nobody has looked at, or without its text is refused, each by name", () => {
  const good = made("good", "ISC", { "licence.md": "Do as you like." });
  const folders = [
    good,
    made("none", undefined, { LICENSE: "x" }),
    made("odd", "SSPL-1.0", { LICENSE: "x" }),
    made("mute", "MIT", {}),
  ];
  expect(() => licensesOf(folders)).toThrow(
    [
      "none 1.0.0: its licence, 'none', is not one of those that packaging/bill.ts knows",
      "odd 1.0.0: its licence, 'SSPL-1.0', is not one of those that packaging/bill.ts knows",
      "mute 1.0.0: no file says what its licence, MIT, says",
    ].join("\n"),
  );
  expect(licenseList(licensesOf([good]))).toBe("good 1.0.0: ISC\n");
});

it("texts are whole, but for those that a system has", () => {
  const apache = made("apache", "Apache-2.0", { LICENSE: "all of it", NOTICE: "by somebody" });
  const all = licensesOf([apache]);
  expect(notices(facts, all)).toContain("apache 1.0.0: Apache-2.0\n\nall of it\n\nby somebody\n");
  const short = notices(facts, all, { "Apache-2.0": "/usr/share/there" });
  expect(short).toContain("The licence's text is in /usr/share/there.\n\nby somebody\n");
  expect(short).not.toContain("all of it");
});

it("all that is shipped is listed, and in the bill of materials", async () => {
  const folders = await shippedFolders();
  const names = licensesOf(folders).map(({ name, version }) => `${name}@${version}`);
  // What the commands' bundle has in it, what npm installs, what the decoder was compiled with, a page; and nothing that only developers use.
  for (const name of ["cac", "strip-ansi", "open", "assemblyscript", "speedscope"]) {
    expect(names.filter((one) => one.startsWith(`${name}@`))).toHaveLength(1);
  }
  for (const name of ["vitest", "typescript", "fflate"]) expect(names.join("\n")).not.toContain(`${name}@`);
  const bill = JSON.parse(billOfMaterials(facts, folders, true));
  const references = bill.components.map((one: Readonly<Record<string, string>>) => one["bom-ref"]);
  expect(references.filter((one: string) => !one.startsWith("bun@")).sort()).toEqual(names.sort());
  expect(references).toContainEqual(expect.stringMatching(/^bun@\d/));
  expect(bill).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: facts.name, version: facts.version } },
  });
  expect(billOfMaterials(facts, folders, true)).toBe(billOfMaterials(facts, folders, true));
});
