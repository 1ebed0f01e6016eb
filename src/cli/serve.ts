// A profile in speedscope, served to browsers on this machine. In: a profile's path and filters. Out: a page at an address that is
// printed, until Ctrl-C. Nothing else is served, nobody else can ask for it, and the page can ask nobody else.
import { randomBytes } from "node:crypto";
import { createReadStream, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import type { FilterWords } from "../filters/words.js";
import type { Format } from "../formats/format.js";
import { formatNamed } from "../formats/registry.js";
import { convert } from "./conversion.js";

const LOOPBACK = "127.0.0.1";
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  wasm: "application/wasm",
  woff2: "font/woff2",
  png: "image/png",
  ico: "image/x-icon",
  txt: "text/plain; charset=utf-8",
};
/** speedscope's page may reach its own files and nothing else. */
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:";
const PROFILE = "profile.speedscope.json";

/** Serve until SIGINT or SIGTERM. @param open whether a browser is to be opened */
export async function serveProfile(path: string, filters: FilterWords, open: boolean): Promise<void> {
  // Only we may read it.
  const folder = mkdtempSync(join(tmpdir(), "austin-view-"));
  const listening = new AbortController();
  const ended = untilSignal(listening);
  try {
    const file = join(folder, PROFILE);
    const format = (await formatNamed("speedscope")) as Format;
    const { remarks, damage } = await convert({ input: path, output: file, format, filters, abort: listening.signal });
    for (const remark of remarks) process.stderr.write(`${remark}\n`);
    // What there is is shown all the same.
    if (damage !== undefined) {
      process.stderr.write(`${damage.text}\n`);
      process.exitCode = damage.exitCode;
    }
    const files = new Map(filesOfSpeedscope());
    files.set(PROFILE, file);
    // Who can't guess it, another user of this machine for one, sees nothing.
    const prefix = `/${randomBytes(12).toString("hex")}/`;
    const server = createServer((request, response) => answer(request, response, prefix, files));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, LOOPBACK, resolve);
    });
    const { port } = server.address() as AddressInfo;
    const title = encodeURIComponent(path === "-" ? "standard input" : path);
    const url = `http://${LOOPBACK}:${port}${prefix}#profileURL=${prefix}${PROFILE}&title=${title}`;
    process.stdout.write(`${url}\n`);
    process.stderr.write("Open this address in a browser on this machine. Ctrl-C ends it.\n");
    if (open) await openBrowser(url);
    await ended;
    server.close();
    server.closeAllConnections();
  } catch (error) {
    if (!listening.signal.aborted) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves when it is to end; `abort` tells those who are at work. */
function untilSignal(abort: AbortController): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        abort.abort();
        resolve();
      });
    }
  });
}

/** The files of the package, by their names. */
function filesOfSpeedscope(): [string, string][] {
  const release = join(dirname(createRequire(import.meta.url).resolve("speedscope/package.json")), "dist/release");
  return readdirSync(release).map((name) => [name, join(release, name)]);
}

function answer(
  { method, url = "", headers }: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  files: ReadonlyMap<string, string>,
): void {
  const base = `http://${LOOPBACK}`;
  // Not all that a request may ask for is an address.
  const pathname = URL.canParse(url, base) ? new URL(url, base).pathname : "";
  const name = pathname === prefix ? "index.html" : pathname.slice(prefix.length);
  const file = pathname.startsWith(prefix) ? files.get(name) : undefined;
  // A page elsewhere may have another name for our address.
  const isOurs = headers.host?.startsWith(`${LOOPBACK}:`) === true;
  if (file === undefined || !isOurs || (method !== "GET" && method !== "HEAD")) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "Content-Type": TYPES[extname(name).slice(1)] ?? "application/octet-stream",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  if (method === "HEAD") response.end();
  else {
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
  }
}

async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import("open");
  const child = await open(url);
  const failed = (why: string): unknown => process.stderr.write(`No browser could be opened: ${why}.\n`);
  child.on("error", (error) => failed(error.message));
  // Whoever finds a browser ends with its status.
  child.on("exit", (code) => {
    if (code !== null && code !== 0) failed(`${basename(child.spawnfile)} ended with ${code}`);
  });
}
