// What is wrong with a prebuilt add-on. In: its bytes, those of a fresh build, and the names that it may ask for. Out: a line a fault.
import { askedOfMachO, isMachO, signatureFaults } from "./prebuild_macho.mjs";
import { askedOfPe, isPe } from "./prebuild_pe.mjs";

const SECTION_DYNAMIC = 6;
const SECTION_DYNAMIC_SYMBOLS = 11;
const SECTION_VERSIONS_NEEDED = 0x6ffffffe;
const SECTION_VERSIONS_DEFINED = 0x6ffffffd;
const TAG_NEEDED = 1;
const LOCAL = 0;

/** What an add-on shows to Node. */
const EXPORTS = ["napi_register_module_v1", "node_api_module_get_api_version_v1"];

/** Names, one a line, with comments, and those of Node-API that Node has since the version that we ask for. */
export function allowedSymbols(text, { js_native_api_symbols: js, node_api_symbols: node }) {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return new Set([...lines.filter((line) => line !== ""), ...js, ...node]);
}

/** What an add-on asks for and shows. */
export function askedOf(bytes) {
  if (isPe(bytes)) return askedOfPe(bytes);
  return isMachO(bytes) ? askedOfMachO(bytes) : askedOfElf(bytes);
}

/** Libraries that a file may ask for: with Windows and macOS, the one that every process has. */
function mayAskFor(bytes, library) {
  if (isMachO(bytes)) return library === "/usr/lib/libSystem.B.dylib";
  return isPe(bytes) && library.toUpperCase() === "KERNEL32.DLL";
}

/** What a little-endian ELF file asks the dynamic loader for. */
function askedOfElf(bytes) {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[5] !== 1)
    throw new Error("no little-endian ELF file");
  const wide = bytes[4] === 2;
  const word = (at) => (wide ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at));
  const size = wide ? 8 : 4;
  const [table, entry, count] = wide
    ? [word(40), bytes.readUInt16LE(58), bytes.readUInt16LE(60)]
    : [word(32), bytes.readUInt16LE(46), bytes.readUInt16LE(48)];
  const sections = Array.from({ length: count }, (_, i) => {
    const at = table + i * entry;
    const [offset, length] = [word(at + 8 + 2 * size), word(at + 8 + 3 * size)];
    return { type: bytes.readUInt32LE(at + 4), offset, length, link: bytes.readUInt32LE(at + 8 + 4 * size) };
  });
  const text = (strings, at) => {
    const start = sections[strings].offset + at;
    return bytes.toString("latin1", start, bytes.indexOf(0, start));
  };
  const asked = { undefined: [], exported: [], libraries: [], isVersioned: false };
  for (const { type, offset, length, link } of sections) {
    if (type === SECTION_VERSIONS_NEEDED || type === SECTION_VERSIONS_DEFINED) asked.isVersioned = true;
    if (type === SECTION_DYNAMIC) {
      for (let at = offset; at < offset + length; at += 2 * size) {
        if (word(at) === TAG_NEEDED) asked.libraries.push(text(link, word(at + size)));
      }
    }
    if (type === SECTION_DYNAMIC_SYMBOLS) {
      const step = wide ? 24 : 16;
      for (let at = offset + step; at < offset + length; at += step) {
        const name = text(link, bytes.readUInt32LE(at));
        const [info, section] = wide
          ? [bytes[at + 4], bytes.readUInt16LE(at + 6)]
          : [bytes[at + 12], bytes.readUInt16LE(at + 14)];
        if (section === 0) asked.undefined.push(name);
        else if (info >> 4 !== LOCAL) asked.exported.push(name);
      }
    }
  }
  return asked;
}

/** @param committed undefined where there is no such file @param allowed names that glibc, musl and Node all have */
export function faults(committed, fresh, allowed) {
  const wrong = [];
  if (committed === undefined) wrong.push("is not there");
  else if (!committed.equals(fresh)) wrong.push("is not what the sources make");
  const asked = askedOf(fresh);
  const strange = asked.undefined.filter((name) => !allowed.has(name));
  if (strange.length > 0) wrong.push(`asks for ${strange.join(", ")}, which allowed_symbols.txt has not`);
  const libraries = asked.libraries.filter((library) => !mayAskFor(fresh, library));
  if (libraries.length > 0) wrong.push(`asks for libraries: ${libraries.join(", ")}`);
  if (asked.isVersioned) wrong.push("asks for versions of symbols");
  if (asked.exported.sort().join() !== EXPORTS.join()) wrong.push(`shows ${asked.exported.join(", ") || "nothing"}`);
  return isMachO(fresh) ? [...wrong, ...signatureFaults(fresh)] : wrong;
}
