// What every package says of us. In: package.json, CHANGELOG.md, and what only who publishes knows (options). Out: plain data. Knows no
// package format. What package.json doesn't have is asked for, never made up.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, as seen from here, built or not. */
export const root = ["..", "../.."]
  .map((up) => fileURLToPath(new URL(up, import.meta.url)))
  .find(hasManifest) as string;

function hasManifest(folder: string): boolean {
  return existsSync(join(folder, "package.json"));
}

export interface Facts {
  /** The name in every registry. */
  readonly name: string;
  readonly version: string;
  /** What it is, in a few words. */
  readonly summary: string;
  readonly description: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Commands and the files that Node runs for them, in the package's folder; `austin` first. That of the package's own name is `austin`, too. */
  readonly commands: ReadonlyMap<string, string>;
  /** Node's versions, as npm has it: ">=20.19". */
  readonly node: string;
  /** When the version was made, in seconds since 1970: the time of all that is in packages. */
  readonly time: number;
  /** Where the project is at home; undefined where package.json doesn't say. */
  readonly homepage: string | undefined;
  /** The address under which the files of a release lie, without a slash at its end. */
  readonly url: string;
  /** `Name <address>`: who answers for packages. */
  readonly maintainer: string;
}

/** What only who publishes knows. */
export interface Given {
  readonly url?: string | undefined;
  readonly maintainer?: string | undefined;
}

/** Something is missing or wrong that a person has to see to; its message says what, and how. */
export class ReleaseError extends Error {}

/** Names that nobody can have (RFC 2606): for a release that is made only to be looked at. */
export const DRAFT = { url: "https://austin-ts.invalid/release", maintainer: "Nobody <nobody@austin-ts.invalid>" };

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly homepage?: string;
  readonly author?: string | { readonly name: string; readonly email?: string };
}

/**
 * The facts of this version.
 * @throws ReleaseError
 */
export function gatherFacts(given: Given, folder = root): Facts {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { name, version, description, license, homepage } = manifest;
  const author = typeof manifest.author === "object" ? authorOf(manifest.author) : manifest.author;
  const url = given.url?.replace(/\/+$/, "");
  const maintainer = given.maintainer ?? author;
  const missing: string[] = [];
  if (url === undefined) missing.push("--url URL, the address under which the files of the release will lie");
  if (maintainer === undefined) missing.push("--maintainer 'NAME <ADDRESS>', who answers for packages");
  if (url === undefined || maintainer === undefined) {
    const only =
      "or --draft, for packages that are only to be tried: their address and maintainer are names that nobody can have";
    throw new ReleaseError(
      `package.json doesn't say all that packages say. Give\n  ${[...missing, only].join("\n  ")}`,
    );
  }
  if (!URL.canParse(url) || new URL(url).protocol !== "https:")
    throw new ReleaseError(`no address that begins with https: '${url}'`);
  if (!/^[^<>]+ <[^<>@\s]+@[^<>@\s]+>$/.test(maintainer))
    throw new ReleaseError(`not 'NAME <ADDRESS>': '${maintainer}'`);
  return {
    name,
    version,
    summary: "frame stack sampler for CPython",
    description,
    license,
    commands: new Map(Object.entries(manifest.bin).filter(([command]) => command !== name)),
    node: manifest.engines.node,
    time: timeOf(version, readFileSync(join(folder, "CHANGELOG.md"), "utf8"), process.env.SOURCE_DATE_EPOCH),
    homepage,
    url,
    maintainer,
  };
}

function authorOf({ name, email }: { readonly name: string; readonly email?: string }): string | undefined {
  return email === undefined ? undefined : `${name} <${email}>`;
}

/**
 * When a version was made: the day that the changelog has for it, or what `SOURCE_DATE_EPOCH` says, as reproducible-builds.org has it.
 * @returns seconds since 1970
 * @throws ReleaseError
 */
export function timeOf(version: string, changelog: string, epoch: string | undefined): number {
  if (epoch !== undefined && epoch !== "") {
    // What a zip file has room for.
    if (!/^\d+$/.test(epoch) || Number(epoch) < 315_532_800 || Number(epoch) >= 4_354_819_200) {
      throw new ReleaseError(`SOURCE_DATE_EPOCH is no number of seconds between 1980 and 2107: '${epoch}'`);
    }
    return Number(epoch);
  }
  const [, day] =
    new RegExp(`^## ${version.replaceAll(".", "\\.")} - (\\d{4}-\\d\\d-\\d\\d)$`, "m").exec(changelog) ?? [];
  if (day === undefined) throw new ReleaseError(`CHANGELOG.md has no line '## ${version} - YYYY-MM-DD'`);
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}
