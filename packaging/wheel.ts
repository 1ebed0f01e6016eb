// A wheel: a zip file with a list of what is in it (the "Binary distribution format" of the Python Packaging User Guide). In: facts, files and a tag.
// Out: its name and bytes, which depend on these and on nothing else: not on the machine, its time zone or Node's zlib. Knows no Python.
import { createHash } from "node:crypto";
import { type Zippable, zipSync } from "fflate";
import type { Facts } from "./facts.js";
import { type Entry, sorted, type Tree, textEntry } from "./tree.js";

export interface WheelParts {
  /** What it runs on: "py3-none-any". */
  readonly tag: string;
  /** What pip puts among the commands, by name; what begins with "#!python" would be changed by it. */
  readonly scripts: Tree;
  /** What pip puts below the environment's folder, such as share/. */
  readonly data: Tree;
  /** What is installed as modules. */
  readonly modules: Tree;
  /** The text of entry_points.txt: functions of modules that pip makes commands of. */
  readonly entryPoints?: string;
  /** Licences of what is in it. */
  readonly licenses: Tree;
  /** Lines of METADATA beside those that all wheels have. */
  readonly headers: readonly string[];
  /** What people read of it, in Markdown. */
  readonly text: string;
}

export interface Wheel {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @param isQuick whether it is only to be tried: compressed little */
export function makeWheel(facts: Facts, parts: WheelParts, isQuick: boolean): Wheel {
  const stem = `${facts.name.replaceAll("-", "_")}-${facts.version}`;
  const info = `${stem}.dist-info`;
  const all: Tree = new Map();
  const add = (prefix: string, tree: Tree): void => {
    for (const [path, entry] of tree) all.set(prefix + path, entry);
  };
  add("", parts.modules);
  add(`${stem}.data/data/`, parts.data);
  add(`${stem}.data/scripts/`, parts.scripts);
  add(`${info}/licenses/`, parts.licenses);
  all.set(`${info}/METADATA`, textEntry(metadata(facts, parts)));
  all.set(`${info}/WHEEL`, textEntry(wheelFile(facts, parts.tag)));
  if (parts.entryPoints !== undefined) all.set(`${info}/entry_points.txt`, textEntry(parts.entryPoints));
  const record = `${info}/RECORD`;
  const lines = sorted(all).map(([path, { bytes }]) => `${path},sha256=${digest(bytes)},${bytes.length}\n`);
  all.set(record, textEntry(`${lines.join("")}${record},,\n`));
  return { name: `${stem}-${parts.tag}.whl`, bytes: zip(all, record, facts.time, isQuick ? 1 : 6) };
}

function metadata(facts: Facts, { headers, text, licenses }: WheelParts): string {
  return [
    "Metadata-Version: 2.4",
    `Name: ${facts.name}`,
    `Version: ${facts.version}`,
    `Summary: ${facts.description}`,
    `License-Expression: ${facts.license}`,
    ...[...licenses.keys()].sort().map((path) => `License-File: ${path}`),
    ...(facts.homepage === undefined ? [] : [`Project-URL: Homepage, ${facts.homepage}`]),
    "Keywords: profiler,profiling,sampling,flame graph,performance",
    "Classifier: Environment :: Console",
    "Classifier: Intended Audience :: Developers",
    "Classifier: Programming Language :: Python :: Implementation :: CPython",
    "Classifier: Topic :: Software Development :: Debuggers",
    // There is no Python in it: this is what pip itself asks for.
    "Requires-Python: >=3.7",
    ...headers,
    "Description-Content-Type: text/markdown",
    "",
    text,
  ].join("\n");
}

function wheelFile(facts: Facts, tag: string): string {
  const [pythons = "", abi = "", platforms = ""] = tag.split("-");
  const tags = pythons
    .split(".")
    .flatMap((python) => platforms.split(".").map((one) => `Tag: ${python}-${abi}-${one}`));
  return ["Wheel-Version: 1.0", `Generator: ${facts.name} ${facts.version}`, "Root-Is-Purelib: true", ...tags, ""].join(
    "\n",
  );
}

/** As RECORD has it: URL-safe base64 without padding. */
function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}

/** @param last the entry that readers look for at the end @param level as zlib has them */
function zip(tree: Tree, last: string, time: number, level: 1 | 6): Uint8Array {
  const at = new Date(time * 1000);
  // A zip file has local times, and fflate asks for these: one whose local time is what UTC shows.
  const mtime = new Date(
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  );
  const files: Zippable = {};
  const entries = sorted(tree).filter(([path]) => path !== last);
  for (const [path, { bytes, isExecutable }] of [...entries, [last, tree.get(last) as Entry] as const]) {
    const mode = 0o100000 | (isExecutable ? 0o755 : 0o644);
    // 3 is Unix: then the upper half of the attributes is the file's mode.
    files[path] = [bytes, { level, mtime, os: 3, attrs: (mode << 16) >>> 0 }];
  }
  return zipSync(files);
}
