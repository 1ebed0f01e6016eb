// Builds the pages: scripts and styles of `web/`, each bundled into one file, in dist/web. Nothing in them loads anything.
import { build } from "esbuild";

await build({
  entryPoints: { flame: "web/flame_page.ts" },
  outdir: "dist/web",
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  // d3-flame-graph knows its own nodes by the name of their class.
  keepNames: true,
  legalComments: "inline",
  logLevel: "warning",
});
