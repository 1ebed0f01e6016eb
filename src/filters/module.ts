// Whose code a frame runs. In: the file name of a code object, as the target has it. Out: dotted module names, and whether
// it is the standard library's or the import system's. It looks at no file: the profile may be of another machine.

/** Behind the last of these a path is that of a module: the standard library's folder, what is installed in it, and archives. */
const ROOTS =
  /^.*[\\/](?:(?:site|dist)-packages|Lib|python\d*(?:\.\d+)?t?(?:\.zip)?|[^\\/]+\.(?:zip|egg|whl|pyz))[\\/]/;
const INSTALLED = /[\\/](?:site|dist)-packages[\\/]/;
/** lib/python3.13, lib64/python3.13t, lib/python313.zip; Lib of a Windows installation or of a source tree. */
const STANDARD_LIBRARY = /[\\/](?:lib\d*[\\/]python3\.\d+t?|python3\d+\.zip|Lib)[\\/]/;
const FROZEN = /^<frozen (.+)>$/;
/** Parts of a path or a name that count: nobody nests deeper, and a name may be anybody's. */
const MOST_PARTS = 32;
const IMPORT_SYSTEM = /^(?:importlib(?:\.|$)|zipimport$|pkgutil$)/;

/** Whether the file belongs to Python's own library, frozen modules among it. */
export function isStandardLibrary(filename: string): boolean {
  return FROZEN.test(filename) || (STANDARD_LIBRARY.test(filename) && !INSTALLED.test(filename));
}

/** Whether the file belongs to what executes import statements. */
export function isImportSystem(filename: string): boolean {
  return isStandardLibrary(filename) && IMPORT_SYSTEM.test(moduleNames(filename)[0] as string);
}

/**
 * The names that a module of this file may have been imported under. Where the path doesn't say where packages begin, every
 * ending of it may be the name: `/srv/app/views.py` is `views`, `app.views` or `srv.app.views`.
 *
 * @returns at least one; the most likely first
 */
export function moduleNames(filename: string): readonly string[] {
  const frozen = FROZEN.exec(filename)?.[1];
  if (frozen !== undefined) return [frozen];
  const rest = filename.replace(ROOTS, "");
  const isRooted = rest !== filename;
  const parts = rest
    .replace(/\.pyc?$/, "")
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== ".")
    .slice(-MOST_PARTS);
  if (parts.length > 1 && parts.at(-1) === "__init__") parts.pop();
  const whole = parts.join(".");
  if (isRooted || parts.length < 2) return [whole];
  return parts.map((_, index) => parts.slice(parts.length - 1 - index).join("."));
}

/** All names of which one must match for a glob of modules: the module's own and those of the packages above it. */
export function moduleAndPackages(filename: string): readonly string[] {
  const names = new Set<string>();
  for (const name of moduleNames(filename)) {
    names.add(name);
    let dot = name.lastIndexOf(".");
    for (let left = MOST_PARTS; dot > 0 && left > 0; left--) {
      names.add(name.slice(0, dot));
      dot = name.lastIndexOf(".", dot - 1);
    }
  }
  return [...names];
}

/** Whether the file belongs to a package that was installed beside the standard library. */
export function isInstalled(filename: string): boolean {
  return INSTALLED.test(filename);
}
