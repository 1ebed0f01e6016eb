// What runs first wherever a command begins.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../pythons.js";

it.each(["src/cli/start/start.ts", "standalone/main.ts"])(
  "%s keeps Node's debugger closed before it does anything else",
  (path) => {
    const imports = /^import .*$/gm.exec(readFileSync(join(projectRoot, path), "utf8"));
    expect(imports?.[0]).toMatch(/^import "(\.\.\/)+(src\/cli\/)?process\/no_debugger\.js";$/);
  },
);
