// What people read: README and the pages that it leads to. Links lead somewhere, and each page is led to.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../pythons.js";

const MOST_LINES_OF_README = 120;

const folder = (path: string) => readdirSync(join(projectRoot, path)).map((name) => join(path, name));
const pages = [...folder("."), ...folder("doc")].filter((path) => path.endsWith(".md"));
const textOf = (path: string) => readFileSync(join(projectRoot, path), "utf8");

/** Files that the page links to, as paths in the project, each with the heading that is meant. */
function linksOf(page: string): { readonly path: string; readonly heading: string | undefined }[] {
  return [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target as string)
    .filter((target) => !/^https?:/.test(target))
    .map((target) => {
      const [file, heading] = target.split("#");
      return { path: file ? normalize(join(dirname(page), file)) : page, heading };
    });
}

/** Headings as links name them. */
function headingsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(pages)("%s", (page) => {
  it("links to what is there", () => {
    for (const { path, heading } of linksOf(page)) {
      expect(existsSync(join(projectRoot, path)), path).toBe(true);
      if (heading !== undefined) expect(headingsOf(path)).toContain(heading);
    }
  });
});

it("README leads to every page, and is short", () => {
  const paths = linksOf("README.md").map(({ path }) => path);
  for (const page of pages) if (page !== "README.md") expect(paths).toContain(page);
  expect(textOf("README.md").split("\n").length).toBeLessThanOrEqual(MOST_LINES_OF_README);
});

describe("CHANGELOG.md", () => {
  const text = textOf("CHANGELOG.md");
  const versions = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title as string);

  it("has what is unreleased first, then versions with their days, the newest of which is the package's", () => {
    expect(versions[0]).toBe("Unreleased");
    for (const one of versions.slice(1)) expect(one).toMatch(/^\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$/);
    expect(versions[1]?.split(" ")[0]).toBe(JSON.parse(textOf("package.json")).version);
  });

  it("has changes by what they are, in this order, and each of them once", () => {
    for (const part of text.split(/^## .*$/m).slice(1)) {
      const kinds = [...part.matchAll(/^### (.*)$/gm)].map(([, title]) => title as string);
      const known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
      expect(kinds).toEqual(known.filter((kind) => kinds.includes(kind)));
      // Each change stands under one of them.
      expect(part.slice(0, part.indexOf("### "))).not.toMatch(/^- /m);
    }
    const changes = [...text.matchAll(/^- (.*)$/gm)].map(([, first]) => first);
    expect(new Set(changes).size).toBe(changes.length);
  });
});
