// What a Mach-O file of 64 bits asks for and shows, and what is wrong with its signature. In: its bytes. Out: the same record as of an ELF
// file; a line a fault. Formats: mach-o/loader.h, nlist.h; of signatures, XNU's osfmk/kern/cs_blobs.h (big-endian).
import { createHash } from "node:crypto";

const MAGIC_64 = 0xfeedfacf;
const CPU_ARM64 = 0x0100000c;
const LC_SYMTAB = 0x2;
const LC_LOAD_DYLIB = 0xc;
const LC_CODE_SIGNATURE = 0x1d;
const LC_DYLD_INFO_ONLY = 0x80000022;
const LC_DYLD_EXPORTS_TRIE = 0x80000033;
const N_EXT = 1;
const N_TYPE = 0x0e;
const N_STAB = 0xe0;
const CODE_DIRECTORY = 0xfade0c02;
const SHA_256 = 2;

/** By these names the linker shows the file itself. */
const OF_LINKER = ["__dso_handle", "_mh_dylib_header"];

const textAt = (bytes, at) => bytes.toString("latin1", at, bytes.indexOf(0, at));
/** A name as the C language has it. */
const inC = (name) => name.replace(/^_/, "");

export function isMachO(bytes) {
  return bytes.length >= 32 && bytes.readUInt32LE(0) === MAGIC_64;
}

function commandsOf(bytes) {
  const commands = [];
  for (let i = 0, at = 32; i < bytes.readUInt32LE(16); i++) {
    commands.push({ kind: bytes.readUInt32LE(at), at });
    at += bytes.readUInt32LE(at + 4);
  }
  return commands;
}

/** Names that a Mach-O file asks for and shows, as the C language has them, and its libraries. */
export function askedOfMachO(bytes) {
  const asked = { undefined: [], exported: [], libraries: [], isVersioned: false };
  for (const { kind, at } of commandsOf(bytes)) {
    const word = (i) => bytes.readUInt32LE(at + 4 * i);
    if (kind === LC_LOAD_DYLIB) asked.libraries.push(textAt(bytes, at + word(2)));
    if (kind === LC_DYLD_EXPORTS_TRIE) asked.exported = exportsIn(bytes.subarray(word(2), word(2) + word(3)));
    if (kind === LC_DYLD_INFO_ONLY) asked.exported = exportsIn(bytes.subarray(word(10), word(10) + word(11)));
    if (kind !== LC_SYMTAB) continue;
    for (let symbol = word(2); symbol < word(2) + 16 * word(3); symbol += 16) {
      const type = bytes[symbol + 4];
      const isUndefined = (type & N_STAB) === 0 && (type & N_EXT) !== 0 && (type & N_TYPE) === 0;
      if (isUndefined) asked.undefined.push(inC(textAt(bytes, word(4) + bytes.readUInt32LE(symbol))));
    }
  }
  asked.exported = asked.exported.filter((name) => !OF_LINKER.includes(name));
  return asked;
}

/** The names of an exports trie: nodes of a size, what is exported there if that isn't 0, and edges to other nodes. */
function exportsIn(trie) {
  const names = [];
  const uleb = (from) => {
    let [value, at] = [0, from];
    for (let shift = 1; ; shift *= 128) {
      const byte = trie[at++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return [value, at];
    }
  };
  const walk = (node, prefix) => {
    const [size, start] = uleb(node);
    if (size > 0) names.push(inC(prefix));
    let at = start + size;
    for (let left = trie[at++]; left > 0; left--) {
      const edge = textAt(trie, at);
      const [child, next] = uleb(at + edge.length + 1);
      at = next;
      walk(child, prefix + edge);
    }
  };
  if (trie.length > 0) walk(0, "");
  return names;
}

/** What is wrong with the signature, which Apple's processors demand: the hash of each page is in it. */
export function signatureFaults(bytes) {
  const command = commandsOf(bytes).find(({ kind }) => kind === LC_CODE_SIGNATURE);
  if (command === undefined) return bytes.readUInt32LE(4) === CPU_ARM64 ? ["is not signed"] : [];
  const start = bytes.readUInt32LE(command.at + 8);
  const blobs = Array.from(
    { length: bytes.readUInt32BE(start + 8) },
    (_, i) => start + bytes.readUInt32BE(start + 16 + 8 * i),
  );
  const directory = blobs.find((at) => bytes.readUInt32BE(at) === CODE_DIRECTORY);
  if (directory === undefined) return ["has a signature without hashes of its pages"];
  const [hashes, count, limit] = [16, 28, 32].map((at) => bytes.readUInt32BE(directory + at));
  const [size, type, , log] = bytes.subarray(directory + 36, directory + 40);
  if (type !== SHA_256 || limit !== start) return ["has a signature that is not of all of it, by SHA-256"];
  const page = 2 ** log;
  if (count !== Math.ceil(limit / page)) return ["has a signature of another count of pages"];
  const wrong = Array.from({ length: count }, (_, i) => i).filter((i) => {
    const contents = bytes.subarray(i * page, Math.min((i + 1) * page, limit));
    const at = directory + hashes + i * size;
    return !createHash("sha256")
      .update(contents)
      .digest()
      .equals(bytes.subarray(at, at + size));
  });
  return wrong.length === 0 ? [] : [`has a signature with other hashes of pages ${wrong.join(", ")}`];
}
