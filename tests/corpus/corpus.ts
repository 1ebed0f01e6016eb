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

/** The oldest minor version that can be had for a processor, where the corpus is made. */
export const OLDEST: Readonly<Record<Architecture, number>> = {
  x86_64: 9,
  i386: 13,
  arm64: 13,
  armhf: 13,
  ppc64el: 13,
  windows: 9,
};
/** The newest one, where that is not the newest of all. */
export const NEWEST: Readonly<Partial<Record<Architecture, number>>> = { windows: 14 };
export const WHY_NOTHING_NEWER = "Maven Central has 3.9 to 3.14 for it (x86-64)";
export const WHY_NOTHING_OLDER = "Debian builds 3.13 to 3.15 for it, and builds of older versions are not to be had";

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
