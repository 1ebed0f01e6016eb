// The version of a CPython that states it in strings only (before 3.11, or stripped of its symbols). In: an image.
// Out: its version, the patch release unknown when strings disagree. Executes nothing.
import type { Image } from "../images/image.js";
import { hexOfVersion, type PythonVersion, versionFromNumbers } from "./interpreter.js";

const CHUNK_BYTES = 1 << 20;
const OVERLAP_BYTES = 64;
const MAX_BYTES = 64 << 20;

/**
 * PY_VERSION ends with a NUL; before it may stand another string's start, as linkers let strings share their tails.
 * After an underscore it's the version of a symbol.
 */
const LITERAL = /(?<![\d._])([23])\.(\d{1,2})\.(\d{1,2})((?:a|b|rc)\d{1,2})?\+?\0/g;
const MENTION = /python([23])\.(\d{1,2})(?!\d)/g;
/** What every CPython says when it has to abort. */
const LAST_WORDS = Buffer.from("Fatal Python error: ", "latin1");

interface Literal {
  readonly version: PythonVersion;
  /** Whether it once stood between two NULs. */
  alone: boolean;
}

interface Findings {
  readonly literals: Map<string, Literal>;
  /** "3.9" from "lib/python3.9", and how often. */
  readonly mentions: Map<string, number>;
}

/** The version in a name such as `libpython3.9.so.1.0`, `/usr/bin/python3.9d` or `python39.dll`. */
export function versionFromName(name: string): PythonVersion | undefined {
  const numbers = /py(?:thon|py)([23])\.?(\d{1,2})/.exec(name);
  return numbers === null ? undefined : versionFromNumbers(Number(numbers[1]), Number(numbers[2]));
}

/** Whether a CPython is in the image, by words that only CPython says. */
export function speaksPython(image: Image): boolean {
  return holds(image, LAST_WORDS);
}

/**
 * The version in the image's constants: a literal such as "3.9.18" of the minor that "lib/python3.9" or the image's own
 * name confirms (3.11 and later mention no path), else one whose number is there as the word `Py_Version`.
 *
 * @param name the image's soname or file name
 */
export function versionFromStrings(image: Image, name: string): PythonVersion | undefined {
  const findings: Findings = { literals: new Map(), mentions: new Map() };
  for (const constants of constantsOf(image)) note(findings, constants.toString("latin1"));
  const named = versionFromName(name);
  return mentioned(findings, named) ?? confirmed(findings, image) ?? named;
}

/** The image's read-only bytes in overlapping pieces. */
function* constantsOf(image: Image): Generator<Buffer> {
  let left = MAX_BYTES;
  const readOnly = image.loads.filter(({ writable }) => !writable);
  // Constants lie in a segment of their own, or in older layouts with the code.
  for (const load of readOnly.sort((a, b) => Number(a.executable) - Number(b.executable))) {
    for (let at = 0; at < load.fileSize && left > 0; at += CHUNK_BYTES, left -= CHUNK_BYTES) {
      const bytes = image.read(load.address + at, CHUNK_BYTES + OVERLAP_BYTES);
      yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
  }
}

function holds(image: Image, bytes: Buffer, alignment = 1): boolean {
  for (const constants of constantsOf(image)) {
    for (let hit = constants.indexOf(bytes); hit >= 0; hit = constants.indexOf(bytes, hit + 1)) {
      if (hit % alignment === 0) return true;
    }
  }
  return false;
}

function note({ literals, mentions }: Findings, text: string): void {
  for (const match of text.matchAll(LITERAL)) {
    const [, major, minor, micro, suffix = ""] = match;
    const version = versionFromNumbers(Number(major), Number(minor), Number(micro), suffix);
    const known = literals.get(version.text) ?? { version, alone: false };
    known.alone ||= match.index > 0 && text.charCodeAt(match.index - 1) === 0;
    literals.set(version.text, known);
  }
  for (const [, major, minor] of text.matchAll(MENTION)) {
    const key = `${major}.${minor}`;
    mentions.set(key, (mentions.get(key) ?? 0) + 1);
  }
}

function mentioned({ literals, mentions }: Findings, named: PythonVersion | undefined): PythonVersion | undefined {
  const minors = [...mentions].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  if (named !== undefined) minors.unshift(`${named.major}.${named.minor}`);
  for (const minor of minors) {
    const fitting = [...literals.values()].filter(({ version }) => `${version.major}.${version.minor}` === minor);
    const alone = fitting.filter((literal) => literal.alone);
    const [first, second] = alone.length > 0 ? alone : fitting;
    if (first !== undefined && second === undefined) return first.version;
    if (first !== undefined) return versionFromNumbers(first.version.major, first.version.minor);
  }
  return undefined;
}

function confirmed({ literals }: Findings, image: Image): PythonVersion | undefined {
  for (const { version } of literals.values()) {
    const hex = hexOfVersion(version);
    if (hex === undefined) continue;
    const word = Buffer.alloc(image.wordSize);
    if (image.littleEndian) word.writeUInt32LE(hex, 0);
    else word.writeUInt32BE(hex, image.wordSize - 4);
    if (holds(image, word, image.wordSize)) return version;
  }
  return undefined;
}
