// Names of C++ and Rust as their sources have them. In: the linker's name. Out: the program's. The library, which the Firefox profiler uses, is loaded when the first
// name needs it.
import { dependencyFile } from "../assets/files.js";

/** Itanium's C++, Rust's two schemes, and MSVC's. */
const MANGLED = /^(?:_Z|__Z|_R[A-Z]|\?)/;

type Demangle = (name: string) => string;

const LIBRARY = "gecko-profiler-demangle";

let loaded: Promise<Demangle | undefined> | undefined;

/** The package wants its Wasm as a module, which Node has only behind a flag: what its index.js does is done here. It is an optional dependency. */
async function load(): Promise<Demangle | undefined> {
  const bytes = dependencyFile(LIBRARY, "index_bg.wasm");
  if (bytes === undefined) return undefined;
  const library = await import("gecko-profiler-demangle/index_bg.js");
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    "./index_bg.js": library as unknown as Record<string, unknown>,
  });
  library.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return library.demangle_any;
}

export function isMangled(name: string): boolean {
  return MANGLED.test(name);
}

/** Names by the names that linkers have. A name that is none of theirs stays as it is, and so do all where the library was not installed. */
export async function demangleAll(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const mangled = [...new Set(names)].filter(isMangled);
  if (mangled.length === 0) return new Map();
  loaded ??= load();
  const demangle = await loaded;
  return new Map(demangle && mangled.map((name) => [name, demangle(name)]));
}
