// Everything that a release has. In: facts, a project that is built, standalone executables. Out: a folder of files, the same bytes from any folder at any
// time; all of them or none. What there is nothing for is named.
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
import { dirname, join, relative } from "node:path";
import { billOfMaterials, licenseList, licensesOf, notices, SEPARATOR, shippedFolders } from "./bill.js";
import { COMMON_LICENSES, makeDeb } from "./deb.js";
import { type Facts, ReleaseError } from "./facts.js";
import { chocolatey } from "./manifests/chocolatey.js";
import { conda } from "./manifests/conda.js";
import { homebrew } from "./manifests/homebrew.js";
import type { Manifest, Released } from "./manifests/released.js";
import { scoop } from "./manifests/scoop.js";
import { snap } from "./manifests/snap.js";
import { commandTree, packPackage, staleFiles } from "./npm_package.js";
import { RUNTIME_LICENSES, runtimeNotice, runtimeVersion } from "./runtime.js";
import { type Standalone, standaloneName, standalonePath } from "./standalones.js";
import { platformWheel, smallWheel } from "./wheels.js";

export interface Request {
  readonly facts: Facts;
  readonly standalones: readonly Standalone[];
  /** A folder; what was there is replaced. */
  readonly output: string;
  /** Whether it is only to be tried: compressed little. */
  readonly isQuick?: boolean;
}

/**
 * Make a release.
 * @throws ReleaseError
 */
export async function makeRelease(request: Request): Promise<void> {
  mkdirSync(dirname(request.output), { recursive: true });
  const place = mkdtempSync(`${request.output}-`);
  try {
    await fill(request, place);
    chmodSync(place, 0o755);
    rmSync(request.output, { recursive: true, force: true });
    renameSync(place, request.output);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Make all of it in `folder`, which is empty. */
async function fill({ facts, standalones, isQuick = false }: Request, folder: string): Promise<void> {
  const stale = staleFiles();
  if (stale.length > 0) {
    throw new ReleaseError(`made from sources that are gone: ${stale.join(", ")}. rm -r dist/src && npm run build`);
  }
  const tarball = packPackage(folder);
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const small = smallWheel(facts, commandTree(join(folder, tarball)), isQuick);
  write(small.name, small.bytes);
  const folders = await shippedFolders();
  const shipped = licensesOf(folders);
  for (const standalone of standalones) {
    const bytes = readFileSync(standalonePath(standalone));
    write(standaloneName(standalone), bytes);
    chmodSync(join(folder, standaloneName(standalone)), 0o755);
    const wheel = platformWheel(
      facts,
      standalone,
      bytes,
      notices(facts, shipped) + SEPARATOR + runtimeNotice(),
      isQuick,
    );
    write(wheel.name, wheel.bytes);
    const texts = notices(facts, shipped, COMMON_LICENSES) + SEPARATOR + runtimeNotice();
    if (standalone.debian !== undefined) makeDeb(facts, bytes, standalone.debian, texts, folder, isQuick);
  }
  const hasRuntime = standalones.length > 0;
  write(`${facts.name}-${facts.version}.cdx.json`, billOfMaterials(facts, folders, hasRuntime));
  write(
    "LICENSES.txt",
    licenseList(shipped) + (hasRuntime ? `bun ${runtimeVersion()}: ${RUNTIME_LICENSES.join(" AND ")}\n` : ""),
  );
  write("NOTICES.txt", notices(facts, shipped) + (hasRuntime ? SEPARATOR + runtimeNotice() : ""));
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
