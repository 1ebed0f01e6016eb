// Look into a command's binaries before it is started. In: the command's name. Out: what was learnt of its files. A
// program may live no longer than it takes to read its symbols, and reading them once has our own code compiled.
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { loadedImages, OpenFile, readMappings } from "../host/index.js";
import { ElfImage } from "../images/elf.js";
import { LiveMemory } from "../memory/live.js";
import { baseName, type ImageFacts, imageFacts } from "./image_facts.js";

/** What is known of binaries, by `factsKey`. */
export type KnownFacts = Map<string, ImageFacts>;

/** Names the file that an image was loaded from. */
export function factsKey(device: string, inode: number, path: string): string {
  return `${device} ${inode} ${path}`;
}

/** Look into the file that `command` names, and the Python library that it asks for. Never throws: a launch will tell. */
export function rehearse(command: string): KnownFacts {
  const known: KnownFacts = new Map();
  try {
    // Loads the add-on.
    new LiveMemory(process.pid);
    loadedImages(readMappings(process.pid));
    const program = findProgram(command);
    const library = look(program, known)?.needed.find((name) => /python/i.test(name));
    // Where relocatable and self-built Pythons have it; one of the system's is read when it's mapped.
    if (library !== undefined) look(realpathSync(join(dirname(program), "../lib", baseName(library))), known);
  } catch {
    // Not found, not readable, a script: all that is for the launch and the search to judge.
  }
  return known;
}

function findProgram(command: string): string {
  if (command.includes("/")) return realpathSync(command);
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder || ".", command);
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`${command} is not in PATH`);
}

function look(path: string, known: KnownFacts): ImageFacts | undefined {
  const file = new OpenFile(path);
  try {
    const facts = imageFacts(new ElfImage(file), path, "thorough");
    known.set(factsKey(file.device, file.inode, path), facts);
    return facts;
  } finally {
    file.close();
  }
}
