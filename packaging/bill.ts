// What is shipped beside our own: a bill of materials (CycloneDX, by npm), and licences. In: package-lock.json, node_modules. Out: JSON; texts. Who ships
// something under a licence that nobody has looked at is told.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Facts, ReleaseError, root } from "./facts.js";
import { npm } from "./npm_package.js";
import { RUNTIME_LICENSES, runtimeVersion } from "./runtime.js";

/** Licences that ask for no more than to be named, as SPDX writes them; of a choice, either one will do. */
const KNOWN = [
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 OR MIT",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "OFL-1.1",
  "Unlicense",
];

interface Bill {
  serialNumber: string;
  readonly metadata: { timestamp: string };
  readonly components: object[];
}

/** What executables have within, as CycloneDX has it. */
function runtimeComponent(): object {
  const version = runtimeVersion();
  return {
    "bom-ref": `bun@${version}`,
    type: "platform",
    name: "bun",
    version,
    // The package and the wheel that Node runs don't have it.
    scope: "optional",
    licenses: RUNTIME_LICENSES.map((id) => ({ license: { id } })),
  };
}

/** What is in the package though nothing in it asks for it at run time: speedscope's page, what the decoder and the add-on were compiled with. */
const BUILT_IN = ["speedscope", "assemblyscript", "node-addon-api"];

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly extraneous?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function lockedPackages(): Readonly<Record<string, Locked>> {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

/** The folders of all packages of which something is shipped, in the project. */
export async function shippedFolders(): Promise<string[]> {
  const asked = Object.entries(lockedPackages()).filter(([path, one]) => path !== "" && !one.dev && !one.extraneous);
  const { bundleCommands } = (await import(pathToFileURL(join(root, "bin/bundle.mjs")).href)) as {
    bundleCommands(): Promise<{ readonly packages: readonly string[] }>;
  };
  const { packages: bundled } = await bundleCommands();
  const builtIn = BUILT_IN.map((name) => `node_modules/${name}`);
  return [...new Set([...asked.map(([path]) => path), ...bundled, ...builtIn])].sort();
}

/**
 * What is shipped, as npm states it of a package that depends on nothing else, without what differs each time.
 * @param folders of shippedFolders
 * @param hasRuntime whether the release has executables
 */
export function billOfMaterials(facts: Facts, folders: readonly string[], hasRuntime: boolean): string {
  const all = lockedPackages();
  const isShipped = (name: string): boolean => folders.some((one) => one.endsWith(`node_modules/${name}`));
  const packages = Object.fromEntries(
    folders.map((path) => {
      const { dev, ...locked } = all[path] as Locked;
      const needed = Object.entries(locked.dependencies ?? {}).filter(([name]) => isShipped(name));
      return [path, { ...locked, dependencies: Object.fromEntries(needed) }] as const;
    }),
  );
  const direct = folders.filter((path) => path.lastIndexOf("node_modules/") === 0);
  const own = {
    name: facts.name,
    version: facts.version,
    description: facts.description,
    license: facts.license,
    dependencies: Object.fromEntries(
      direct.map((path) => [path.slice("node_modules/".length), packages[path]?.version]),
    ),
  };
  const place = mkdtempSync(join(tmpdir(), "austin-bill-"));
  // npm calls a package as its folder is called.
  const folder = join(place, facts.name);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify(own));
    const lock = { name: own.name, version: own.version, lockfileVersion: 3, packages: { "": own, ...packages } };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
    const bill: Bill = JSON.parse(npm(args, folder));
    if (hasRuntime) bill.components.push(runtimeComponent());
    bill.metadata.timestamp = new Date(facts.time * 1000).toISOString();
    bill.serialNumber = `urn:uuid:${uuidOf(`${facts.name} ${facts.version} ${JSON.stringify(bill.components)}`)}`;
    return `${JSON.stringify(bill, undefined, 2)}\n`;
  } finally {
    rmSync(place, { recursive: true });
  }
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
  /** Its licence files, as they are, by name. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * What is shipped beside our own, with licences.
 * @param folders of shippedFolders
 * @throws ReleaseError where a licence is not known or has no text
 */
export function licensesOf(folders: readonly string[]): Licensed[] {
  const all = folders.map((path) => {
    const folder = resolve(root, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder).filter((one) => /^(licen[cs]e|copying|notice)/i.test(one));
    const texts = new Map(files.sort().map((one) => [one, readFileSync(join(folder, one), "utf8")]));
    return { name, version, license: String(license ?? "none"), texts };
  });
  const faults = all.flatMap(({ name, version, license, texts }) => {
    if (!KNOWN.includes(license))
      return [`${name} ${version}: its licence, '${license}', is not one of those that packaging/bill.ts knows`];
    return texts.size === 0 ? [`${name} ${version}: no file says what its licence, ${license}, says`] : [];
  });
  if (faults.length > 0) throw new ReleaseError(faults.join("\n"));
  return all;
}

/** A line for each. */
export function licenseList(all: readonly Licensed[]): string {
  return all.map(({ name, version, license }) => `${name} ${version}: ${license}\n`).join("");
}

export const SEPARATOR = `\n${"-".repeat(78)}\n\n`;

/**
 * Our own licence and those of others, whole.
 * @param common the place of a licence's text that every system of a kind has, by SPDX
 */
export function notices(facts: Facts, all: readonly Licensed[], common: Readonly<Record<string, string>> = {}): string {
  const own = `${facts.name} ${facts.version}: ${facts.license}\n\n${readFileSync(join(root, "LICENSE"), "utf8").trim()}\n`;
  const others = all.map(({ name, version, license, texts }) => {
    const place = common[license];
    const kept = [...texts].filter(([file]) => place === undefined || !/^licen[cs]e/i.test(file));
    const parts = kept.map(([, text]) => text.replaceAll("\r\n", "\n").trim());
    if (place !== undefined) parts.unshift(`The licence's text is in ${place}.`);
    return `${name} ${version}: ${license}\n\n${parts.join("\n\n")}\n`;
  });
  return [own, ...others].join(SEPARATOR);
}
