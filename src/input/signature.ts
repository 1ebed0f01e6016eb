// What an input is, by its first bytes. In: bytes. Out: a profile of one of our kinds, or what it looks like otherwise.
// It reads no further and opens nothing.
import { MAGIC } from "../capture/format.js";

export type Signature =
  | { readonly kind: "mojo" | "collapsed" | "capture" | "empty" }
  | { readonly kind: "foreign"; readonly looksLike: string; readonly remedy: string | undefined };

const CAPTURE = Buffer.from(MAGIC).toString("latin1");

/** First bytes in Latin-1, what they are, and what helps. */
const OTHERS: readonly (readonly [bytes: string, looksLike: string, remedy?: string])[] = [
  ["\x1f\x8b", "data compressed by gzip twice", "Decompress it once: gzip -dc FILE | COMMAND -"],
  ["\x28\xb5\x2f\xfd", "data compressed by zstd", "Decompress it first: zstd -dc FILE | COMMAND -"],
  ["\xfd7zXZ\0", "data compressed by xz", "Decompress it first: xz -dc FILE | COMMAND -"],
  ["BZh", "data compressed by bzip2", "Decompress it first: bzip2 -dc FILE | COMMAND -"],
  ["PK\x03\x04", "a ZIP archive"],
  ["\xff\xfe", "text in UTF-16", "Make it UTF-8 first: iconv -f UTF-16 -t UTF-8 FILE | COMMAND -"],
  ["\x7fELF", "a program or a library (ELF)"],
  ["MZ", "a program or a library (PE)"],
  ["\xcf\xfa\xed\xfe", "a program or a library (Mach-O)"],
  ["PERFILE2", "data of perf record", "perf script turns it into text; it is no profile of austin's."],
  ["SQLite format 3\0", "an SQLite database"],
  ["\x89PNG", "an image (PNG)"],
  ["%PDF", "a PDF document"],
  ["memray", "allocations recorded by memray"],
  ["#!", "a script", "A profile is meant, not the program."],
];

/** What members of JSON tell; the first that is there decides. */
const JSON_MEMBERS: readonly (readonly [pattern: RegExp, looksLike: string])[] = [
  [/speedscope\.app\/file-format-schema/, "a profile in speedscope's format"],
  [/"preprocessedProfileVersion"/, "a profile in Firefox Profiler's format"],
  [/"traceEvents"/, "a trace in Chrome's format"],
  [/"callFrame"/, "a CPU profile of V8's (.cpuprofile)"],
];
const ALREADY = "It is converted already: open it in its viewer, or convert the MOJO file it was made from.";

const COLLAPSED_LINE = /^P\d+;T/;
/** Stacks and a number, as other tools and other converters write them. */
const OTHER_STACKS = /^\S.*;.* \d+$/;
const METADATA_LINE = /^# [^:]+: /;

/** Tell what the first bytes of an input are of; the more there are, the better, but 512 do. */
export function signatureOf(head: Uint8Array): Signature {
  if (head.length === 0) return { kind: "empty" };
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const start = bytes.toString("latin1", 0, 64);
  if (start.startsWith("MOJ") || (start.length < 3 && "MOJ".startsWith(start))) return { kind: "mojo" };
  if (start.startsWith(CAPTURE)) return { kind: "capture" };
  for (const [magic, looksLike, remedy] of OTHERS) {
    if (start.startsWith(magic)) return { kind: "foreign", looksLike, remedy };
  }
  if (isProtobufProfile(bytes)) return { kind: "foreign", looksLike: "a profile in pprof's format", remedy: ALREADY };
  if (isBinary(bytes)) return { kind: "foreign", looksLike: "binary data of another kind", remedy: undefined };
  return text(bytes.toString("utf8"));
}

/** A pprof profile begins with its sample types: field 1, a message of two varints, fields 1 and 2. */
function isProtobufProfile(bytes: Buffer): boolean {
  return bytes[0] === 0x0a && (bytes[1] as number) <= 12 && bytes[2] === 0x08;
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 4096).some((byte) => byte < 9 || (byte > 13 && byte < 27));
}

function text(beginning: string): Signature {
  const foreign = (looksLike: string, remedy?: string): Signature => ({ kind: "foreign", looksLike, remedy });
  const trimmed = beginning.replace(/^\uFEFF/, "").trimStart();
  if (trimmed === "") return foreign("blank text");
  if (/^[{[]/.test(trimmed)) {
    const known = JSON_MEMBERS.find(([pattern]) => pattern.test(trimmed));
    return known === undefined ? foreign("JSON of another kind") : foreign(known[1], ALREADY);
  }
  if (trimmed.startsWith("<")) return foreign("HTML, SVG or XML", ALREADY);
  const lines = trimmed.split("\n");
  const first = lines.find((line) => line.trim() !== "" && !METADATA_LINE.test(line));
  if (first === undefined || COLLAPSED_LINE.test(first)) return { kind: "collapsed" };
  if (OTHER_STACKS.test(first.trimEnd())) {
    return foreign("collapsed stacks of another tool", "Austin's begin with the process and the thread: P42;T0:42;...");
  }
  return foreign("text of another kind");
}
