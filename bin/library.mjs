// Takes the comments out of the library's JavaScript (`npm run build:ts`, `build:bench`), in dist/src: for those who read, they stand in the declarations beside it and
// in the sources. A fifth of what is packed of it were comments. Wants that tsc has run.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "../dist/src");

for (const name of readdirSync(FOLDER, { recursive: true })) {
  if (!name.endsWith(".js")) continue;
  const path = join(FOLDER, name);
  const { code } = transformSync(readFileSync(path, "utf8"), { format: "esm", target: "esnext", charset: "utf8" });
  writeFileSync(path, code);
}
