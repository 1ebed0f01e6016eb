// What tells of the sources of an image, whatever its format: line numbers, and where else to look. It has a door of its own, and a folder that the package lacks: who samples
// needs none of it.
import type { ByteSource } from "../byte_source.js";
import type { DebugFacts, LineTable } from "../image.js";
import { elfDebugFacts } from "./elf_debug_facts.js";
import { ElfLines } from "./elf_lines.js";
import type { Unpack } from "./unpacking.js";

/** The line numbers of an image's file. @throws MalformedImage */
export function openLines(file: ByteSource, unpack: Unpack): LineTable {
  return new ElfLines(file, unpack);
}

/** What an image's file says of what is told about it elsewhere. @throws MalformedImage */
export function openDebugFacts(file: ByteSource): DebugFacts {
  return elfDebugFacts(file);
}
