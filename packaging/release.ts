// `npm run release`: everything that a release has, into dist/release. In: a project that is built, standalone executables where there are some, and what
// only who publishes knows. Out: files, the same bytes from any folder at any time; all of them or none. What there is nothing for is named.
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { billOfMaterials, dependencyFolders, licenseList, licensesOf, notices } from "./bill.js";
import { makeDeb } from "./deb.js";
import { DRAFT, type Facts, gatherFacts, ReleaseError, root } from "./facts.js";
import { chocolatey } from "./manifests/chocolatey.js";
import { conda } from "./manifests/conda.js";
import { homebrew } from "./manifests/homebrew.js";
import type { Manifest, Released } from "./manifests/released.js";
import { scoop } from "./manifests/scoop.js";
import { snap } from "./manifests/snap.js";
import { installedTree, packPackage, staleFiles } from "./npm_package.js";
import { builtStandalones, STANDALONES, type Standalone, standaloneName, standalonePath } from "./standalones.js";
import { platformWheel, smallWheel } from "./wheels.js";

const USAGE = `usage: npm run release -- [--url URL] [--maintainer 'NAME <ADDRESS>'] [--draft] [--only PLATFORM,…] [--output FOLDER]
  --url URL          the address under which the files of the release will lie
  --maintainer TEXT  who answers for packages; by default package.json's author
  --draft            packages that are only to be tried: address and maintainer are names that nobody can have
  --only PLATFORM,…  standalone executables of these platforms alone, or of "none"
  --output FOLDER    in place of dist/release`;

interface Request {
  readonly facts: Facts;
  readonly standalones: readonly Standalone[];
  readonly output: string;
}

function request(): Request {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      maintainer: { type: "string" },
      draft: { type: "boolean" },
      only: { type: "string" },
      output: { type: "string" },
    },
  });
  const facts = gatherFacts(values.draft ? { ...DRAFT, ...values } : values);
  return { facts, standalones: chosen(values.only), output: resolve(values.output ?? join(root, "dist/release")) };
}

function chosen(only: string | undefined): readonly Standalone[] {
  const built = builtStandalones();
  if (only === undefined) return built;
  const names = only === "none" ? [] : only.split(",");
  return names.map((name) => {
    const one = built.find(({ platform }) => platform === name);
    if (one !== undefined) return one;
    const known = STANDALONES.map(({ platform }) => platform);
    if (!known.includes(name))
      throw new ReleaseError(`'${name}' is no platform of standalone executables: ${known.join(", ")}`);
    throw new ReleaseError(`the standalone executable for ${name} is not there: npm run build:standalone -- ${name}`);
  });
}

/** Make all of it in `folder`, which is empty. */
function release({ facts, standalones }: Request, folder: string): void {
  const stale = staleFiles();
  if (stale.length > 0) {
    throw new ReleaseError(
      `made from sources that are gone: ${stale.join(", ")}. rm -r dist/src dist/bin && npm run build`,
    );
  }
  const tarball = packPackage(folder);
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const small = smallWheel(facts, installedTree(join(folder, tarball)));
  write(small.name, small.bytes);
  const shipped = licensesOf(dependencyFolders());
  for (const standalone of standalones) {
    const inside = licensesOf([...dependencyFolders()]);
    const bytes = readFileSync(standalonePath(standalone));
    const texts = notices(facts, inside);
    write(standaloneName(standalone), bytes);
    chmodSync(join(folder, standaloneName(standalone)), 0o755);
    const wheel = platformWheel(facts, standalone, bytes, texts);
    write(wheel.name, wheel.bytes);
    if (standalone.debian !== undefined) makeDeb(facts, bytes, standalone.debian, texts, folder);
  }
  write(`${facts.name}-${facts.version}.cdx.json`, billOfMaterials(facts));
  write("LICENSES.txt", licenseList(shipped));
  write("NOTICES.txt", notices(facts, shipped));
  const released: Released = { facts, digests: digests(folder), tarball, standalones };
  for (const { path, text } of manifests(released)) write(`manifests/${path}`, text);
  write("SHA256SUMS", [...digests(folder)].map(([name, digest]) => `${digest}  ${name}\n`).join(""));
}

/** Those for which the release has what they lead to. */
function manifests(released: Released): Manifest[] {
  const windows = released.standalones.find(({ platform }) => platform === "win32-x64");
  const linux = released.standalones.filter(({ debian }) => debian !== undefined);
  const made = [homebrew(released), conda(released)];
  if (windows !== undefined) made.push(scoop(released, windows), ...chocolatey(released, windows));
  else
    console.log("not made: manifests for Scoop and Chocolatey, which lead to the standalone executable for win32-x64");
  if (linux.length > 0) made.push(snap(released, linux));
  else console.log("not made: the manifest for snap, which leads to a standalone executable for Linux");
  return made;
}

/** Of all files below a folder, by their paths in it. */
function digests(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll("\\", "/"));
  return new Map(
    paths.sort().map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
}

try {
  const asked = request();
  mkdirSync(dirname(asked.output), { recursive: true });
  const place = mkdtempSync(`${asked.output}-`);
  try {
    release(asked, place);
    rmSync(asked.output, { recursive: true, force: true });
    renameSync(place, asked.output);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  process.stdout.write(readFileSync(join(asked.output, "SHA256SUMS"), "utf8"));
} catch (error) {
  const isUsage = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (!isUsage && !(error instanceof ReleaseError)) throw error;
  console.error(isUsage ? `${error.message}\n${USAGE}` : error.message);
  process.exitCode = isUsage ? 64 : 1;
}
