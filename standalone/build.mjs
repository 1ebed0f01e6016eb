// Makes standalone executables (`npm run build:standalone [-- TARGET…]`): all commands in one file that needs neither Node nor anything beside it.
//   npm run build:standalone                  the one for this machine
//   npm run build:standalone -- linux-x64 …   those, by the names in TARGETS
// In: the sources, the add-ons in prebuilds/, what `npm run build` makes. Out: dist/standalone/austin-TARGET. Bun, which runs it, comes from the npm registry, one
// pinned version for all targets, and is kept in .cache/bun. Why Bun: doc/standalone.md.
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleStandalone, licencesOf } from "../bin/bundle.mjs";
import { withFront } from "./front.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BUN = "1.4.5";
/** By what Node calls the system and the processor: the package that has Bun for it, and the name that Bun has for it. Baseline: processors without AVX2. */
const TARGETS = {
  "linux-x64": "linux-x64-baseline",
  "linux-arm64": "linux-aarch64",
  "linux-x64-musl": "linux-x64-musl-baseline",
  "linux-arm64-musl": "linux-aarch64-musl",
  "darwin-x64": "darwin-x64-baseline",
  "darwin-arm64": "darwin-aarch64",
  "win32-x64": "windows-x64-baseline",
};
const OUT = join(ROOT, "dist/standalone");
/** The folder of what is embedded, as src/assets/embedded.ts has it, and its files by their paths in the package. */
const EMBEDDED = "package";
const FILES = [
  "package.json",
  "dist/wasm/decoder.wasm",
  "dist/wasm/unwinder.wasm",
  "node_modules/gecko-profiler-demangle/index_bg.wasm",
  "dist/web/flame.js",
  "dist/web/live.js",
  "dist/speedscope",
];

const execute = promisify(execFile);

/** The target that this machine is. */
function ownTarget() {
  const isMusl = process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${process.platform}-${process.arch}${isMusl ? "-musl" : ""}`;
}

/** The path of Bun for a target, from the registry where it is not here yet. */
async function bunFor(target) {
  const name = `bun-${TARGETS[target]}`;
  const folder = join(ROOT, ".cache/bun", `${name}-${BUN}`);
  const program = join(folder, "bin", target.startsWith("win32") ? "bun.exe" : "bun");
  if (existsSync(program)) return program;
  mkdirSync(dirname(folder), { recursive: true });
  const place = mkdtempSync(`${folder}-`);
  try {
    const { stdout } = await execute("npm", ["pack", "--silent", `@oven/${name}@${BUN}`], { cwd: place });
    await execute("tar", ["-xzf", join(place, stdout.trim()), "-C", place, "--strip-components=1", "package/bin"]);
    mkdirSync(folder, { recursive: true });
    cpSync(join(place, "bin"), join(folder, "bin"), { recursive: true });
    return program;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Build one. @param builder Bun for this machine @returns its path */
async function build(target, builder) {
  const [system, processor] = target.split("-");
  const addOn = join(ROOT, "prebuilds", `${system}-${processor}.node`);
  if (!existsSync(addOn)) throw new Error(`there is no add-on for ${target}: ${addOn}`);
  const place = mkdtempSync(join(ROOT, ".cache/standalone-"));
  try {
    const { text, packages } = await bundleStandalone("standalone/main.ts");
    writeFileSync(join(place, "main.js"), text);
    cpSync(addOn, join(place, "add_on.node"));
    for (const file of FILES) cpSync(join(ROOT, file), join(place, EMBEDDED, file), { recursive: true });
    writeFileSync(join(place, EMBEDDED, "licences.txt"), licencesOf(packages));
    const words = ["build", "--compile", "--bytecode", "--minify", "--format=cjs", "--outfile=austin"];
    words.push(`--target=bun-${TARGETS[target]}`, `--compile-executable-path=${await bunFor(target)}`);
    // What lies in the folder where we are started is none of our settings.
    for (const file of ["dotenv", "bunfig", "tsconfig", "package-json"]) words.push(`--no-compile-autoload-${file}`);
    await execute(builder, [...words, `--asset=${EMBEDDED}`, "main.js"], { cwd: place });
    const end = system === "win32" ? ".exe" : "";
    const path = join(OUT, `austin-${target}${end}`);
    mkdirSync(OUT, { recursive: true });
    if (system === "linux") addFront(join(place, "austin"), `${system}-${processor}`);
    chmodSync(join(place, `austin${end}`), 0o755);
    renameSync(join(place, `austin${end}`), path);
    return path;
  } finally {
    rmSync(place, { recursive: true });
  }
}

function addFront(path, name) {
  writeFileSync(path, withFront(readFileSync(path), name));
}

const asked = process.argv.slice(2);
const targets = asked.length > 0 ? asked : [ownTarget()];
const unknown = targets.filter((target) => !(target in TARGETS));
if (unknown.length > 0) {
  process.stderr.write(`there is no Bun for ${unknown.join(", ")}; there is for ${Object.keys(TARGETS).join(", ")}\n`);
  process.exit(1);
}
const builder = await bunFor(ownTarget());
for (const target of targets) process.stdout.write(`${await build(target, builder)}\n`);
