// A package for Debian and what descends from it. In: facts and the standalone executable: Debian 12's Node is 18, too old for us, so one that asked for
// nodejs could be installed on few systems. Out: a .deb by dpkg-deb, the same bytes wherever it is made.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { documents } from "./documents.js";
import { type Facts, ReleaseError } from "./facts.js";
import { readers, standaloneLaunchers } from "./launchers.js";
import { glibcFloor } from "./standalones.js";
import { sorted, type Tree, textEntry, writeTree } from "./tree.js";

/** Licences that are in base-files: packages don't have them again (policy 12.5). */
export const COMMON_LICENSES = { "Apache-2.0": "/usr/share/common-licenses/Apache-2.0" };

/**
 * @param executable the standalone of this architecture, as Debian calls it
 * @param notices licences of what is in the executable beside us, but for COMMON_LICENSES
 * @param isQuick whether it is only to be tried: compressed little
 * @returns its name, in `folder`
 * @throws ReleaseError
 */
export function makeDeb(
  facts: Facts,
  executable: Uint8Array,
  architecture: string,
  notices: string,
  folder: string,
  isQuick: boolean,
): string {
  const place = mkdtempSync(join(tmpdir(), "austin-deb-"));
  const name = `${facts.name}_${facts.version}_${architecture}.deb`;
  const tree = files(facts, executable, notices);
  const size = [...tree.values()].reduce((sum, { bytes }) => sum + Math.ceil(bytes.length / 1024), 0);
  const sums = sorted(tree).map(([path, { bytes }]) => `${createHash("md5").update(bytes).digest("hex")}  ${path}\n`);
  tree.set("DEBIAN/md5sums", textEntry(sums.join("")));
  tree.set("DEBIAN/control", textEntry(control(facts, architecture, size, glibcFloor(executable))));
  try {
    writeTree(tree, place, facts.time);
    // One thread: several cut into blocks. xz's first level is a fifth of the default's time, and a twentieth larger. Debian takes no zstd.
    const compression = isQuick ? ["-Zgzip", "-z1"] : ["-Zxz", "-z1", "--threads-max=1"];
    const build = ["--root-owner-group", ...compression, "--build", place, join(folder, name)];
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(facts.time) };
    execFileSync("dpkg-deb", build, { env, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new ReleaseError("there is no dpkg-deb, which makes the .deb: apt-get install dpkg, or --without deb");
  } finally {
    rmSync(place, { recursive: true });
  }
  return name;
}

function files(facts: Facts, executable: Uint8Array, notices: string): Tree {
  const tree: Tree = new Map([["usr/bin/austin", { bytes: executable, isExecutable: true }]]);
  for (const [command, script] of standaloneLaunchers(readers(facts))) tree.set(`usr/bin/${command}`, script);
  for (const [path, entry] of documents(true)) {
    // Policy 12.1: manual pages are compressed.
    const isManual = path.startsWith("share/man/");
    const bytes = isManual ? gzip(entry.bytes) : entry.bytes;
    tree.set(`usr/${path}${isManual ? ".gz" : ""}`, { ...entry, bytes });
  }
  const doc = `usr/share/doc/${facts.name}`;
  tree.set(`${doc}/copyright`, textEntry(notices));
  tree.set(`${doc}/changelog.gz`, { bytes: gzip(Buffer.from(changelog(facts))), isExecutable: false });
  tree.set(`usr/share/lintian/overrides/${facts.name}`, textEntry(overrides(facts)));
  return tree;
}

/** Without a name and a time. */
function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9, mtime: 0 });
}

/** @param floor the first version of the C library with which the executable starts */
function control(facts: Facts, architecture: string, size: number, floor: readonly number[]): string {
  return [
    `Package: ${facts.name}`,
    `Version: ${facts.version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${facts.maintainer}`,
    `Installed-Size: ${size}`,
    `Depends: libc6 (>= ${floor.join(".")})`,
    // Debian's own has /usr/bin/austin, too.
    "Conflicts: austin",
    "Section: devel",
    "Priority: optional",
    ...(facts.homepage === undefined ? [] : [`Homepage: ${facts.homepage}`]),
    `Description: ${facts.summary}`,
    ...folded(`${facts.description}.`),
    " .",
    ...folded(
      "It attaches to processes or launches them, and writes MOJO, pprof, speedscope and other formats. Node is not needed.",
    ),
    "",
  ].join("\n");
}

/** Lines of at most 79 characters, each with a blank in front. */
function folded(text: string): string[] {
  return [...text.matchAll(/(.{1,78})(?:\s+|$)/g)].map(([, line]) => ` ${line}`);
}

function changelog(facts: Facts): string {
  const day = new Date(facts.time * 1000).toUTCString().replace("GMT", "+0000");
  const text = "  * What has changed is in CHANGELOG.md of the project.";
  return `${facts.name} (${facts.version}) unstable; urgency=medium\n\n${text}\n\n -- ${facts.maintainer}  ${day}\n`;
}

/** What lintian says of every executable with its runtime within. */
function overrides({ name }: Facts): string {
  return `# The program's code lies behind the runtime's last section: stripped, it is dead.
${name}: unstripped-binary-or-object [usr/bin/austin]
# The runtime is linked with its libraries, and built so.
${name}: embedded-library libjpeg [usr/bin/austin]
${name}: hardening-no-pie [usr/bin/austin]
${name}: hardening-no-relro [usr/bin/austin]
`;
}
