// Binaries to be changed: one program with line numbers of each version, packed ones, names alone, and what names a file that has the rest. In: a folder to build in. Out: bytes.
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addMiniDebugInfo, compileShapes, splitDebug } from "./shapes.js";

export function originalBinaries(folder: string): Uint8Array[] {
  const path = (name: string) => join(folder, name);
  const whole = compileShapes(path("whole"), "-gdwarf-5", "-O1");
  copyFileSync(whole, path("split"));
  splitDebug(path("split"), path("split.debug"));
  copyFileSync(path("split"), path("fedora"));
  addMiniDebugInfo(path("fedora"), whole, folder);
  const files = [
    whole,
    compileShapes(path("two"), "-gdwarf-2", "-O0"),
    compileShapes(path("four"), "-gdwarf-4", "-O1", "-no-pie"),
    compileShapes(path("wide"), "-gdwarf-5", "-gdwarf64", "-ffunction-sections"),
    compileShapes(path("packed"), "-g", "-gz=zlib"),
    path("split"),
    path("split.debug"),
    path("fedora"),
  ];
  return files.map((file) => new Uint8Array(readFileSync(file)));
}
