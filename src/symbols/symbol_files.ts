// Where the names and lines of a binary are to be found. In: its path, and the build of it that was mapped. Out: its functions and its line numbers, of the file itself and of
// what was split off from it, as gdb looks for that: by build id, by .gnu_debuglink, and symbols that are packed within it. Nothing is asked of a network.
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { host, type OpenFile } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import type { DebugFacts, FunctionNames, LineTable } from "../images/image.js";
import { openDebugFacts, openLines } from "../images/lines/open.js";
import { readFunctions } from "../images/open.js";
import { DEBUG_FILES, debugFileOf } from "../native/debug_files.js";
import { unpack } from "./unpack.js";
import { unpackXz } from "./xz.js";

const CRC_BYTES = 1 << 20;
/** A file that is longer is not read through only to see whether it is the right one. */
const MOST_CRC_BYTES = 4e9;

/** Why nothing is told of a file. */
export type SymbolsMissing =
  | { readonly kind: "absent" }
  | { readonly kind: "no binary" }
  /** The file at its path is not the one that was mapped. */
  | { readonly kind: "another"; readonly buildId: string | undefined }
  /** Nor is it where no build is known, or the same: what the profile has seen of it lies elsewhere in it. */
  | { readonly kind: "misplaced" };

/** Close them after use. */
export interface Symbols {
  readonly kind: "symbols";
  readonly functions: readonly FunctionNames[];
  readonly lines: LineTable | undefined;
  /** Linked address of what is mapped at its lowest address. */
  readonly linkedStart: number;
  readonly isFixed: boolean;
  /** Whether its build is known to be the one that was mapped. */
  readonly isProven: boolean;
  /** The file that tells of inlined functions; undefined where none does. */
  readonly entriesIn: string | undefined;
  close(): void;
}

interface Opened {
  readonly path: string;
  readonly file: OpenFile;
  readonly facts: DebugFacts;
}

/** @param root the folder that the program had for its root; "" where it had ours */
export async function openSymbols(
  root: string,
  path: string,
  buildId: string | undefined,
): Promise<Symbols | SymbolsMissing> {
  const own = open(below(root, path));
  if (own === "absent" || own === "no binary") return { kind: own };
  const kept: Opened[] = [own];
  const close = (): void => {
    for (const { file } of kept) file.close();
  };
  try {
    const { facts, file } = own;
    if (buildId !== undefined && facts.buildId !== buildId) {
      close();
      return { kind: "another", buildId: facts.buildId };
    }
    if (facts.linkedStart === undefined) {
      close();
      return { kind: "no binary" };
    }
    const functions = unlessMalformed(() => readFunctions(file));
    const lines = linesOf(own);
    const split = functions?.hasFullTable === true && lines !== undefined ? undefined : splitOff(root, own);
    if (split !== undefined) kept.push(split);
    const others = split && unlessMalformed(() => readFunctions(split.file));
    const packed =
      split === undefined && facts.packedSymbols !== undefined ? await packedFunctions(facts.packedSymbols) : undefined;
    return {
      kind: "symbols",
      functions: [others, functions, packed].filter((one) => one !== undefined),
      lines: lines ?? (split && linesOf(split)),
      linkedStart: facts.linkedStart,
      isFixed: facts.isFixed,
      isProven: buildId !== undefined,
      entriesIn: kept.find((one) => one.facts.hasEntries)?.path,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function unlessMalformed<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof MalformedImage) return undefined;
    throw error;
  }
}

/** No path leads out of the root, but through a link. */
function below(root: string, path: string): string {
  return root === "" ? path : join(root, join("/", path));
}

function open(path: string): Opened | "absent" | "no binary" {
  let file: OpenFile;
  try {
    file = host.openFile(path);
  } catch {
    // Missing, or none of our business.
    return "absent";
  }
  const facts = unlessMalformed(() => openDebugFacts(file));
  if (facts !== undefined) return { path, file, facts };
  file.close();
  return "no binary";
}

function linesOf({ file }: Opened): LineTable | undefined {
  const lines = unlessMalformed(() => openLines(file, unpack));
  return lines?.isEmpty === true ? undefined : lines;
}

/** What was split off from a file, where it is installed. */
function splitOff(root: string, own: Opened): Opened | undefined {
  const { buildId, link } = own.facts;
  const byId = buildId === undefined ? [] : [debugFileOf(buildId)];
  const roots = root === "" ? [""] : [root, ""];
  for (const path of roots.flatMap((one) => byId.map((file) => below(one, file)))) {
    const found = accepted(path, ({ facts }) => facts.buildId === buildId);
    if (found !== undefined) return found;
  }
  if (link === undefined) return undefined;
  const folder = dirname(own.path);
  const inside = root === "" ? folder : folder.slice(root.length);
  const places = [folder, join(folder, ".debug"), below(root, join(DEBUG_FILES, inside))];
  for (const path of places.map((place) => join(place, link.name))) {
    if (path === own.path) continue;
    const found = accepted(path, ({ facts, file }) =>
      buildId !== undefined && facts.buildId !== undefined ? facts.buildId === buildId : crcOf(file) === link.crc,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function accepted(path: string, isRight: (found: Opened) => boolean): Opened | undefined {
  const found = open(path);
  if (found === "absent" || found === "no binary") return undefined;
  if (isRight(found)) return found;
  found.file.close();
  return undefined;
}

function crcOf(file: OpenFile): number | undefined {
  if (file.size > MOST_CRC_BYTES) return undefined;
  let crc = 0;
  for (let at = 0; at < file.size; at += CRC_BYTES) crc = crc32(file.read(at, CRC_BYTES), crc);
  return crc;
}

async function packedFunctions(packed: Uint8Array): Promise<FunctionNames | undefined> {
  const image = await unpackXz(packed);
  if (image === undefined) return undefined;
  return unlessMalformed(() => readFunctions({ read: (at, length) => image.subarray(at, at + Math.max(0, length)) }));
}
