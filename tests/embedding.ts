// Pythons that a C program can be linked with. In: the interpreters of the matrix. Out: their shared libraries.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { eachPython, type Python } from "./pythons.js";

/** Where the interpreter's shared library is; undefined when it came without one that can be linked. */
function libraryOf({ path }: Python): string | undefined {
  const script = "import sysconfig; print('/'.join(map(sysconfig.get_config_var, ('LIBDIR', 'INSTSONAME'))))";
  const library = execFileSync(path, ["-E", "-c", script], { encoding: "utf8" }).trim();
  return library.includes(".so") && existsSync(library) ? library : undefined;
}

/** Rows of a name and a library. */
export const libraries = eachPython(({ debug, wordSize }) => !debug && wordSize === 8).flatMap(([name, python]) => {
  const library = libraryOf(python);
  return library === undefined ? [] : [[name, library] as const];
});
