// What a PE file of 64 bits asks for and shows. In: its bytes. Out: the same record as of an ELF file.
const OPTIONAL_HEADER = 24; // behind "PE\0\0" and the file header
const DIRECTORIES = OPTIONAL_HEADER + 112;
const EXPORTS = 0;
const IMPORTS = 1;
/** Names that are looked for when the file is loaded, in the program that loads it: they stand among the constants. */
const ASKED_BY_NAME = /\0((?:napi|node_api|uv)_\w+)(?=\0)/g;

export function isPe(bytes) {
  return bytes.length >= 64 && bytes.toString("latin1", 0, 2) === "MZ";
}

/** What a PE32+ file asks Windows and Node for. */
export function askedOfPe(bytes) {
  const header = bytes.readUInt32LE(60);
  const sectionCount = bytes.readUInt16LE(header + 6);
  const sectionTable = header + OPTIONAL_HEADER + bytes.readUInt16LE(header + 20);
  const sections = Array.from({ length: sectionCount }, (_, i) => {
    const at = sectionTable + 40 * i;
    const [size, address, fileSize, offset] = [8, 12, 16, 20].map((field) => bytes.readUInt32LE(at + field));
    return { size, address, fileSize, offset };
  });
  const place = (rva) => {
    const section = sections.find(
      ({ address, size, fileSize }) => rva >= address && rva < address + Math.max(size, fileSize),
    );
    if (section === undefined) throw new Error(`no section has address ${rva}`);
    return rva - section.address + section.offset;
  };
  const text = (rva) => {
    const start = place(rva);
    return bytes.toString("latin1", start, bytes.indexOf(0, start));
  };
  const directory = (number) => bytes.readUInt32LE(header + DIRECTORIES + 8 * number);
  const asked = { undefined: [], exported: [], libraries: [], isVersioned: false };
  for (let at = place(directory(IMPORTS)); bytes.readUInt32LE(at + 12) !== 0; at += 20) {
    asked.libraries.push(text(bytes.readUInt32LE(at + 12)));
    const names = bytes.readUInt32LE(at) || bytes.readUInt32LE(at + 16);
    for (let one = place(names); bytes.readBigUInt64LE(one) !== 0n; one += 8)
      asked.undefined.push(text(bytes.readUInt32LE(one) + 2));
  }
  for (const [, name] of bytes.toString("latin1").matchAll(ASKED_BY_NAME)) asked.undefined.push(name);
  const table = directory(EXPORTS);
  if (table !== 0) {
    const names = place(bytes.readUInt32LE(place(table) + 32));
    const count = bytes.readUInt32LE(place(table) + 24);
    for (let i = 0; i < count; i++) asked.exported.push(text(bytes.readUInt32LE(names + 4 * i)));
  }
  // Its own names are no questions.
  asked.undefined = asked.undefined.filter((name) => !asked.exported.includes(name));
  return asked;
}
