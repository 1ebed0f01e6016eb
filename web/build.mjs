// Builds the pages in dist/web: the script and the style of flame graphs and of the live page, each bundled into one file, and the page that opens files,
// whole. Nothing in them loads anything. Then dist/speedscope, the page that `austin-view` serves. Wants the Wasm and dist/src, from `npm run build:wasm` and `npm run build:ts`.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { htmlPage } from "../dist/src/views/html.js";

const FOLDER = "dist/web";
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data:";
const BODY = `<header>
<h1>Open a profile or a capture</h1>
<p class="note">Drop a MOJO file or a capture of austin's on this page. It is read here and goes nowhere: the page cannot reach any network.</p>
</header>
<div class="controls"><input type="file" id="file"></div>
<p id="status" role="status"></p>
<main id="result"></main>`;

/** The live page loads flame.js before its own script, and takes the graph from there: it is in the package once. */
const sharedFlame = {
  name: "shared flame graph",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/flame\/flame\.js$/ }, ({ importer }) =>
      importer.endsWith("/live/page.ts") ? { path: "flame", namespace: "shared" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "shared" }, () => ({ contents: "module.exports = globalThis.austinFlame;" }));
  },
};

await build({
  plugins: [sharedFlame],
  entryPoints: { flame: "web/flame_page.ts", live: "web/live_page.ts", open: "web/open_page.ts" },
  outdir: FOLDER,
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  legalComments: "inline",
  logLevel: "warning",
});

const [script, style] = textsOf("open");
writeFileSync(`${FOLDER}/open.html`, htmlPage("Open a profile", BODY, { script, style }, POLICY));
for (const file of ["open.js", "open.css"]) rmSync(`${FOLDER}/${file}`);

// A page's texts are in one file: a module for bundles of pages, in the place of src/views/assets.ts, whose second line is JSON, which that reads.
for (const page of ["flame", "live"]) {
  const [script, style] = textsOf(page);
  const texts = JSON.stringify({ script, style });
  writeFileSync(`${FOLDER}/${page}.js`, `const PAGE =\n${texts}\n;\nexport const readAssets = () => PAGE;\n`);
  rmSync(`${FOLDER}/${page}.css`);
}
rmSync(`${FOLDER}/embedded.js`, { force: true });

// speedscope's page, without what it does without here: its example, its schema, what reads recordings of Java's, one of its icons, and its font, in whose place the
// page takes what the system has. Its script is packed as it is served: `speedscopeFiles` unpacks it.
const SPEEDSCOPE = "node_modules/speedscope/dist/release";
const OUT = "dist/speedscope";
const LEFT_OUT = /^(perf-vertx|jfrview|file-format-schema|SourceCodePro|source-code-pro|favicon.*\.(js|ico)$)/;
const ICON = /^ *<link rel="icon" type="image\/x-icon".*\n/m;
const FONT = /url\("[^"]*SourceCodePro[^"]*"\) format\("woff2"\)/;
const FONTS = ["Source Code Pro", "Menlo", "Consolas", "DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono"];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
for (const name of readdirSync(SPEEDSCOPE).filter((name) => !LEFT_OUT.test(name))) {
  const bytes = readFileSync(join(SPEEDSCOPE, name));
  if (name.endsWith(".html")) writeFileSync(join(OUT, name), without(bytes, ICON));
  else if (name.endsWith(".css"))
    writeFileSync(join(OUT, name), without(bytes, FONT, FONTS.map((font) => `local("${font}")`).join(",")));
  else if (name.endsWith(".js")) writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(bytes));
  else writeFileSync(join(OUT, name), bytes);
}
cpSync("node_modules/speedscope/LICENSE", join(OUT, "LICENSE"));

/** A text with something else in the place of what must be in it. */
function without(bytes, what, instead = "") {
  const text = bytes.toString();
  if (!what.test(text)) throw new Error(`speedscope has no ${what} any more`);
  return text.replace(what, instead);
}

function textsOf(page) {
  return ["js", "css"].map((end) => readFileSync(`${FOLDER}/${page}.${end}`, "utf8"));
}
