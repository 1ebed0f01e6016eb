// Which formats there are. In: a name, or a file's. Out: the format, loaded when it is asked for.
import type { Format } from "./format.js";

/** Of each name, how its format is loaded; the order is that of lists for people. */
const LOADERS: Readonly<Record<string, () => Promise<Format>>> = {
  speedscope: async () => (await import("./speedscope.js")).speedscope,
  pprof: async () => (await import("./pprof.js")).pprof,
  firefox: async () => (await import("./firefox.js")).firefox,
  chrome: async () => (await import("./chrome_trace.js")).chromeTrace,
  cpuprofile: async () => (await import("./cpuprofile.js")).cpuprofile,
  html: async () => (await import("./html.js")).html,
  collapsed: async () => (await import("./collapsed.js")).collapsed,
  austin: async () => (await import("./austin.js")).austin,
  jsonl: async () => (await import("./json_lines.js")).jsonLines,
  mojo: async () => (await import("./mojo.js")).mojo,
};

export const FORMAT_NAMES: readonly string[] = Object.keys(LOADERS);

/** The format of this name; undefined where there is none. */
export async function formatNamed(name: string): Promise<Format | undefined> {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name]?.() : undefined;
}

/** All formats, with what they say of themselves. */
export function allFormats(): Promise<readonly Format[]> {
  return Promise.all(Object.values(LOADERS).map((load) => load()));
}

/** The format that a file's name asks for by its longest known end, in any case; undefined where it has none. */
export async function formatForFile(path: string): Promise<Format | undefined> {
  const name = path.toLowerCase();
  const matches = (await allFormats()).flatMap((format) =>
    format.extensions.filter((end) => name.endsWith(end)).map((end) => ({ format, end })),
  );
  return matches.sort((a, b) => b.end.length - a.end.length)[0]?.format;
}
