// The built commands. In: a command's name. Out: the file that Node runs; an error where it is not what the sources make.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./pythons.js";

const REMEDY = "run `npm run build:ts`";
let isChecked = false;

/** @throws Error where nothing is built, or a source was changed since */
export function builtCommand(name: string): string {
  if (!isChecked) check();
  isChecked = true;
  return join(projectRoot, `dist/bin/${name}.js`);
}

function check(): void {
  const built = statSync(join(projectRoot, "dist/bin/commands.js"), { throwIfNoEntry: false });
  if (built === undefined) throw new Error(`no command is built: ${REMEDY}`);
  const newer = readdirSync(join(projectRoot, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .find((path) => statSync(join(projectRoot, "src", path)).mtimeMs > built.mtimeMs);
  if (newer !== undefined) throw new Error(`the built commands are older than src/${newer}: ${REMEDY}`);
}
