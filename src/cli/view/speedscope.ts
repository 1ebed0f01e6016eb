// speedscope's page, which comes with the package, as replies of a server. In: a name. Out: its files, and what browsers let it do.
import { extname } from "node:path";
import { pipeline, Readable } from "node:stream";
import { brotliDecompressSync } from "node:zlib";
import { speedscopeFiles } from "../../assets/files.js";
import type { Reply } from "../serving/secret_server.js";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  wasm: "application/wasm",
  png: "image/png",
  txt: "text/plain; charset=utf-8",
};

/** What a name ends with, where the package has the file in Brotli. */
const PACKED = ".br";

/** It may reach its own files and nothing else. */
export const SPEEDSCOPE_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:";

/** Its files and, beside them, those of a profile. */
export class SpeedscopePage {
  readonly #files: Map<string, () => Readable>;

  /** @param beside what else is there, by name */
  constructor(beside: ReadonlyMap<string, () => Readable> = new Map()) {
    const own = [...speedscopeFiles()].map(([name, read]) => unpacked(name, read));
    this.#files = new Map([...own, ...beside]);
  }

  /** @param name "" for the page itself @returns undefined where there is no such file */
  find(name: string): Reply | undefined {
    const file = name || "index.html";
    const open = this.#files.get(file);
    if (open === undefined) return undefined;
    return {
      type: TYPES[extname(file).slice(1)] ?? "application/octet-stream",
      policy: SPEEDSCOPE_POLICY,
      // Both are closed where one fails: a browser that goes away leaves no file open.
      send: (response) => pipeline(open(), response, () => {}),
    };
  }
}

/** A file as it is served. */
function unpacked(name: string, read: () => Uint8Array): readonly [name: string, open: () => Readable] {
  if (!name.endsWith(PACKED)) return [name, () => Readable.from(piecesOf(read))];
  return [name.slice(0, -PACKED.length), () => Readable.from(piecesOf(() => brotliDecompressSync(read())))];
}

/** What is read when it is asked for; that it can't be is then the stream's affair. */
function* piecesOf(read: () => Uint8Array): Generator<Uint8Array> {
  yield read();
}
