// Names of C++ and Rust as their sources have them. In: the linker's name. Out: the program's. The library, which the Firefox profiler uses, is loaded when the first
// name needs it.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Itanium's C++, Rust's two schemes, and MSVC's. */
const MANGLED = /^(?:_Z|__Z|_R[A-Z]|\?)/;

type Demangle = (name: string) => string;
interface Library {
  __wbg_set_wasm(exports: Readonly<Record<string, unknown>>): void;
  demangle_any: Demangle;
}

let loaded: Promise<Demangle> | undefined;

/** The package wants its Wasm as a module, which Node has only behind a flag: what its index.js does is done here. */
async function load(): Promise<Demangle> {
  const folder = dirname(createRequire(import.meta.url).resolve("gecko-profiler-demangle/package.json"));
  const library = (await import(pathToFileURL(join(folder, "index_bg.js")).href)) as Library & Record<string, never>;
  const module = new WebAssembly.Module(await readFile(join(folder, "index_bg.wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./index_bg.js": library });
  library.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return library.demangle_any;
}

export function isMangled(name: string): boolean {
  return MANGLED.test(name);
}

/** Names by the names that linkers have. A name that is none of theirs stays as it is. */
export async function demangleAll(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const mangled = [...new Set(names)].filter(isMangled);
  if (mangled.length === 0) return new Map();
  loaded ??= load();
  const demangle = await loaded;
  return new Map(mangled.map((name) => [name, demangle(name)]));
}
