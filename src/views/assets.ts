// The scripts and styles of pages, as the build makes them of `web/`. In: a page's name. Out: its texts. A bundle for pages has
// dist/web/embedded.js in this file's place, by the condition "browser" of `#page-assets` in package.json.
import { readFileSync } from "node:fs";
import { NotBuilt } from "../model/error.js";
import type { PageAssets } from "./html.js";

const FOLDERS = ["../../web/", "../../dist/web/"];

/** @throws NotBuilt */
export function readAssets(name: "flame"): PageAssets {
  return { script: readAsset(`${name}.js`), style: readAsset(`${name}.css`) };
}

function readAsset(file: string): string {
  for (const folder of FOLDERS) {
    try {
      return readFileSync(new URL(folder + file, import.meta.url), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new NotBuilt(`the page's ${file} is missing: run \`npm run build:web\``);
}
