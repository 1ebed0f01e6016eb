// Errors of the package's interface: whatever code that its entry points reach throws is of a class that they export, extends AustinError and has
// a kind of its own, which doc/library.md lists; or it is caught within, for the reason that stands here.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import * as analysis from "../../../src/analysis/index.js";
import * as capture from "../../../src/capture/index.js";
import * as decoder from "../../../src/decoder/index.js";
import * as filters from "../../../src/filters/api.js";
import * as formats from "../../../src/formats/all.js";
import * as main from "../../../src/index.js";
import { AustinError } from "../../../src/model/error.js";
import * as mojo from "../../../src/mojo/index.js";
import { projectRoot } from "../../pythons.js";

const ENTRY_POINTS = { analysis, capture, decoder, filters, formats, main, mojo };
const FILES = [
  "src/analysis/index.ts",
  "src/capture/index.ts",
  "src/decoder/index.ts",
  "src/filters/api.ts",
  "src/formats/all.ts",
  "src/index.ts",
  "src/mojo/index.ts",
];

/** Classes that are thrown within, and what becomes of them. */
const WITHIN: Readonly<Record<string, string>> = {
  LogError: "becomes a CaptureError with the block's offset (capture/decode.ts)",
  TooMuchAsked: "is a figure of the decoding (capture/player.ts, failureOf)",
  MalformedImage: "means that there is no runtime in that file (target/image_access.ts)",
};

/** Plain errors that nobody meets: what is not understood counts as what can't be read. */
const PLAIN: readonly string[] = [
  "src/host/linux/stat.ts: a system whose /proc is another one",
  "src/host/darwin/calls.ts: a call that fails as its manual doesn't have it",
  "src/host/darwin/processes.ts: a system whose structs are others",
  "src/host/regular_file.ts: caught where images are opened",
];

function reached(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(join(projectRoot, path), "utf8");
  for (const [, name = ""] of text.matchAll(/\b(?:from|import\()\s*"(\.[^"]+|#[^"]+)"/g)) {
    const file = name.startsWith("#") ? builtOf(name) : join(dirname(path), name);
    const source = file.replace(/\.js$/, ".ts");
    if (existsSync(join(projectRoot, source))) reached(source, found);
  }
  return found;
}

function builtOf(name: string): string {
  const { imports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  return imports[name].default.replace("./dist/", "");
}

const files = [...FILES.reduce((found, file) => reached(file, found), new Set<string>())];
const exported = new Map<string, unknown>(Object.values(ENTRY_POINTS).flatMap((one) => Object.entries(one)));

/** All classes of errors that entry points export, by name. */
const errors = [...exported].filter(
  (pair): pair is [string, typeof AustinError] =>
    typeof pair[1] === "function" && pair[1].prototype instanceof AustinError,
);

/** An error without its facts: kinds are fields. */
function kindOf(error: typeof AustinError): string {
  return (Reflect.construct(error, ["", "", "", "", {}]) as AustinError).kind;
}

describe("errors of the interface", () => {
  it("are of classes that are exported", () => {
    expect(files.length).toBeGreaterThan(100);
    const strange = files.flatMap((path) => {
      const text = readFileSync(join(projectRoot, path), "utf8");
      return [...text.matchAll(/\bthrow (?:new )?([A-Z]\w*)\(/g)]
        .map(([, name]) => name as string)
        .filter((name) => !(name in WITHIN) && !errors.some(([one]) => one === name))
        .map((name) => `${path} throws ${name}`);
    });
    const allowed = PLAIN.map((line) => `${line.split(": ")[0]} throws Error`);
    expect(strange.filter((line) => !allowed.includes(line))).toEqual([]);
  });

  it("have each a kind and a name of their own", () => {
    expect(errors.length).toBeGreaterThan(15);
    expect(new Set(errors.map(([, error]) => kindOf(error))).size).toBe(errors.length);
  });

  it("can be told at every entry point", () => {
    for (const [name, entry] of Object.entries(ENTRY_POINTS)) expect(entry, name).toHaveProperty("AustinError");
  });

  it("are listed in doc/library.md", () => {
    const table = readFileSync(join(projectRoot, "doc/library.md"), "utf8").split("| `kind` |")[1] as string;
    const rows = [...table.matchAll(/^\| (`[^|]+) \| (`[^|]+) \|/gm)].map(([, kinds, classes]) => [kinds, classes]);
    const listed = (text: string | undefined) =>
      [...(text ?? "").matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);
    const kinds = rows.flatMap(([column]) => listed(column));
    expect(kinds.toSorted()).toEqual(errors.map(([, error]) => kindOf(error)).toSorted());
    const classes = rows
      .flatMap(([, column]) => listed(column))
      .filter((word) => /^[A-Z]/.test(word) && word !== "AttachFailure");
    expect(classes.toSorted()).toEqual(errors.map(([name]) => name).toSorted());
  });
});
