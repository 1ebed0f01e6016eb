// A profile in speedscope, served to browsers on this machine. In: a profile's path and filters. Out: a page at an address that is
// printed, until Ctrl-C. Nothing else is served, nobody else can ask for it, and the page can ask nobody else.
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { speedscopeFiles } from "../../assets/files.js";
import type { FilterWords } from "../../filters/words.js";
import type { Format } from "../../formats/format.js";
import { formatNamed } from "../../formats/registry.js";
import { convert } from "../convert/conversion.js";
import { untilSignal } from "../reading/following.js";
import { type Reply, SecretServer } from "../serving/secret_server.js";

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
    const find = (name: string): Reply | undefined => replyOf(name || "index.html", files);
    const server = new SecretServer({ policy: POLICY, find });
    const address = await server.listen();
    const title = encodeURIComponent(path === "-" ? "standard input" : path);
    const url = `${address}#profileURL=${server.prefix}${PROFILE}&title=${title}`;
    process.stdout.write(`${url}\n`);
    process.stderr.write("Open this address in a browser on this machine. Ctrl-C ends it.\n");
    if (open) await openBrowser(url);
    if (!ended.aborted) await once(ended, "abort");
    server.close();
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** What is read when it is asked for; that it can't be is then the stream's affair. */
function* piecesOf(read: () => Uint8Array): Generator<Uint8Array> {
  yield read();
}

function replyOf(name: string, files: ReadonlyMap<string, () => Readable>): Reply | undefined {
  const open = files.get(name);
  if (open === undefined) return undefined;
  return {
    type: TYPES[extname(name).slice(1)] ?? "application/octet-stream",
    // Both are closed where one fails: a browser that goes away leaves no file open.
    send: (response) => pipeline(open(), response, () => {}),
  };
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
