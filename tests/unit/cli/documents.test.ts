// The documents that are made of the option list are those that are kept, and programs that read such files take them.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentsOf, makeDocuments } from "../../../doc/make/documents.js";
import { type Facts, gatherAllFacts, gatherFacts } from "../../../doc/make/facts.js";
import { layOutSheet } from "../../../doc/make/sheet.js";
import { TASKS } from "../../../doc/make/tasks.js";
import { titled } from "../../needs.js";
import { projectRoot } from "../../pythons.js";

const documents = makeDocuments();
const commands = gatherAllFacts();
/** The commands that read what `austin` wrote. */
const readers = commands.slice(1);

function textOf(path: string): string {
  return documents.get(path) as string;
}

/** Whether a program is there to judge by; what isn't there is told. */
function has(program: string): boolean {
  const found = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
  if (!found) console.warn(`${program} isn't there to judge by`);
  return found;
}

/** Of whose options a document speaks. */
function commandOf(path: string): Facts {
  return commands.find((facts) => documentsOf(facts, commands).has(path)) ?? gatherFacts();
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function judge(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, { cwd: projectRoot, encoding: "utf8", stdio: "pipe", ...(input && { input }) });
}

describe.each([...documents.keys()])("%s", (path) => {
  it("is the one that is kept: run `npm run doc`", () => {
    expect(existsSync(join(projectRoot, path)) && readFileSync(join(projectRoot, path), "utf8")).toBe(textOf(path));
  });

  it("is ASCII, and made alike twice", () => {
    expect(textOf(path)).toMatch(/^[\n -~]+$/);
    expect(makeDocuments().get(path)).toBe(textOf(path));
  });

  // The sheet's page of tasks has commands.
  const isOfOptions = path !== "doc/cheatsheet.svg";
  it(isOfOptions ? "has every option" : "has every command line", () => {
    if (!isOfOptions) {
      for (const [line = ""] of TASKS.flatMap(({ answers }) => answers))
        expect(textOf(path)).toContain(escapeXml(line));
      return;
    }
    // Troff's minus sign, and PDF's parentheses.
    const plain = textOf(path).replaceAll("\\-", "-");
    for (const { long } of commandOf(path).options) expect(plain).toMatch(new RegExp(`(--|-l )${long}\\b`));
  });
});

it("are there for every command of the package, and go with it", () => {
  const { name: own, bin, man, files } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  expect(commands.map(({ name }) => name).sort()).toEqual(
    // The package's own name, for npx, is `austin` once more.
    Object.keys(bin)
      .filter((one) => one !== own)
      .sort(),
  );
  const pages = [...documents.keys()].filter((path) => path.endsWith(".1"));
  expect([...man].sort()).toEqual(pages.sort());
  expect(files).toEqual(expect.arrayContaining(["doc/*.1", "doc/completions"]));
});

describe.each(commands)("the manual page of $name", ({ name, exitCodes, examples }) => {
  it.skipIf(!has("groff"))(
    titled("is troff without a warning, with every exit code and example", has("groff") ? undefined : "groff"),
    () => {
      expect(judge("sh", ["-c", `groff -man -Tascii -ww -z doc/${name}.1 2>&1`])).toBe("");
      const page = judge("groff", ["-man", "-Tascii", "-P-cbou", `doc/${name}.1`]);
      for (const [code] of exitCodes) expect(page).toMatch(new RegExp(`^ +${code}\\b`, "m"));
      for (const example of examples) expect(page).toContain(example);
      expect(page).toMatch(new RegExp(`^ +${name} +- +[a-z]`, "m"));
    },
  );
});

describe("the cheat sheet", () => {
  const pages = layOutSheet(gatherFacts(), TASKS);
  const [tasks, options] = pages.map(({ marks }) => marks.flatMap((mark) => (mark.kind === "text" ? [mark.text] : [])));

  it.skipIf(!has("python3"))(titled("is XML with every text", has("python3") ? undefined : "python3"), () => {
    const script =
      "import sys, json, xml.dom.minidom as d; print(json.dumps([t.firstChild.data for t in d.parse(sys.argv[1]).getElementsByTagName('text')]))";
    const wordsOf = (path: string) => JSON.parse(judge("python3", ["-c", script, path]));
    expect(wordsOf("doc/cheatsheet.svg")).toEqual(tasks);
    expect(wordsOf("doc/cheatsheet-options.svg")).toEqual(options);
  });

  it("is PDF whose table leads to each object, with every text of both pages", () => {
    const pdf = textOf("doc/cheatsheet.pdf");
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1]);
    expect(pdf.slice(start, start + 5)).toBe("xref\n");
    const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    expect(offsets.length).toBeGreaterThan(7);
    for (const [index, offset] of offsets.entries()) {
      expect(pdf.slice(offset, offset + 12)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    }
    const streams = [...pdf.matchAll(/<< \/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/g)];
    for (const [, length, stream] of streams) expect(stream).toHaveLength(Number(length));
    const shown = streams.map(([, , stream = ""]) =>
      [...stream.matchAll(/\((.*)\) Tj/g)].map((match) => match[1]?.replaceAll(/\\(.)/g, "$1")),
    );
    expect(shown).toEqual([tasks, options]);
  });
});

describe("completion", () => {
  /** What bash completes behind a command line whose last word is begun. */
  function complete(line: string): string[] {
    const words = line.split(" ");
    const [name = ""] = words;
    const script = `source doc/completions/${name}.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${name.replaceAll("-", "_")}; printf "%s\\n" "$\{COMPREPLY[@]}"`;
    const replies = judge("bash", ["-c", script, "bash", ...words]);
    // A command may be in two folders of the path.
    return [...new Set(replies.trim().split("\n"))];
  }

  it.skipIf(!has("bash"))(
    titled("of bash knows options, their arguments, and where the command begins", has("bash") ? undefined : "bash"),
    () => {
      expect(complete("austin --inter")).toEqual(["--interval"]);
      expect(complete("austin --still = a")).toEqual(["auto", "always"]);
      expect(complete("austin --still n")).toEqual(["never"]);
      expect(complete("austin -o package.j")).toEqual(["package.json"]);
      expect(complete("austin -co package.j")).toEqual(["package.json"]);
      expect(complete("austin -i 5 --out")).toEqual(["--output"]);
      expect(complete("austin -i 5 mkfif")).toEqual(["mkfifo"]);
      expect(complete("austin -- mkfif")).toEqual(["mkfifo"]);
      expect(complete("austin -c mkfifo --inter")).toEqual([""]);
      expect(complete("austin -c mkfifo package.j")).toEqual(["package.json"]);
    },
  );

  it.skipIf(!has("bash"))(
    titled("of bash knows the files, options and words of what reads profiles", has("bash") ? undefined : "bash"),
    () => {
      expect(complete("austin-convert package.j")).toEqual(["package.json"]);
      expect(complete("austin-convert package.json --out")).toEqual(["--output"]);
      expect(complete("austin-convert a.mojo -f speed")).toEqual(["speedscope"]);
      expect(complete("austin-convert a.mojo --format = speed")).toEqual(["speedscope"]);
      expect(complete("austin-convert -f speedscope package.j")).toEqual(["package.json"]);
      expect(complete("austin-convert -- -f")).toEqual([""]);
      expect(complete("austin-diff --strip-prefix ben")).toEqual(["bench"]);
      expect(complete("austin-diff package.json package.j")).toEqual(["package.json"]);
      expect(complete("austin-view --metric all")).toEqual(["allocated"]);
      expect(complete("austin-decode --where -o package.j")).toEqual(["package.json"]);
      expect(complete("austin2speedscope --indent 2 package.j")).toEqual(["package.json"]);
      expect(complete("mojo2austin -")).toContain("--help");
      for (const { name } of readers) expect(complete(`${name} --vers`)).toEqual(["--version"]);
    },
  );

  it.each(
    commands.flatMap(({ name }) => [
      ["bash", `doc/completions/${name}.bash`],
      ["zsh", `doc/completions/_${name}`],
      ["fish", `doc/completions/${name}.fish`],
    ]),
  )("is a script that %s understands: %s", (shell = "", path = "") => {
    if (has(shell)) expect(judge(shell, ["-n", path])).toBe("");
  });
});
