// Builds the pages in dist/web: the script and the style of flame graphs, each bundled into one file, and the page that opens files,
// whole. Nothing in them loads anything. Then dist/speedscope, the page that `austin-view` serves. Wants the Wasm and dist/src, from `npm run build:wasm` and `npm run build:ts`.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

await build({
  entryPoints: { flame: "web/flame_page.ts", open: "web/open_page.ts" },
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

// For bundles of pages, in the place of src/views/assets.ts.
const [flameScript, flameStyle] = textsOf("flame").map((text) => JSON.stringify(text));
writeFileSync(
  `${FOLDER}/embedded.js`,
  `const FLAME = {\n  script: ${flameScript},\n  style: ${flameStyle},\n};\n\nexport const readAssets = () => FLAME;\n`,
);

// speedscope's page, without its example, its schema and what reads recordings of Java's, which are half of it.
rmSync("dist/speedscope", { recursive: true, force: true });
cpSync("node_modules/speedscope/dist/release", "dist/speedscope", {
  recursive: true,
  filter: (path) => !/\/(perf-vertx|jfrview|file-format-schema)[^/]*$/.test(path),
});
cpSync("node_modules/speedscope/LICENSE", "dist/speedscope/LICENSE");

function textsOf(page) {
  return ["js", "css"].map((end) => readFileSync(`${FOLDER}/${page}.${end}`, "utf8"));
}
