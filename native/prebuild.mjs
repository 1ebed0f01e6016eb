// Builds the add-ons of the package, prebuilds/, for every processor, on any machine: a compiler for all of them comes from PyPI. In: the
// sources that binding.gyp names. Out: one file a processor, the same bytes whoever builds it.
//   node native/prebuild.mjs            builds them
//   node native/prebuild.mjs --check    builds them anew, compares them with those that are there, and looks at what they ask for
// On Linux a file is linked with no library at all: Node has loaded the C library anyway, be it glibc or musl, so one file serves both. On Windows
// it is linked with kernel32 alone, on macOS with libSystem.
import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { allowedSymbols, faults } from "./prebuild_faults.mjs";

const ZIG = "0.17.1";
const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const PREBUILDS = join(ROOT, "prebuilds");

/**
 * By what Node calls the system and the processor. glibc's version bounds which functions there are; ppc64le's first one is 2.19. The first
 * macOS is that of Node 20, and of the processor.
 */
const TARGETS = {
  "linux-x64": { system: "linux", target: "x86_64-linux-gnu.2.17", emulation: "elf_x86_64" },
  "linux-ia32": { system: "linux", target: "x86-linux-gnu.2.17", emulation: "elf_i386" },
  "linux-arm64": { system: "linux", target: "aarch64-linux-gnu.2.17", emulation: "aarch64linux" },
  "linux-arm": { system: "linux", target: "arm-linux-gnueabihf.2.17", emulation: "armelf_linux_eabi" },
  "linux-ppc64": { system: "linux", target: "powerpc64le-linux-gnu.2.19", emulation: "elf64lppc" },
  "win32-x64": { system: "win32", target: "x86_64-windows-gnu" },
  "win32-arm64": { system: "win32", target: "aarch64-windows-gnu" },
  "darwin-x64": { system: "darwin", target: "x86_64-macos.10.15" },
  "darwin-arm64": { system: "darwin", target: "aarch64-macos.11.0" },
};

const COMPILING = [
  ...["-c", "-std=c++17", "-O2", "-g0", "-Wall", "-Wextra", "-Werror"],
  // Nothing that would ask for the C++ library or for the compiler's own.
  ...[
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-threadsafe-statics",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
  ],
  // Nothing that one C library alone has.
  ...["-fno-stack-protector", "-U_FORTIFY_SOURCE", "-fno-sanitize=all"],
  ...["-fomit-frame-pointer", "-ffunction-sections", "-fdata-sections"],
  ...["-DNAPI_VERSION=8", "-DNODE_ADDON_API_DISABLE_CPP_EXCEPTIONS"],
];

/**
 * Of each system: its condition in binding.gyp, sources besides (in the place of libraries that are not linked), and how objects become an
 * add-on. A system more is an entry more.
 */
const SYSTEMS = {
  linux: {
    condition: "OS=='linux'",
    sources: ["operators.cc"],
    compiling: ["-fPIC", "-fvisibility=hidden"],
    linking: ({ emulation }) => [
      ...["ld.lld", "-m", emulation, "-shared", "--allow-shlib-undefined", "--gc-sections", "--icf=all", "-s"],
      ...["--build-id=none", "--hash-style=both"],
      // A name that is missing after all is told when the add-on is loaded, not when it's called.
      ...["-z", "now", "-z", "relro", `--version-script=${join(HERE, "exports.map")}`],
    ],
    libraries: [],
  },
  win32: {
    condition: "OS=='win'",
    sources: ["operators.cc", "runtime_windows.cc"],
    // Node-API is no library's: see runtime_windows.cc.
    compiling: ["-DNAPI_EXTERN="],
    linking: ({ target }) => ["c++", "-target", target, "-shared", "-s", "-nostdlib", "-Wl,--gc-sections"],
    libraries: ["-lkernel32"],
    // The linker writes when it ran (IMAGE_FILE_HEADER.TimeDateStamp).
    finished: (bytes) => bytes.writeUInt32LE(0, bytes.readUInt32LE(60) + 8),
  },
  darwin: {
    condition: "OS=='mac'",
    sources: ["operators.cc"],
    // What operators.cc has is nobody else's.
    compiling: ["-fPIC", "-fvisibility=hidden", "-fvisibility-global-new-delete=force-hidden"],
    // Stripped, and without its own path, or its bytes would depend on that. Apple's processors run nothing unsigned: the linker signs.
    linking: ({ target }) => [
      ...["c++", "-target", target, "-shared", "-s", "-nostdlib++", "-Wl,-undefined,dynamic_lookup", "-Wl,-dead_strip"],
      "-Wl,-install_name,@rpath/austin.node",
    ],
    libraries: [],
  },
};

const require = createRequire(import.meta.url);
const HEADERS = [require("node-api-headers").include_dir, dirname(require.resolve("node-addon-api/package.json"))];

const run = promisify(execFile);

/** The compiler, which is installed into a private folder at its first use. */
async function zig() {
  const folder = join(ROOT, ".cache/zig", ZIG);
  const program = join(folder, "ziglang/zig");
  if (!existsSync(program)) {
    const args = ["-m", "pip", "install", "--quiet", "--target", folder, `ziglang==${ZIG}`];
    await run("python3", args).catch((cause) => {
      throw new Error(`the compiler can't be installed: python3 ${args.join(" ")}: ${cause.stderr || cause.message}`);
    });
  }
  return program;
}

/** The same list as for building from source, and what stands in for libraries. */
function sources(system) {
  const [{ sources, conditions }] = JSON.parse(readFileSync(join(HERE, "binding.gyp"), "utf8")).targets;
  const [, own] = conditions.find(([condition]) => condition === system.condition);
  return [...sources, ...own.sources, ...system.sources];
}

/** Build one add-on into `folder`. @param cache what is the compiler's */
async function build(program, name, folder, cache) {
  const { target } = TARGETS[name];
  const system = SYSTEMS[TARGETS[name].system];
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
  const includes = HEADERS.flatMap((one) => ["-isystem", one]);
  const objects = [];
  for (const source of sources(system)) {
    const object = join(folder, `${name}-${basename(source, ".cc")}.o`);
    // No path of this machine gets into the file: the sources are named from here.
    const paths = [`-ffile-prefix-map=${ROOT}=.`, "-o", object, source];
    const flags = [...COMPILING, ...system.compiling, ...includes];
    await run(program, ["c++", "-target", target, ...flags, ...paths], { cwd: HERE, env });
    objects.push(object);
  }
  const out = join(folder, `${name}.node`);
  const linking = [...system.linking(TARGETS[name]), "-o", out, ...objects, ...system.libraries];
  await run(program, linking, { cwd: folder, env });
  for (const object of objects) rmSync(object);
  if (system.finished !== undefined) {
    const bytes = readFileSync(out);
    system.finished(bytes);
    writeFileSync(out, bytes);
  }
  chmodSync(out, 0o644);
}

/** Build all into `folder`, two at a time. */
async function buildAll(folder, cache) {
  const program = await zig();
  const names = Object.keys(TARGETS);
  const worker = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) await build(program, name, folder, cache);
  };
  await Promise.all([worker(), worker()]);
}

async function make() {
  const place = mkdtempSync(join(tmpdir(), "prebuilds-"));
  try {
    // All or none.
    await buildAll(place, join(ROOT, ".cache/zig/cache"));
    mkdirSync(PREBUILDS, { recursive: true });
    for (const name of Object.keys(TARGETS)) cpSync(join(place, `${name}.node`), join(PREBUILDS, `${name}.node`));
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function check() {
  const place = mkdtempSync(join(tmpdir(), "prebuilds-"));
  const allowed = allowedSymbols(
    readFileSync(join(HERE, "allowed_symbols.txt"), "utf8"),
    require("node-api-headers").symbols.v8,
  );
  let found = 0;
  try {
    // With nothing that is kept from before: what comes of it is the sources' alone.
    await buildAll(place, join(place, "cache"));
    for (const name of Object.keys(TARGETS)) {
      const committed = join(PREBUILDS, `${name}.node`);
      const fresh = readFileSync(join(place, `${name}.node`));
      const wrong = faults(existsSync(committed) ? readFileSync(committed) : undefined, fresh, allowed);
      found += wrong.length;
      console.log(`prebuilds/${name}.node: ${wrong.length === 0 ? `right, ${fresh.length} bytes` : wrong.join("; ")}`);
    }
  } finally {
    rmSync(place, { recursive: true });
  }
  if (found > 0) console.log("Where the sources have changed: npm run build:prebuilds, and commit what it makes.");
  process.exitCode = found > 0 ? 1 : 0;
}

if (process.argv.includes("--check")) await check();
else await make();
