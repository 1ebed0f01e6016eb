// What is shipped beside our own: a bill of materials (CycloneDX, by npm), and licences. In: package-lock.json, node_modules. Out: JSON; texts. Who ships
// something under a licence that nobody has looked at is told.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Facts, ReleaseError, root } from "./facts.js";
import { dependencyPaths } from "./npm_package.js";

/** Licences that ask for no more than to be named, by SPDX. */
const KNOWN = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "OFL-1.1",
  "Unlicense",
];

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
}

interface Bill {
  serialNumber: string;
  readonly metadata: { timestamp: string; readonly component: { name: string } };
  components: Component[];
  dependencies: { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** What the package depends on, as npm states it, without what differs each time. */
export function billOfMaterials(facts: Facts): string {
  const args = ["sbom", "--omit", "dev", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const bill: Bill = JSON.parse(
    execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
  );
  const own = `${facts.name}@${facts.version}`;
  const edges = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set<string>();
  const reach = (ref: string): void => {
    if (reached.has(ref)) return;
    reached.add(ref);
    for (const one of edges.get(ref) ?? []) reach(one);
  };
  reach(own);
  // npm lists what an archive brings along without use, too.
  bill.components = bill.components.filter((one) => reached.has(one["bom-ref"]));
  bill.dependencies = bill.dependencies.filter(({ ref }) => reached.has(ref));
  // By default that is the folder's.
  bill.metadata.component.name = facts.name;
  bill.metadata.timestamp = new Date(facts.time * 1000).toISOString();
  bill.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bill.components) + own)}`;
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/** A UUID that stands for a text: version 8 of RFC 9562. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** By SPDX. */
  readonly license: string;
  /** Its licence files, as they are. */
  readonly texts: readonly string[];
}

/**
 * What is shipped beside our own, with licences.
 * @param folders of npm packages
 * @throws ReleaseError where a licence is not known or has no text
 */
export function licensesOf(folders: readonly string[]): Licensed[] {
  const all = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder).filter((one) => /^(licen[cs]e|copying|notice)/i.test(one));
    const texts = files.sort().map((one) => readFileSync(join(folder, one), "utf8"));
    return { name, version, license: String(license ?? "none"), texts };
  });
  const faults = all.flatMap(({ name, version, license, texts }) => {
    if (!KNOWN.includes(license))
      return [`${name} ${version}: its licence, '${license}', is not one of those that packaging/bill.ts knows`];
    return texts.length === 0 ? [`${name} ${version}: no file says what its licence, ${license}, says`] : [];
  });
  if (faults.length > 0) throw new ReleaseError(faults.join("\n"));
  return all;
}

/** The folders of what the package depends on. */
export function dependencyFolders(): string[] {
  return dependencyPaths().map((path) => join(root, path));
}

/** A line for each. */
export function licenseList(all: readonly Licensed[]): string {
  return all.map(({ name, version, license }) => `${name} ${version}: ${license}\n`).join("");
}

/** Our own licence and those of others, whole. */
export function notices(facts: Facts, all: readonly Licensed[]): string {
  const own = `${facts.name} ${facts.version}: ${facts.license}\n\n${readFileSync(join(root, "LICENSE"), "utf8").trim()}\n`;
  const others = all.map(({ name, version, license, texts }) => {
    return `${name} ${version}: ${license}\n\n${texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n")}\n`;
  });
  return [own, ...others].join(`\n${"-".repeat(78)}\n\n`);
}
