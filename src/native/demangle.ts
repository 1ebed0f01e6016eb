// Names of C++ and Rust as their sources have them. In: the linker's name. Out: the program's. The library, which the Firefox profiler uses, is loaded when the first
// name needs it. MOJO keeps the linkers' names, as Austin's austinp does: whoever reads a profile, or looks at a process, has them made plain here.
import { dependencyFile } from "../assets/files.js";

/** Itanium's C++, Rust's two schemes, and MSVC's. */
const MANGLED = /^(?:_Z|__Z|_R[A-Z]|\?)/;
/** What compilers put behind the name of a function of which they have made several: `.cold`, `.constprop.0`, `.llvm.123`. */
const CLONE = /^([^.]+)((?:\.[\w$]+)+)$/;
/** Longer names are not made plain: what a few bytes stand for may be without end. */
const MOST_LENGTH = 4096;

export type Demangle = (name: string) => string;

const LIBRARY = "gecko-profiler-demangle";

let loaded: Promise<Demangle | undefined> | undefined;

/** What makes names plain, and leaves what is none of theirs as it is; undefined where the library was not installed: it is an optional dependency. */
export function loadDemangler(): Promise<Demangle | undefined> {
  loaded ??= load();
  return loaded;
}

/** The package wants its Wasm as a module, which Node has only behind a flag: what its index.js does is done here. */
async function load(): Promise<Demangle | undefined> {
  const bytes = dependencyFile(LIBRARY, "index_bg.wasm");
  if (bytes === undefined) return undefined;
  const library = await import("gecko-profiler-demangle/index_bg.js");
  const module = new WebAssembly.Module(bytes);
  const start = (): void => {
    const { exports } = new WebAssembly.Instance(module, {
      "./index_bg.js": library as unknown as Record<string, unknown>,
    });
    library.__wbg_set_wasm(exports);
    (exports.__wbindgen_start as () => void)();
  };
  start();
  const plain = (name: string): string => {
    try {
      const found = library.demangle_any(name);
      // Of a name that it does not understand, it takes away what macOS puts before each.
      return found === name.slice(1) ? name : found;
    } catch {
      // It gave up in the midst of its work: what it has in memory is worth nothing.
      start();
      return name;
    }
  };
  return (name) => {
    if (!isMangled(name) || name.length > MOST_LENGTH) return name;
    const whole = plain(name);
    if (whole !== name) return whole;
    const [, base, clone] = CLONE.exec(name) ?? [];
    if (base === undefined) return name;
    const found = plain(base);
    return found === base ? name : `${found} [clone ${clone}]`;
  };
}

export function isMangled(name: string): boolean {
  return MANGLED.test(name);
}

/** Names by the names that linkers have. A name that is none of theirs stays as it is, and so do all where the library was not installed. */
export async function demangleAll(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const mangled = [...new Set(names)].filter(isMangled);
  if (mangled.length === 0) return new Map();
  const demangle = await loadDemangler();
  return new Map(demangle && mangled.map((name) => [name, demangle(name)]));
}
