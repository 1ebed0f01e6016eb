// A profile in speedscope, served to browsers on this machine. In: a profile's path and filters. Out: a page at an address that is
// printed, until Ctrl-C. Nothing else is served, nobody else can ask for it, and the page can ask nobody else.
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { FilterWords } from "../../filters/words.js";
import type { Format } from "../../formats/format.js";
import { formatNamed } from "../../formats/registry.js";
import { convert } from "../convert/conversion.js";
import { untilSignal } from "../reading/following.js";
import { SecretServer } from "../serving/secret_server.js";
import { SPEEDSCOPE_POLICY, SpeedscopePage } from "./speedscope.js";

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
    const page = new SpeedscopePage(new Map([[PROFILE, () => createReadStream(file)]]));
    const server = new SecretServer({ policy: SPEEDSCOPE_POLICY, find: (name) => page.find(name) });
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
