// A profile in speedscope, served to browsers on this machine. In: a profile's path and filters. Out: a page at an address that is
// printed, until Ctrl-C. Nothing else is served, nobody else can ask for it, and the page can ask nobody else.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { speedscopeFiles } from "../../assets/files.js";
import type { FilterWords } from "../../filters/words.js";
import type { Format } from "../../formats/format.js";
import { formatNamed } from "../../formats/registry.js";
import { convert } from "../convert/conversion.js";
import { untilSignal } from "../reading/following.js";

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
/** More than any browser opens, and less than a process may: who opens thousands is turned away, and our own files can be opened. */
const MOST_CONNECTIONS = 256;
/** Who has not asked by then is cut off, and makes room for others. */
const ASKING_MILLISECONDS = 10_000;

/** Serve until a signal of those that end a run. @param open whether a browser is to be opened */
export async function serveProfile(path: string, filters: FilterWords, open: boolean): Promise<void> {
  const ended = untilSignal();
  // Only we may read it.
  const folder = mkdtempSync(join(tmpdir(), "austin-view-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Whatever ends the process by its own will, a second signal or an error that nobody foresaw.
  process.on("exit", remove);
  try {
    const file = join(folder, PROFILE);
    const format = (await formatNamed("speedscope")) as Format;
    const { remarks, damage } = await convert({ input: path, output: file, format, filters, abort: ended });
    for (const remark of remarks) process.stderr.write(`${remark}\n`);
    // What there is is shown all the same.
    if (damage !== undefined) {
      process.stderr.write(`${damage.text}\n`);
      process.exitCode = damage.exitCode;
    }
    const files = new Map<string, () => Readable>();
    for (const [name, read] of speedscopeFiles()) files.set(name, () => Readable.from(piecesOf(read)));
    files.set(PROFILE, () => createReadStream(file));
    // Who can't guess it, another user of this machine for one, sees nothing.
    const prefix = `/${randomBytes(12).toString("hex")}/`;
    const server = serverOf(prefix, files);
    const port = await listen(server);
    const title = encodeURIComponent(path === "-" ? "standard input" : path);
    const url = `http://${LOOPBACK}:${port}${prefix}#profileURL=${prefix}${PROFILE}&title=${title}`;
    process.stdout.write(`${url}\n`);
    process.stderr.write("Open this address in a browser on this machine. Ctrl-C ends it.\n");
    if (open) await openBrowser(url);
    if (!ended.aborted) await once(ended, "abort");
    server.close();
    server.closeAllConnections();
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function serverOf(prefix: string, files: ReadonlyMap<string, () => Readable>): Server {
  const timeouts = { headersTimeout: ASKING_MILLISECONDS, requestTimeout: 2 * ASKING_MILLISECONDS };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: ASKING_MILLISECONDS / 10 });
  server.maxConnections = MOST_CONNECTIONS;
  server.on("request", (request, response) => answer(request, response, prefix, files));
  return server;
}

/** Resolves with the port, once others can connect. */
async function listen(server: Server): Promise<number> {
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  // One connection that can't be accepted is no reason to end those that can.
  server.on("error", () => {});
  return (server.address() as AddressInfo).port;
}

/** What is read when it is asked for; that it can't be is then the stream's affair. */
function* piecesOf(read: () => Uint8Array): Generator<Uint8Array> {
  yield read();
}

function answer(
  { method, url = "", headers, socket }: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  files: ReadonlyMap<string, () => Readable>,
): void {
  // What was asked for is compared, never resolved: whatever it is, it opens no file but those of the list.
  const [asked = ""] = url.split("?", 1);
  const name = asked === prefix ? "index.html" : asked.slice(prefix.length);
  const open = asked.startsWith(prefix) ? files.get(name) : undefined;
  // A page elsewhere may have another name for our address.
  const isOurs = headers.host === `${LOOPBACK}:${socket.localPort}`;
  if (open === undefined || !isOurs || (method !== "GET" && method !== "HEAD")) {
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
  // Both are closed where one fails: a browser that goes away leaves no file open.
  else pipeline(open(), response, () => {});
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
