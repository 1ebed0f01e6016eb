// Look into a command's binaries before it is started. In: the command's name. Out: what was learnt of its files. A
// program may live no longer than it takes to read its symbols, and reading them once has our own code compiled.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { host } from "../host/index.js";
import type { Image } from "../images/image.js";
import { openImage } from "../images/open.js";
import { LiveMemory } from "../memory/live.js";
import { wholeMapped } from "./find.js";
import { baseName, type ImageFacts, imageFacts } from "./image_facts.js";
import { type PythonVersion, versionFromHex } from "./interpreter.js";
import { KnownFacts } from "./known_facts.js";
import { findCommand } from "./program.js";
import { versionFromName } from "./version_strings.js";

/** What a look before the start gave. */
export interface InspectedCommand {
  readonly facts: KnownFacts;
  /** The Python that the command will most likely be; undefined where its files don't say. */
  readonly version: PythonVersion | undefined;
}

/** Look into the file that `command` names, and the Python library that it asks for. Never throws: a launch will tell. */
export function inspectCommand(command: string): InspectedCommand {
  const facts = new KnownFacts();
  let version: PythonVersion | undefined;
  try {
    // Loads the add-on.
    new LiveMemory(process.pid);
    host.loadedImages(wholeMapped(process.pid));
    const found = findCommand(command);
    if (found === undefined) return { facts, version };
    const program = realpathSync(found).toString();
    const executable = look(program, facts);
    version = executable.version;
    const library = executable.facts.needed.find((name) => /python/i.test(name));
    if (library !== undefined) {
      version ??= versionFromName(baseName(library));
      // Beside the program, or where relocatable and self-built Pythons have it; one of the system's is read when it's mapped.
      const folder = dirname(program);
      const places = [folder, join(folder, "../lib")].map((one) => join(one, baseName(library)));
      const path = places.find((one) => existsSync(one)) ?? places[0];
      version = look(realpathSync(path as string), facts).version ?? version;
    }
  } catch {
    // Not found, not readable, a script: all that is for the launch and the search to judge.
  }
  return { facts, version };
}

function look(
  path: string,
  known: KnownFacts,
): { readonly facts: ImageFacts; readonly version: PythonVersion | undefined } {
  const file = host.openFile(path);
  try {
    const image = openImage(file);
    const facts = imageFacts(image, path, "thorough");
    known.add(file, path, facts);
    return { facts, version: versionIn(image, facts) };
  } finally {
    file.close();
  }
}

/** The version that a file states: in a word of its data, or in its strings. */
function versionIn(image: Image, { python }: ImageFacts): PythonVersion | undefined {
  if (python?.versionWord === undefined) return python?.version;
  const word = image.read(python.versionWord, 4);
  return word.length < 4 ? undefined : versionFromHex(Buffer.from(word).readUInt32LE());
}
