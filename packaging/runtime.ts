// What standalone executables have beside our own: Bun. In: the script that makes them, which pins it. Out: its version, and what is said of its licence. npm's
// packages of Bun have no licence file, so what it consists of is said here in a few words, with the place of the whole.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ReleaseError, root } from "./facts.js";

/** By SPDX: Bun's own, and those of the libraries in it that ask for more than to be named. */
export const RUNTIME_LICENSES = ["MIT", "LGPL-2.0-or-later", "LGPL-2.1-only"];

export function runtimeVersion(): string {
  const [, version] = /^const BUN = "(.+)";$/m.exec(readFileSync(join(root, "standalone/build.mjs"), "utf8")) ?? [];
  if (version === undefined) throw new ReleaseError("standalone/build.mjs doesn't say which Bun it takes: const BUN");
  return version;
}

/** A paragraph for who gets an executable. */
export function runtimeNotice(): string {
  return `bun ${runtimeVersion()}: ${RUNTIME_LICENSES.join(" AND ")}

The executable is Bun, of which our program is a part. Bun is under the MIT licence, and is linked with JavaScriptCore and other parts
of WebKit (LGPL 2.0 or later), TinyCC (LGPL 2.1) and libraries under licences that ask to be named: BoringSSL, brotli, c-ares, highway, ICU, libarchive,
libbase64, libdeflate, libjpeg-turbo, libspng, libwebp, lol-html, ls-hpack, ls-qpack, lsquic, mimalloc, picohttpparser, simdutf, uSockets,
uWebSockets, zlib-ng, zstd. LICENSE.md of https://github.com/oven-sh/bun names all of them, with their texts, and says how Bun is linked anew with other
versions of WebKit; our part is linked with such a Bun by \`npm run build:standalone\`.
`;
}
