// Makes of what tsc has written in dist/src (`npm run build:ts`, `build:bench`) what is packed of the library: without comments and indentation, which were two
// fifths of it (names stay, for stack traces; comments stand in the declarations and the sources), and with .npmignore in dist/src, which leaves out what no entry
// point leads to: the commands have a bundle of their own, and who builds benches has more files here. Wants that tsc has run.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync, transformSync } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDER = "dist/src";
/** Characters of a line, about: what a stack trace names should be found. */
const LINE = 120;
const { exports, imports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const modules = modulesFrom(namedFiles([exports, imports], ".js"));
for (const path of modules) {
  const source = readFileSync(join(ROOT, path), "utf8");
  const options = { format: "esm", target: "esnext", charset: "utf8", lineLimit: LINE };
  writeFileSync(
    join(ROOT, path),
    transformSync(source, { ...options, minifyWhitespace: true, minifySyntax: true }).code,
  );
}
const packed = [...modules, ...declarationsFrom(namedFiles([exports], ".d.ts"))].map(
  (path) => `!/${relative(FOLDER, path)}`,
);
writeFileSync(join(ROOT, FOLDER, ".npmignore"), `${["*.*", ...packed.sort()].join("\n")}\n`);

/** The files of this folder that package.json names, below any condition. */
function namedFiles(value, ending) {
  if (typeof value !== "string") return Object.values(value).flatMap((one) => namedFiles(one, ending));
  return value.startsWith(`./${FOLDER}/`) && value.endsWith(ending) ? [value.slice("./".length)] : [];
}

/** Those files, and all that they import. */
function modulesFrom(paths) {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [...new Set(paths)],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    external: ["#*"],
    outdir: FOLDER,
    write: false,
    metafile: true,
    logLevel: "error",
  });
  return Object.keys(metafile.inputs);
}

/** Those declarations, and all that they import. */
function declarationsFrom(paths) {
  const found = new Set(paths);
  for (const path of found) {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const [, name] of text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g)) {
      found.add(join(dirname(path), `${name}.d.ts`));
    }
  }
  return found;
}
