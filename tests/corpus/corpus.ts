// The corpus: captures of parked targets, and beside each what the target itself said its stacks were. In: the folder
// `captures`. Out: what is there, and what should be. Needs no Python and no add-on.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Blocks } from "../../src/capture/container.js";
import type { Account } from "../account.js";
import { projectRoot } from "../pythons.js";

/** Processors, all with Linux but for the last, which is x86-64 with Windows. */
export const ARCHITECTURES = ["x86_64", "i386", "arm64", "armhf", "ppc64el", "windows"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** CPython 3.9 to 3.15. */
export const MINORS = [9, 10, 11, 12, 13, 14, 15] as const;

/** The minor versions that could be had for a processor: Debian has one or a few of each release. */
export const HAD: Readonly<Record<Architecture, readonly number[]>> = {
  x86_64: MINORS,
  i386: [13, 14, 15],
  arm64: [13, 14, 15],
  // 3.13 and newer tell their layout themselves; these two are judges of the tables for 32-bit ARM.
  armhf: [9, 11, 13, 14, 15],
  ppc64el: [13, 14, 15],
  // Maven Central has these, for x86-64.
  windows: [9, 10, 11, 12, 13, 14],
};
export const WHY_NO_OTHER = "no build of it was to be had where the corpus is made";

/** Where the corpus lies. */
export const corpusFolder = join(projectRoot, "tests/corpus/captures");

export const CAPTURE = ".capture";
export const ACCOUNT = ".json.gz";

/** One capture. */
export interface Exhibit {
  readonly architecture: Architecture;
  /** "3.13", or "3.13-dbg" for a debug build. */
  readonly build: string;
  /** What was captured: a theme, and its stage where it has several. */
  readonly title: string;
  /** Without the ending that tells the capture from the account. */
  readonly path: string;
}

/** Everything in a corpus, in order. */
export function exhibits(folder = corpusFolder): Exhibit[] {
  return ARCHITECTURES.flatMap((architecture) =>
    entries(join(folder, architecture)).flatMap((build) =>
      entries(join(folder, architecture, build))
        .filter((name) => name.endsWith(CAPTURE))
        .map((name) => {
          const title = name.slice(0, -CAPTURE.length);
          return { architecture, build, title, path: join(folder, architecture, build, title) };
        }),
    ),
  );
}

/** The bytes of a capture. */
export function captureOf({ path }: Exhibit): Uint8Array {
  return readFileSync(path + CAPTURE);
}

/** All that a capture holds, inflated, as latin1. */
export async function logOf(capture: Uint8Array): Promise<string> {
  let log = "";
  for await (const { bytes } of new Blocks(capture)) log += Buffer.from(bytes).toString("latin1");
  return log;
}

/** What the target said. */
export function accountOf({ path }: Exhibit): Account {
  return JSON.parse(gunzipSync(readFileSync(path + ACCOUNT)).toString());
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } catch {
    return [];
  }
}
