// The scripts and styles of pages, as the build makes them of `web/`. In: a page's name. Out: its texts. A bundle for pages has
// dist/web/flame.js in this file's place, by the condition "browser" of `#page-assets` in package.json.
import { packageFile } from "../assets/files.js";
import { NotBuilt } from "../model/error.js";
import type { PageAssets } from "./html.js";

/** @throws NotBuilt */
export function readAssets(name: "flame" | "live"): PageAssets {
  const bytes = packageFile(`dist/web/${name}.js`);
  // What comes before and behind it makes a module of it.
  const texts = bytes?.toString().split("\n")[1];
  if (texts === undefined) throw new NotBuilt(`the page's ${name}.js is missing: run \`npm run build:web\``);
  return JSON.parse(texts) as PageAssets;
}
