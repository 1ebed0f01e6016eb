// The direction of knowledge that ARCHITECTURE.md states, read off the sources: which room imports which, that no files
// import each other in a circle, and that what only one place may know is known only there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../pythons.js";

/** What each room may import from, beside itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "src/assets": [],
  "src/model": [],
  "src/filters": ["src/model"],
  "src/formats": ["src/analysis", "src/model", "src/mojo", "src/views"],
  "src/input": ["src/capture", "src/model", "src/mojo", "src/native"],
  "src/analysis": ["src/model"],
  "src/views": ["src/analysis", "src/assets", "src/filters", "src/model"],
  "src/output": ["src/mojo"],
  "src/memory": ["src/assets", "src/model"],
  "src/decoder": ["src/assets", "src/memory", "src/model"],
  "src/host": ["src/images", "src/memory", "src/model"],
  "src/images": [],
  "src/mojo": ["src/analysis", "src/model"],
  "src/profile": ["src/decoder", "src/filters", "src/model"],
  "src/sinks": ["src/decoder", "src/filters", "src/model", "src/mojo", "src/profile"],
  "src/capture": [
    "src/decoder",
    "src/filters",
    "src/memory",
    "src/model",
    "src/mojo",
    "src/native",
    "src/profile",
    "src/sinks",
  ],
  "src/recording": [
    "src/capture",
    "src/decoder",
    "src/filters",
    "src/memory",
    "src/model",
    "src/mojo",
    "src/native",
    "src/output",
    "src/profile",
  ],
  "src/target": ["src/host", "src/images", "src/memory"],
  "src/native": [
    "src/assets",
    "src/decoder",
    "src/host",
    "src/images",
    "src/memory",
    "src/model",
    "src/profile",
    "src/target",
  ],
  "src/symbols": ["src/host", "src/images", "src/model", "src/native"],
  "src/sampler": ["src/decoder", "src/host", "src/memory", "src/model", "src/native", "src/profile", "src/target"],
  "src/cli/words": ["src/assets", "src/filters", "src/model"],
  "src/cli/terminal": ["src/output", "src/views"],
  "src/cli/start": ["src/cli/process"],
  "src/cli/process": ["src/cli/words", "src/host"],
  "src/cli/messages": [
    "src/cli/terminal",
    "src/cli/words",
    "src/analysis",
    "src/capture",
    "src/filters",
    "src/host",
    "src/input",
    "src/memory",
    "src/model",
    "src/mojo",
    "src/sampler",
    "src/sinks",
    "src/symbols",
    "src/target",
    "src/views",
  ],
  "src/cli/austin": [
    "src/cli/messages",
    "src/cli/terminal",
    "src/cli/words",
    "src/filters",
    "src/model",
    "src/output",
    "src/sampler",
    "src/target",
  ],
  "src/cli/reading": [
    "src/cli/messages",
    "src/cli/terminal",
    "src/cli/words",
    "src/analysis",
    "src/filters",
    "src/input",
    "src/model",
    "src/mojo",
    "src/output",
  ],
  "src/cli/convert": [
    "src/cli/messages",
    "src/cli/reading",
    "src/cli/terminal",
    "src/cli/words",
    "src/filters",
    "src/formats",
    "src/input",
    "src/model",
    "src/output",
  ],
  "src/cli/resolve": [
    "src/cli/convert",
    "src/cli/messages",
    "src/cli/reading",
    "src/cli/terminal",
    "src/cli/words",
    "src/formats",
    "src/output",
    "src/symbols",
  ],
  "src/cli/view": [
    "src/cli/convert",
    "src/cli/reading",
    "src/cli/serving",
    "src/cli/terminal",
    "src/cli/words",
    "src/analysis",
    "src/assets",
    "src/filters",
    "src/formats",
    "src/output",
    "src/views",
  ],
  "src/cli/diff": ["src/cli/reading", "src/cli/terminal", "src/cli/words", "src/analysis", "src/output", "src/views"],
  "src/cli/sampling": [
    "src/cli/austin",
    "src/cli/convert",
    "src/cli/messages",
    "src/cli/process",
    "src/cli/terminal",
    "src/cli/words",
    "src/decoder",
    "src/formats",
    "src/host",
    "src/model",
    "src/mojo",
    "src/native",
    "src/output",
    "src/profile",
    "src/recording",
    "src/sampler",
    "src/sinks",
    "src/target",
    "src/views",
  ],
  "src/cli/where": [
    "src/cli/austin",
    "src/cli/messages",
    "src/cli/process",
    "src/cli/sampling",
    "src/cli/terminal",
    "src/cli/words",
    "src/host",
    "src/memory",
    "src/model",
    "src/mojo",
    "src/output",
    "src/sampler",
  ],
  "src/cli/decode": [
    "src/cli/messages",
    "src/cli/reading",
    "src/cli/terminal",
    "src/cli/where",
    "src/cli/words",
    "src/capture",
    "src/filters",
    "src/input",
    "src/model",
    "src/output",
    "src/profile",
    "src/views",
  ],
  "src/cli/doctor": [
    "src/cli/austin",
    "src/cli/messages",
    "src/cli/terminal",
    "src/cli/words",
    "src/host",
    "src/memory",
    "src/sampler",
  ],
  "src/cli": [
    "src/cli/austin",
    "src/cli/convert",
    "src/cli/decode",
    "src/cli/diff",
    "src/cli/doctor",
    "src/cli/messages",
    "src/cli/process",
    "src/cli/resolve",
    "src/cli/sampling",
    "src/cli/terminal",
    "src/cli/tui",
    "src/cli/view",
    "src/cli/web",
    "src/cli/where",
    "src/cli/words",
    "src/decoder",
    "src/host",
    "src/memory",
  ], // main.ts, commands.ts
  // index.ts, browser.ts
  src: ["src/decoder", "src/host", "src/memory", "src/model", "src/mojo", "src/native", "src/sampler", "src/target"],
  "src/live": ["src/analysis", "src/filters", "src/model"],
  "src/cli/serving": [],
  "src/cli/watching": [
    "src/cli/austin",
    "src/cli/messages",
    "src/cli/reading",
    "src/cli/sampling",
    "src/cli/words",
    "src/assets",
    "src/filters",
    "src/host",
    "src/input",
    "src/live",
    "src/model",
    "src/mojo",
    "src/native",
  ],
  "src/cli/tui": [
    "src/cli/messages",
    "src/cli/reading",
    "src/cli/terminal",
    "src/cli/view",
    "src/cli/watching",
    "src/cli/words",
    "src/cli/austin",
    "src/analysis",
    "src/filters",
    "src/formats",
    "src/host",
    "src/live",
    "src/model",
    "src/mojo",
    "src/output",
    "src/views",
  ],
  "src/cli/web": [
    "src/cli/austin",
    "src/cli/messages",
    "src/cli/reading",
    "src/cli/serving",
    "src/cli/view",
    "src/cli/watching",
    "src/cli/words",
    "src/formats",
    "src/live",
    "src/output",
    "src/views",
  ],
  web: ["src/analysis", "src/capture", "src/live", "src/mojo", "src/views"],
  "assembly/abi": [],
  "assembly/layouts": [],
  "assembly/locations": ["assembly/layouts"],
  "assembly/remote": ["assembly/abi", "assembly/layouts"],
  "assembly/objects": ["assembly/abi", "assembly/layouts", "assembly/locations", "assembly/remote"],
  "assembly/threads": ["assembly/abi", "assembly/layouts", "assembly/objects", "assembly/remote"],
  "assembly/codes": ["assembly/abi", "assembly/layouts", "assembly/objects", "assembly/remote", "assembly/threads"],
  "assembly/runtime": ["assembly/abi", "assembly/layouts", "assembly/remote", "assembly/threads"],
  "assembly/frames": [
    "assembly/abi",
    "assembly/codes",
    "assembly/layouts",
    "assembly/objects",
    "assembly/remote",
    "assembly/threads",
  ],
  "assembly/consistency": ["assembly/abi", "assembly/codes", "assembly/remote", "assembly/runtime", "assembly/threads"],
  "assembly/names": [
    "assembly/abi",
    "assembly/layouts",
    "assembly/objects",
    "assembly/remote",
    "assembly/runtime",
    "assembly/threads",
  ],
  "assembly/sample": [
    "assembly/abi",
    "assembly/codes",
    "assembly/consistency",
    "assembly/frames",
    "assembly/layouts",
    "assembly/names",
    "assembly/objects",
    "assembly/remote",
    "assembly/runtime",
    "assembly/threads",
  ],
  "assembly/warmup": ["assembly/layouts"],
  "assembly/cfi": [],
  "assembly/native": ["assembly/cfi"],
  // index.ts, unwinder.ts
  assembly: [
    "assembly/abi",
    "assembly/consistency",
    "assembly/layouts",
    "assembly/names",
    "assembly/objects",
    "assembly/remote",
    "assembly/sample",
    "assembly/threads",
    "assembly/cfi",
    "assembly/native",
    "assembly/warmup",
  ],
};

/** Modules of Node's that start, find or end processes. */
const PROCESSES = ["node:child_process", "node:cluster", "node:worker_threads", "node:process"];

interface Source {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  /** Files of the project, from its root. */
  readonly files: readonly string[];
  /** Those of them that a bundle for pages has something else for. */
  readonly replaced: readonly string[];
  /** Everything else, by its name. */
  readonly packages: readonly string[];
}

interface Conditions {
  readonly browser?: string | { readonly default: string };
  readonly default: string;
}

interface Package {
  /** Names that begin with "#", and what they mean. */
  readonly imports: Readonly<Record<string, Conditions>>;
  readonly exports: Readonly<Record<string, Conditions | string>>;
}

const PACKAGE = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as Package;

/** The source of a file that is built. */
function sourceOf(built: string): string {
  return built.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts");
}

function filesIn(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));
}

/** The text without comments, which may speak of anything. Strings stay. */
function codeOf(text: string): string {
  return text.replace(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "$1");
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)"([^"]+)"/g;

function read(path: string): Source {
  const text = codeOf(readFileSync(join(projectRoot, path), "utf8"));
  const names = [...text.matchAll(IMPORT)].map(([, name]) => name as string);
  const isFile = (name: string) => /^[.#]/.test(name);
  const replaced = names
    .filter((name) => name.startsWith("#"))
    .map((name) => sourceOf((PACKAGE.imports[name] as Conditions).default));
  return {
    path,
    text,
    files: [...names.filter((name) => name.startsWith(".")).map((name) => resolve(path, name)), ...replaced],
    replaced,
    packages: names.filter((name) => !isFile(name)),
  };
}

/** The file that `name` means in `importer`: "./x.js" in src, "./x" in assembly. */
function resolve(importer: string, name: string): string {
  const path = join(dirname(importer), name).replace(/\.js$/, "");
  const file = [`${path}.ts`, path].find((one) => existsSync(join(projectRoot, one)));
  if (file === undefined) throw new Error(`${importer} imports ${name}, which is no file`);
  return file;
}

function roomOf(path: string): string {
  const room = Object.keys(ROOMS)
    .filter((name) => path.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (room === undefined) throw new Error(`${path} lies in no room: ROOMS must say what it may import`);
  return room;
}

const sources = new Map(["src", "web", "assembly"].flatMap(filesIn).map((path) => [path, read(path)] as const));

/** The file and all that it imports, directly or not; in a page, without what is replaced there. */
function reachedFrom(path: string, reached = new Set<string>(), inPage = false): Set<string> {
  if (reached.has(path)) return reached;
  reached.add(path);
  const { files, replaced } = sources.get(path) as Source;
  for (const file of files) if (!inPage || !replaced.includes(file)) reachedFrom(file, reached, inPage);
  return reached;
}

/** Files of `room` and what they reach. */
function reachedFromRoom(room: string): Source[] {
  const reached = new Set<string>();
  for (const path of sources.keys()) if (roomOf(path) === room) reachedFrom(path, reached);
  return [...reached].map((path) => sources.get(path) as Source);
}

function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const file of sources.get(path)?.files ?? []) visit(file, [...way, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
}

describe("imports", () => {
  it("are seen at all", () => {
    expect(sources.get("src/cli/commands.ts")?.files).toContain("src/cli/main.ts");
    expect(sources.get("src/assets/files.ts")?.packages).toContain("node:module");
    expect(sources.get("assembly/sample/attempts.ts")?.files).toContain("assembly/abi/limits.ts");
  });

  it.each(Object.entries(ROOMS))("of %s come from the rooms that it may know", (room, allowed) => {
    const mine = [...sources.values()].filter(({ path }) => roomOf(path) === room);
    expect(mine.length).toBeGreaterThan(0);
    const strange = mine.flatMap(({ path, files }) =>
      files
        .filter((file) => roomOf(file) !== room && !allowed.includes(roomOf(file)))
        .map((file) => `${path} imports ${file}`),
    );
    expect(strange).toEqual([]);
  });

  it("never run in a circle", () => {
    expect(circles()).toEqual([]);
  });

  it("of the decoder reach neither the add-on nor any process", () => {
    const reached = reachedFromRoom("src/decoder");
    expect(reached.map(({ path }) => path)).not.toContain("src/memory/add_on.ts");
    expect(reached.flatMap(({ packages }) => packages).filter((name) => PROCESSES.includes(name))).toEqual([]);
  });

  it("of captures reach no add-on, no process and, but for the package's own files, nothing of Node", () => {
    const reached = reachedFromRoom("src/capture");
    const packages = reached
      .filter(({ packages }) => packages.length > 0)
      .map(({ path, packages }) => [path, packages]);
    expect(packages.map(([path]) => path)).toEqual(["src/assets/files.ts"]);
  });

  const pages = Object.entries(PACKAGE.exports).flatMap(([name, means]) => {
    if (typeof means === "string") return [];
    const { browser = means.default } = means;
    return [[name, sourceOf(typeof browser === "string" ? browser : browser.default)] as const];
  });

  it.each(pages)("of '%s' in a page reach nothing of Node's", (_, path) => {
    const reached = [...reachedFrom(path, new Set(), true)].map((one) => sources.get(one) as Source);
    const ofNode = reached.filter(({ packages }) => packages.some((name) => name.startsWith("node:")));
    expect(ofNode.map((one) => one.path)).toEqual([]);
    expect(reached.length).toBeGreaterThan(5);
  });

  it("of austin-decode reach no add-on, no system and no process", () => {
    const reached = [...reachedFrom("src/cli/decode/decode.ts")].map((path) => sources.get(path) as Source);
    const rooms = new Set(reached.map(({ path }) => roomOf(path)));
    for (const room of ["src/host", "src/sampler", "src/target", "src/images", "src/recording"]) {
      expect([...rooms]).not.toContain(room);
    }
    expect(reached.map(({ path }) => path)).not.toContain("src/memory/add_on.ts");
    expect(reached.flatMap(({ packages }) => packages).filter((name) => PROCESSES.includes(name))).toEqual([]);
  });

  it("of a run load only the writing side of MOJO at its start", () => {
    // Through index.js they would load the reading side, too; type imports are gone when it runs.
    const start = ["src/cli/sampling/run.ts", "src/sinks/mojo_sink.ts", "src/sinks/thread_events.ts"];
    const doors = start.flatMap((path) =>
      ((sources.get(path) as Source).text.match(/^import (?!type)[^;]*"(?:\.\.\/)+mojo\/[\w-]+\.js"/gm) ?? []).map(
        (text) => [path, /[\w-]+(?=\.js"$)/.exec(text)?.[0]],
      ),
    );
    expect(doors.filter(([, door]) => door === "index" || door === "reader")).toEqual([]);
    expect(doors.length).toBeGreaterThan(0);
  });

  it("of mojo reach neither Wasm nor any process", () => {
    const reached = reachedFromRoom("src/mojo");
    expect(reached.filter(({ text }) => /\bWebAssembly\b|\.wasm\b/.test(text)).map(({ path }) => path)).toEqual([]);
    expect(reached.flatMap(({ packages }) => packages).filter((name) => PROCESSES.includes(name))).toEqual([]);
  });

  it("of formats reach nothing of Node's: a page may use them", () => {
    const reached = reachedFromRoom("src/formats");
    const ofNode = reached.filter(({ packages }) => packages.some((name) => name.startsWith("node:")));
    // The HTML format's script and style, as the build makes them; loaded when they are asked for.
    expect(ofNode.map(({ path }) => path)).toEqual(["src/assets/files.ts"]);
  });

  it("of images and model reach nothing but each other's data", () => {
    const packages = [...reachedFromRoom("src/images"), ...reachedFromRoom("src/model")].flatMap((one) => one.packages);
    expect(packages.filter((name) => name !== "node:fs")).toEqual([]);
  });

  it("of one package alone load the add-on and the Wasm", () => {
    const having = (what: RegExp) =>
      [...sources.values()].filter(({ text }) => what.test(text)).map(({ path }) => path);
    // The former is the one that a standalone executable has in it.
    expect(having(/\.node\b"/)).toEqual(["src/assets/embedded.ts", "src/memory/add_on_file.ts"]);
    expect(having(/\.wasm\b"/)).toEqual([
      "src/decoder/bytes.ts",
      "src/native/demangle.ts",
      "src/native/unwinder_bytes.ts",
    ]);
  });
});

describe("what only one place knows", () => {
  const elsewhere = (what: RegExp, places: readonly string[]) =>
    [...sources.values()]
      .filter(({ path }) => !places.some((place) => path.startsWith(place)))
      .flatMap(({ path, text }) => text.split("\n").map((line) => `${path}: ${line.trim()}`))
      .filter((line) => what.test(line.slice(line.indexOf(": "))));

  it("names of systems stand in src/host and in messages", () => {
    // "ld-linux" is the name of the dynamic loader's file.
    const names = /(?<!ld-)\b(linux|darwin|win32|macos|windows)\b/i;
    expect(elsewhere(names, ["src/host/", "src/cli/messages"])).toEqual([]);
  });

  it("procfs stands behind src/host, and in what people are told", () => {
    expect(elsewhere(/\/proc\b|\/sys\//, ["src/host/linux/", "src/cli/messages"])).toEqual([
      // A check's name, as people are told it.
      'src/cli/doctor/checks.ts: "/proc",',
    ]);
  });

  it("a binary's format stands behind src/images", () => {
    const isFormat = (path: string) => /^src\/images\/(?:lines\/)?elf/.test(path);
    const behind = [...sources.values()].flatMap(({ path, files }) =>
      isFormat(path) || !files.some(isFormat) ? [] : [path],
    );
    expect(behind.sort()).toEqual(["src/images/lines/open.ts", "src/images/open.ts"]);
  });

  it("line numbers are for those who resolve addresses: the package lacks them", () => {
    const isOfLines = (path: string) => path.startsWith("src/images/lines/");
    const behind = [...sources.values()].flatMap(({ path, files }) =>
      isOfLines(path) || !files.some(isOfLines) ? [] : [path],
    );
    expect(behind.sort()).toEqual(["src/symbols/symbol_files.ts", "src/symbols/unpack.ts"]);
  });

  it("which system it is, src/host chooses at run time", () => {
    const behind = [...sources.values()].flatMap(({ path, files }) =>
      path.startsWith("src/host/linux/")
        ? []
        : files.filter((file) => file.startsWith("src/host/linux/")).map(() => path),
    );
    expect(behind).toEqual(["src/host/index.ts"]);
    expect(elsewhere(/\bprocess\.platform\b/, ["src/host/"])).toEqual([
      // Its file is named by it.
      "src/memory/add_on.ts: file = addOnFile(folder, process.platform, process.arch);",
      // A default, which the host is given.
      "src/cli/process/system_log.ts: async write(platform: NodeJS.Platform = process.platform): Promise<void> {",
      // A fact of the capture.
      "src/cli/sampling/capturing.ts: platform: process.platform,",
    ]);
  });

  it("version numbers of CPython are compared in assembly/layouts", () => {
    const compared = /\bminor\)?\s*([<>]=?|[!=]==?)\s*\d|\b\d+\s*([<>]=?|[!=]==?)\s*\(?(\w+\.)*minor\b/;
    expect(elsewhere(compared, ["assembly/layouts/"])).toEqual([
      // Before anything is read of a target: is it worth looking for its runtime?
      "src/target/interpreter.ts: return major === 3 && minor >= 9;",
    ]);
  });
});
