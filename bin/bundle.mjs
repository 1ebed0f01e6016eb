// Builds dist/bin (`npm run build:commands`): all commands in one file, what starts it with V8's cache of its code, and a file for each command.
// Its input are the sources themselves. Wants nothing that is built.
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDER = "dist/bin";
const { bin, engines, imports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** What package.json has other files for in pages: the sources of what it means here. */
const ownImports = {
  name: "own imports",
  setup({ onResolve }) {
    onResolve({ filter: /^#/ }, ({ path }) => ({
      path: join(ROOT, imports[path].default.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts")),
    }));
  },
};

/** Whoever wants to require is given what the bundle requires with: Node's module for it is a large one. */
const ownRequire = {
  name: "own require",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:module$/ }, ({ path }) => ({ path, namespace: "own-require" }));
    onLoad({ filter: /.*/, namespace: "own-require" }, () => ({
      contents: "export const createRequire = () => require;",
    }));
  },
};

/** The package's files are embedded, and the add-on is for Bun to embed. */
const embeddedFiles = {
  name: "embedded files",
  setup({ onResolve }) {
    onResolve({ filter: /\/assets\/files\.js$/ }, () => ({ path: join(ROOT, "src/assets/embedded.ts") }));
    onResolve({ filter: /\.node$/ }, ({ path }) => ({ path: `./${path}`, external: true }));
  },
};

/** What stays outside of the bundle, since it has a script of its own beside it: required when it is used, though it is a module. */
const requiredModules = {
  name: "required modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^open$/ }, ({ path, namespace }) =>
      namespace === "required" ? { path, external: true } : { path, namespace: "required" },
    );
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `export default require("${path}").default;`,
      resolveDir: ROOT,
    }));
  },
};

/** What the commands' bundle and the program that starts it have in common. */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  minify: true,
  // Its text is then one byte a character, read as it is.
  charset: "ascii",
  legalComments: "eof",
  logLevel: "warning",
  write: false,
};

/** What Node is to be started with. A view runs for days, and what it draws with is garbage at once: V8 would keep 16 MiB of that. */
const FLAGS = { "austin-tui": "--max-semi-space-size=2", "austin-web": "--max-semi-space-size=2" };

/** The bundle's text: a function of `require` and of the file's own address, whose value is what it exports. */
export function bundleCommands() {
  return bundle({
    entryPoints: ["src/cli/commands.ts"],
    plugins: [ownImports, ownRequire, requiredModules],
    // A script that comes out of V8's cache has no leave to import: it requires, which Node has for modules, too.
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "__address" },
    banner: { js: '(function(require,__address){"use strict";const module={exports:{}};let exports=module.exports;' },
    footer: { js: "return module.exports})" },
  });
}

/** The text of a program that has all commands in it, and nothing beside it but what it embeds. */
export function bundleStandalone(entry) {
  return bundle({
    entryPoints: [entry],
    plugins: [ownImports, embeddedFiles],
    // Only `open` asks for it, and then takes the system's own script.
    define: { "import.meta.url": '"file:///"' },
  });
}

async function bundle(options) {
  const { outputFiles, metafile } = await build({ ...COMMON, metafile: true, ...options });
  return { text: outputFiles[0].text, packages: packagesOf(metafile) };
}

/** Packages of others' of which something is in a bundle, by their folders: a package may have one of its own within. */
function packagesOf({ inputs }) {
  const names = Object.keys(inputs).map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Their licences, which go wherever the bundle goes. */
export function licencesOf(packages) {
  const texts = packages.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
    const file = ["LICENSE", "license", "LICENSE.md", "LICENSE.txt", "LICENSE-MIT"]
      .map((one) => join(ROOT, folder, one))
      .find(readable);
    if (file === undefined) throw new Error(`${name} has no licence beside it`);
    return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
  });
  return `The commands' bundle has parts of these packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function readable(path) {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = join(ROOT, FOLDER);
  rmSync(out, { recursive: true, force: true });
  const { text, packages } = await bundleCommands();
  const id = createHash("sha256").update(text).digest("hex").slice(0, 16);
  await build({
    ...COMMON,
    entryPoints: { start: "src/cli/start/start.ts" },
    outdir: FOLDER,
    define: { BUNDLE_ID: JSON.stringify(id), FIRST_NODE: JSON.stringify(engines.node.replace(">=", "")) },
    write: true,
  });
  writeFileSync(join(out, "commands.js"), text);
  writeFileSync(join(out, "licences.txt"), licencesOf(packages));
  // The package's other JavaScript are modules.
  writeFileSync(join(out, "package.json"), '{ "type": "commonjs" }\n');
  // npx wants a command of the package's name, too: that is the same as austin.
  for (const name of new Set(Object.values(bin).map((file) => basename(file, ".js")))) {
    const path = join(out, `${name}.js`);
    const flags = FLAGS[name];
    writeFileSync(
      path,
      `#!/usr/bin/env ${flags === undefined ? "node" : `-S node ${flags}`}\nrequire("./start.js").start("${name}");\n`,
    );
    chmodSync(path, 0o755);
  }
}
