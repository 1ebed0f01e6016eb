// A manifest for Scoop (its schema.json). In: a release with Windows' standalone executable. Out: JSON.
import { readers, standaloneWord } from "../launchers.js";
import { type Standalone, standaloneName } from "../standalones.js";
import { addressOf, digestOf, homeOf, type Manifest, type Released } from "./released.js";

export function scoop(release: Released, windows: Standalone): Manifest {
  const { facts } = release;
  const file = standaloneName(windows);
  const manifest = {
    version: facts.version,
    description: facts.description,
    homepage: homeOf(release),
    license: facts.license,
    architecture: {
      // What stands behind # is the name that the file gets.
      "64bit": { url: `${addressOf(release, file)}#/austin.exe`, hash: digestOf(release, file) },
    },
    // A program, the command's name, what stands before its arguments.
    bin: ["austin.exe", ...readers(facts).map((one) => ["austin.exe", one, standaloneWord(one)])],
  };
  return { path: `scoop/${facts.name}.json`, text: `${JSON.stringify(manifest, undefined, 4)}\n` };
}
