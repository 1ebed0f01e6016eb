// The decoder's state has owners: a mutable static field is written only in the file that declares it, so that whoever asks why it
// has a value reads one file. In: the sources of assembly/. Out: fields that others write.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../pythons.js";

/** The fields of layouts: each version's file writes all of them, and no other room does. */
const WRITTEN_BY_ROOM: Readonly<Record<string, string>> = {
  Layout: "assembly/layouts/",
  Figures: "assembly/layouts/",
  Build: "assembly/layouts/",
};

const files = readdirSync(join(projectRoot, "assembly"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));

const texts = new Map(
  files.map((path) => [
    path,
    readFileSync(join(projectRoot, path), "utf8").replace(/("(?:[^"\\\n]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "$1"),
  ]),
);

/** The file that declares each class with static fields. */
const owners = new Map<string, string[]>();
for (const [path, text] of texts) {
  for (const [, name] of text.matchAll(/^(?:export )?class (\w+) \{\n(?:\s+(?:private )?static)/gm)) {
    owners.set(name as string, [...(owners.get(name as string) ?? []), path]);
  }
}

/** Writes of static fields, as "Class.field" in a file. */
function writes(text: string): string[] {
  const assigned = [...text.matchAll(/(?<![\w.])([A-Z]\w*)\.(\w+)\s*(?:[-+*|&^]|<<|>>)?=(?!=)/g)];
  const counted = [
    ...text.matchAll(/(?<![\w.])([A-Z]\w*)\.(\w+)(?:\+\+|--)/g),
    ...text.matchAll(/(?:\+\+|--)([A-Z]\w*)\.(\w+)/g),
  ];
  return [...assigned, ...counted].map(([, name, field]) => `${name}.${field}`);
}

describe("the decoder's state", () => {
  it("is seen", () => {
    expect(owners.size).toBeGreaterThan(30);
    expect(owners.get("Attempt")).toEqual(["assembly/threads/attempt.ts"]);
    expect(writes("a = Attempt.serial + 1; Attempt.serial += 1; if (Attempt.serial == 2) --Attempt.serial;")).toEqual([
      "Attempt.serial",
      "Attempt.serial",
    ]);
  });

  it("has one owner a class", () => {
    // Private classes of one file may have the names of others'.
    const exported = [...owners].filter(
      ([name, paths]) => paths.length > 1 && paths.some((path) => texts.get(path)?.includes(`export class ${name} `)),
    );
    expect(exported).toEqual([]);
  });

  it("is written by its owner alone", () => {
    const strange = [...texts].flatMap(([path, text]) =>
      writes(text)
        .filter((field) => {
          const name = field.split(".")[0] as string;
          const room = WRITTEN_BY_ROOM[name];
          const isOwner = room !== undefined ? path.startsWith(room) : (owners.get(name) ?? [path]).includes(path);
          return !isOwner;
        })
        .map((field) => `${path} writes ${field}`),
    );
    expect(strange).toEqual([]);
  });
});
