// Native frames by their files, which are compiled here: names and lines are those of addr2line and llvm-symbolizer, wherever the debug information lies; and a file that is
// not the one that was mapped tells nothing.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHeader, readSections } from "../../../src/images/elf_header.js";
import { openDebugFacts } from "../../../src/images/lines/open.js";
import { readFunctions } from "../../../src/images/open.js";
import type { CodeFrame, Frame } from "../../../src/model/frame.js";
import { NOWHERE } from "../../../src/model/location.js";
import { loadDemangler } from "../../../src/native/demangle.js";
import { findInlineTool, InlineTool } from "../../../src/symbols/inline_tool.js";
import { Resolver } from "../../../src/symbols/resolver.js";
import { titled, unlessThere } from "../../needs.js";
import {
  addr2line,
  addr2lineMissing,
  compilerMissing,
  llvmSymbolizer,
  symbolizerMissing,
} from "../../symbols/judges.js";
import { addMiniDebugInfo, compileShapes, hasPrograms, splitDebug } from "../../symbols/shapes.js";
import { bytesSource } from "../images/elf_builder.js";

const missing =
  compilerMissing ??
  addr2lineMissing ??
  symbolizerMissing ??
  unlessThere(hasPrograms("objcopy", "strip", "xz", "c++filt"), "binutils and xz");
const folder = mkdtempSync(join(tmpdir(), "resolver-"));
const whole = join(folder, "whole");
const BASE = 0x7f12_3456_7000;
let buildId: string;
let plain: (name: string) => string;
/** Addresses of all instructions, and where the function begins that each is in. */
let places: { readonly address: number; readonly name: string; readonly start: number }[] = [];

beforeAll(async () => {
  if (missing !== undefined) return;
  plain = (await loadDemangler()) as typeof plain;
  compileShapes(whole, "-g", "-O1", "-fno-omit-frame-pointer");
  const file = bytesSource(readFileSync(whole));
  buildId = openDebugFacts(file).buildId as string;
  const text = readSections(file, readHeader(file)).find(({ name }) => name === ".text");
  const functions = readFunctions(file);
  const { address = 0, size = 0 } = text ?? {};
  places = Array.from({ length: size }, (_, i) => address + i).flatMap((one) => {
    const found = functions.functionAt(one);
    return found === undefined || found.name.startsWith("_start")
      ? []
      : { address: one, name: found.name, start: found.address };
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A path in a folder of its own. */
let count = 0;
function fresh(name: string): string {
  const path = join(folder, `${count++}`, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

function copied(name = "shapes"): string {
  const path = fresh(name);
  copyFileSync(whole, path);
  return path;
}

interface Told {
  readonly path: string;
  readonly id?: string | undefined;
  readonly base?: number;
}

/** A frame as a profile has it that is of an instruction. */
function frameAt(
  { path, id = buildId, base = BASE }: Told,
  place: (typeof places)[number],
  pc = place.address,
): CodeFrame {
  const scope = plain(place.name);
  return {
    ...{ kind: "code", code: "native", scope, filename: path, location: NOWHERE, address: base + pc },
    ...{ offset: pc - place.start, mapped: { start: base, buildId: id } },
    ...(scope === place.name ? {} : { symbol: place.name }),
  };
}

/** Resolve the innermost frames of stacks of one. */
async function resolved(told: Told, { root = "", inlines = false } = {}) {
  const resolver = new Resolver(
    root,
    inlines ? new InlineTool(findInlineTool() as NonNullable<ReturnType<typeof findInlineTool>>) : undefined,
  );
  const stacks: (readonly Frame[])[] = [];
  for (const place of places) stacks.push(await resolver.stack([frameAt(told, place)]));
  const [outcome] = resolver.outcomes;
  resolver.close();
  return { stacks, outcome };
}

function text(frame: Frame): string {
  return frame.kind === "code" ? `${frame.scope} ${frame.filename}:${frame.location.line}` : frame.kind;
}

/** What the judges say, the outermost function under the name that symbols have. */
function expected(inlines: boolean): string[][] {
  const addresses = places.map(({ address }) => address);
  const judge = llvmSymbolizer(whole, addresses);
  return places.map(({ name }, at) => {
    const all = judge[at] as (typeof judge)[number];
    if (all[0]?.file === "") return [];
    const shown = inlines ? [...all].reverse() : [{ ...(all[0] as (typeof all)[number]) }];
    return shown.map((one, depth) => `${plain(depth === 0 ? name : one.name)} ${one.file}:${one.line}`);
  });
}

function expectLines(stacks: readonly (readonly Frame[])[], inlines = false): void {
  const judged = expected(inlines);
  expect(judged.filter((one) => one.length > 0).length).toBeGreaterThan(150);
  judged.forEach((one, at) => {
    if (one.length > 0)
      expect((stacks[at] as readonly Frame[]).map(text), `at ${places[at]?.address.toString(16)}`).toEqual(one);
  });
}

function expectAsBefore(stacks: readonly (readonly Frame[])[]): void {
  expect(
    stacks.every(([frame]) => frame?.kind === "code" && frame.address !== undefined && frame.location.line === 0),
  ).toBe(true);
}

describe.skipIf(missing !== undefined)(titled("native frames get the lines of a file", missing), () => {
  it("that has them itself", async () => {
    const { stacks, outcome } = await resolved({ path: copied() });
    expectLines(stacks);
    expect(outcome).toMatchObject({
      missing: undefined,
      isProven: true,
      places: places.length,
      withName: places.length,
    });
    const [frame] = stacks[0] as [CodeFrame];
    expect(frame).toMatchObject({ kind: "code", code: "native" });
    expect([frame.address, frame.mapped, frame.symbol]).toEqual([undefined, undefined, undefined]);
  });

  it.each(["llvm-symbolizer", "addr2line"] as const)("with inlined functions, by %s", async (name) => {
    const path = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    const tool = new InlineTool({ name, path });
    const resolver = new Resolver("", tool);
    const file = copied();
    const judge = (name === "addr2line" ? addr2line : llvmSymbolizer)(
      whole,
      places.map(({ address }) => address),
    );
    let inlined = 0;
    for (const [at, place] of places.entries()) {
      const all = [...(judge[at] ?? [])].reverse();
      if (all.length < 2 || all.some((one) => one.file === "" || one.name === "")) continue;
      inlined++;
      const stack = await resolver.stack([frameAt({ path: file }, place)]);
      expect(stack.map(text)).toEqual(
        all.map((one, depth) => `${plain(depth === 0 ? place.name : one.name)} ${one.file}:${one.line}`),
      );
    }
    expect(inlined).toBeGreaterThan(10);
    expect(tool.hasFailed).toBe(false);
    resolver.close();
  });

  it("that were split off, and lie beside it, in .debug, or below /usr/lib/debug by path or build id", async () => {
    for (const place of ["beside", ".debug", "path", "id"]) {
      const root = fresh("root");
      const path = join(root, "opt/lib/shapes");
      mkdirSync(join(root, "opt/lib/.debug"), { recursive: true });
      copyFileSync(whole, path);
      const debug = join(root, "opt/lib/shapes.debug");
      splitDebug(path, debug);
      const to = {
        beside: debug,
        ".debug": join(root, "opt/lib/.debug/shapes.debug"),
        path: join(root, "usr/lib/debug/opt/lib/shapes.debug"),
        id: join(root, `usr/lib/debug/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`),
      }[place] as string;
      mkdirSync(dirname(to), { recursive: true });
      if (to !== debug) renameSync(debug, to);
      const { stacks, outcome } = await resolved({ path: "/opt/lib/shapes" }, { root, inlines: true });
      expect(outcome?.withLine, place).toBeGreaterThan(150);
      expectLines(stacks, true);
    }
  });

  it("that were split off, but for those of another build or another content", async () => {
    const path = copied();
    const debug = join(dirname(path), "shapes.debug");
    splitDebug(path, debug);
    compileShapes(debug, "-g", "-O2");
    const { stacks, outcome } = await resolved({ path });
    expectAsBefore(stacks);
    expect(outcome).toMatchObject({ missing: undefined, withLine: 0 });
    // Without build ids the CRC decides.
    const bare = fresh("shapes");
    compileShapes(bare, "-g", "-O1", "-fno-omit-frame-pointer", "-Wl,--build-id=none");
    const bareDebug = join(dirname(bare), "shapes.debug");
    splitDebug(bare, bareDebug);
    expect((await resolved({ path: bare, id: "" })).outcome?.missing).toMatchObject({ kind: "another" });
    const noId = { path: bare } as const;
    const lined = new Resolver("", undefined);
    const one = { ...frameAt(noId, places[0] as (typeof places)[number]), mapped: { start: BASE, buildId: undefined } };
    expect((await lined.stack([one])).map(text)[0]).toMatch(/shapes\.cc:\d+$/);
    lined.close();
    writeFileSync(bareDebug, Buffer.concat([readFileSync(bareDebug), Buffer.of(0)]));
    const refused = new Resolver("", undefined);
    expect(await refused.stack([one])).toMatchObject([{ address: one.address }]);
    refused.close();
  });

  it("and names at least, where symbols are all that is packed in it, as Fedora has them", async () => {
    const path = copied();
    execFileSync("strip", [path]);
    const told = { path };
    const unknown = places.filter(({ name }) => name === "main" || name.includes("through"));
    const stripped = new Resolver("", undefined);
    for (const place of unknown) {
      const [frame] = await stripped.stack([
        { ...frameAt(told, place), scope: "shapes+0x1234", symbol: "shapes+0x1234" },
      ]);
      expect(frame).toMatchObject({ symbol: "shapes+0x1234" });
    }
    stripped.close();
    addMiniDebugInfo(path, whole, folder);
    const fedora = new Resolver("", undefined);
    for (const place of unknown) {
      const bare = { ...frameAt(told, place), scope: "shapes+0x1234", symbol: "shapes+0x1234" };
      const [frame] = (await fedora.stack([bare])) as [CodeFrame];
      expect(frame.scope).toBe(plain(place.name));
      expect(frame.symbol ?? frame.scope).toBe(place.name);
      expect(frame).toMatchObject({ address: bare.address, filename: path });
    }
    expect(fedora.outcomes).toMatchObject([{ withLine: 0, withName: unknown.length }]);
    fedora.close();
  });

  it("that is loaded where it was linked", async () => {
    const path = compileShapes(fresh("fixed"), "-g", "-O1", "-no-pie");
    const functions = readFunctions(bytesSource(readFileSync(path)));
    const file = bytesSource(readFileSync(path));
    const { address = 0, size = 0 } = readSections(file, readHeader(file)).find(({ name }) => name === ".text") ?? {};
    const main = Array.from({ length: size }, (_, i) => address + i).find(
      (one) => functions.functionAt(one)?.name === "main",
    ) as number;
    const frame = (start: number): CodeFrame => ({
      ...{ kind: "code", code: "native", scope: "main", filename: path, location: NOWHERE, address: main, offset: 0 },
      mapped: { start, buildId: openDebugFacts(file).buildId },
    });
    const resolver = new Resolver("", undefined);
    expect((await resolver.stack([frame(0x40_0000)])).map(text)).toEqual([
      llvmSymbolizer(path, [main]).map(([one]) => `main ${one?.file}:${one?.line}`)[0],
    ]);
    resolver.close();
    const moved = new Resolver("", undefined);
    expectAsBefore([await moved.stack([frame(0x50_0000)])]);
    expect(moved.outcomes[0]?.missing).toEqual({ kind: "misplaced" });
    moved.close();
  });
});

describe.skipIf(missing !== undefined)(titled("native frames stay as they were", missing), () => {
  it("where the file is another build, which is told", async () => {
    const path = compileShapes(fresh("shapes"), "-g", "-O2");
    const { stacks, outcome } = await resolved({ path });
    expectAsBefore(stacks);
    expect(outcome).toMatchObject({
      buildId,
      missing: { kind: "another", buildId: openDebugFacts(bytesSource(readFileSync(path))).buildId },
    });
  });

  it("where the file has no build id, and the program's had one", async () => {
    const path = compileShapes(fresh("shapes"), "-g", "-Wl,--build-id=none");
    const { stacks, outcome } = await resolved({ path });
    expectAsBefore(stacks);
    expect(outcome?.missing).toEqual({ kind: "another", buildId: undefined });
  });

  it("where the profile has no build id, and a function is elsewhere in the file", async () => {
    const path = compileShapes(fresh("shapes"), "-g", "-O0");
    const resolver = new Resolver("", undefined);
    const strip = (place: (typeof places)[number]): CodeFrame => ({
      ...frameAt({ path }, place),
      mapped: { start: BASE, buildId: undefined },
    });
    const main = places.find(({ name }) => name === "main") as (typeof places)[number];
    // Where a function begins that another one has in its place.
    const other = readFunctions(bytesSource(readFileSync(path)));
    const moved = places.find(
      ({ address, start, name }) => address === start && ![undefined, name].includes(other.nameAt(address, undefined)),
    );
    expect(moved).toBeDefined();
    const frame = strip(moved as (typeof places)[number]);
    expect(await resolver.stack([frame])).toEqual([frame]);
    expect(resolver.outcomes).toMatchObject([{ missing: { kind: "misplaced" }, isProven: false, withLine: 0 }]);
    // And nothing more is taken from it.
    expect(await resolver.stack([strip(main)])).toMatchObject([{ address: BASE + main.address }]);
    resolver.close();
    // In the one that was mapped it's where it was.
    const right = new Resolver("", undefined);
    const [there] = await right.stack([{ ...strip(main), filename: copied() }]);
    expect(there).toMatchObject({ scope: "main", location: { line: expect.any(Number) } });
    expect(right.outcomes).toMatchObject([{ missing: undefined, isProven: false, withLine: 1 }]);
    right.close();
  });

  it.each([
    ["is not there", () => join(folder, "nowhere"), "absent"],
    ["is a folder", () => folder, "absent"],
    ["is no binary", () => join(dirname(fresh("x")), "text.so"), "no binary"],
    ["is cut off", () => join(dirname(fresh("x")), "cut.so"), "no binary"],
  ])("where the file %s", async (_, where, kind) => {
    const path = where();
    if (basename(path) === "text.so") writeFileSync(path, "not a binary");
    if (basename(path) === "cut.so") writeFileSync(path, readFileSync(whole).subarray(0, 100));
    const { stacks, outcome } = await resolved({ path });
    expectAsBefore(stacks);
    expect(outcome).toMatchObject({ missing: { kind }, places: places.length, withLine: 0 });
  });

  it("where they are of no file, and nothing is looked for", async () => {
    const resolver = new Resolver("", undefined);
    const native = frameAt({ path: "[vdso]" }, places[0] as (typeof places)[number]);
    const { mapped: _, ...unmapped } = native;
    const frames: Frame[] = [
      native,
      { ...unmapped, filename: "[anonymous]" },
      { kind: "kernel", scope: "ksys_read" },
      { kind: "invalid" },
    ];
    expect(await resolver.stack(frames)).toEqual(frames);
    expect(resolver.outcomes).toEqual([]);
    const python: Frame[] = [{ kind: "code", scope: "f", filename: "/a.py", location: NOWHERE }];
    expect(resolver.known(python)).toBe(python);
    resolver.close();
  });

  it("below a root that a path would lead out of", async () => {
    const root = fresh("root");
    mkdirSync(root);
    copyFileSync(whole, join(dirname(root), "outside"));
    const { outcome } = await resolved({ path: "/../outside" }, { root });
    expect(outcome?.missing).toEqual({ kind: "absent" });
  });
});

describe.skipIf(missing !== undefined)(titled("where a frame is in its function", missing), () => {
  it("is before where its callee returns to, but for the innermost, and for what a signal interrupted", async () => {
    const path = copied();
    const resolver = new Resolver("", undefined);
    const lineAt = async (frames: readonly Frame[]) => {
      const [first] = await resolver.stack(frames);
      return first?.kind === "code" ? first.location.line : 0;
    };
    // The first instruction of a line, and the last of the line before it.
    const judge = llvmSymbolizer(
      path,
      places.map(({ address }) => address),
    );
    const lineOf = (at: number) => judge[at]?.[0]?.line ?? 0;
    const at = places.findIndex(
      ({ name, start }, i) =>
        name === "main" &&
        i > 0 &&
        places[i - 1]?.start === start &&
        lineOf(i) !== lineOf(i - 1) &&
        lineOf(i) > 0 &&
        lineOf(i - 1) > 0,
    );
    const place = places[at] as (typeof places)[number];
    const frame = () => frameAt({ path }, place);
    const other = (scope: string): Frame => ({ kind: "code", scope, filename: "/x.py", location: NOWHERE });
    expect(at).toBeGreaterThan(0);
    expect(await lineAt([frame()])).toBe(lineOf(at));
    expect(await lineAt([frame(), { kind: "kernel", scope: "ksys_read" }])).toBe(lineOf(at));
    expect(await lineAt([frame(), other("f")])).toBe(lineOf(at - 1));
    expect(await lineAt([frame(), other("__restore_rt")])).toBe(lineOf(at));
    // The same frame in both places.
    const same = frame();
    expect(await lineAt([same, same])).toBe(lineOf(at - 1));
    expect(await lineAt([same])).toBe(lineOf(at));
    resolver.close();
  });
});

describe.skipIf(missing !== undefined)(titled("a tool that tells inlined functions", missing), () => {
  const script = (text: string): string => {
    const path = fresh("tool");
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  };

  it.each([
    ["ends at once", "exit 3"],
    ["ends in the midst of an answer", "echo f; exit 0"],
    ["is silent, and ends", "read line; exit 0"],
    ["answers without end", "while :; do echo f; echo a.c:1; done"],
  ])("and %s is not asked again, and lines are as without it", async (_, text) => {
    const tool = new InlineTool({ name: "llvm-symbolizer", path: script(text) });
    const resolver = new Resolver("", tool);
    const path = copied();
    const place = places.find(({ name }) => name === "main") as (typeof places)[number];
    const [frame] = await resolver.stack([frameAt({ path }, place)]);
    expect(frame).toMatchObject({ scope: "main", location: { line: expect.any(Number) } });
    expect(tool.hasFailed).toBe(true);
    expect(await tool.ask(path, [place.address])).toBeUndefined();
    resolver.close();
  });

  it.each([
    ["all of them", "/deep.c:7:1", ["main /x.c:3", "inner /deep.c:7"]],
    ["not where one is", "??:0:0", undefined],
  ])("tells %s", async (_, place, expected) => {
    const answer = `while read line; do printf 'inner\\n${place}\\nother\\n/x.c:3:1\\n\\n'; done`;
    const resolver = new Resolver("", new InlineTool({ name: "llvm-symbolizer", path: script(answer) }));
    const main = places.find(({ name }) => name === "main") as (typeof places)[number];
    const stack = (await resolver.stack([frameAt({ path: copied() }, main)])).map(text);
    if (expected !== undefined) expect(stack).toEqual(expected);
    else expect(stack).toEqual([expect.stringMatching(/^main \S*shapes\.cc:\d+$/)]);
    resolver.close();
  });

  it("is found on PATH, LLVM's first", () => {
    const both = dirname(script(""));
    writeFileSync(join(both, "addr2line"), "", { mode: 0o755 });
    expect(findInlineTool(["", "relative", "/nowhere", both])).toEqual({
      name: "addr2line",
      path: join(both, "addr2line"),
    });
    writeFileSync(join(both, "llvm-symbolizer"), "", { mode: 0o755 });
    expect(findInlineTool([both])?.name).toBe("llvm-symbolizer");
    writeFileSync(join(both, "llvm-symbolizer"), "", { mode: 0o755 });
    expect(findInlineTool([])).toBeUndefined();
  });

  it("is not asked about files whose name it can't be told", async () => {
    const tool = new InlineTool({ name: "llvm-symbolizer", path: script("exit 1") });
    expect(await tool.ask('/a"b', [1, 2])).toEqual([[], []]);
    expect(tool.hasFailed).toBe(false);
    tool.close();
  });
});
