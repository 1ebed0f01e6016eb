import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../pythons.js";

const commands = readdirSync(join(projectRoot, "bin")).filter((name) => name.endsWith(".ts"));

it.each(commands)("%s keeps Node's debugger closed before it does anything else", (name) => {
  const imports = /^import .*$/gm.exec(readFileSync(join(projectRoot, "bin", name), "utf8"));
  expect(imports?.[0]).toBe('import "../src/cli/process/no_debugger.js";');
});
