// The scripts and styles of pages, as the build makes them of `web/`. In: a page's name. Out: its texts. A bundle for pages has
// dist/web/embedded.js in this file's place, by the condition "browser" of `#page-assets` in package.json.
import { packageFile } from "../assets/files.js";
import { NotBuilt } from "../model/error.js";
import type { PageAssets } from "./html.js";

/** @throws NotBuilt */
export function readAssets(name: "flame"): PageAssets {
  return { script: readAsset(`${name}.js`), style: readAsset(`${name}.css`) };
}

function readAsset(file: string): string {
  const bytes = packageFile(`dist/web/${file}`);
  if (bytes === undefined) throw new NotBuilt(`the page's ${file} is missing: run \`npm run build:web\``);
  return bytes.toString();
}
