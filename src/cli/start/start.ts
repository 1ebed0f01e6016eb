// The first lines of each command: the bundle of all commands, with what V8 made of it the last time. In: a command's name. Out: the command
// runs. Half of what a start took was V8's reading of sources; with a cache of its code that is a fifth. The cache says what it was made in:
// which commands, and which of their ways. One that goes another way has it made anew at its end, with that way in it.
// It knows nothing of what commands do: it is what is loaded before them.
import "../process/no_debugger.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { cacheFolder, readCache, writeCache } from "./cache_file.js";

/** What bundle.mjs puts there: the beginning of the bundle's SHA-256. */
declare const BUNDLE_ID: string;
/** What bundle.mjs puts there: the first Node that package.json allows, "20.19". */
declare const FIRST_NODE: string;

/** What of the bundle's exports is used here. */
interface Commands {
  runCommand(name: string, argv: readonly string[]): Promise<void>;
  onWay(heard: (way: string) => void): void;
  compileAsEver(): void;
}

interface Cache {
  /** The ways that were gone in processes that made it. */
  readonly ways: readonly string[];
  readonly code: Buffer;
}

/** Ways that one cache has at most: that many ways are not gone by anybody. */
const MOST_WAYS = 64;

/** Flags that may stand in a file's name as they are. */
const PLAIN_FLAGS = /^[\w.=+-]{1,80}$/;

/** Run a command of the bundle that lies beside. @param name as in the bundle's COMMANDS */
export async function start(name: string): Promise<void> {
  if (isTooOld(process.versions.node)) {
    const what = `'${process.execPath}' is ${process.versions.node}: install a newer one, or put one before it on PATH`;
    process.stderr.write(`${name} needs Node ${FIRST_NODE} or newer; ${what}.\n`);
    // EX_UNAVAILABLE, as ExitCode has it; nothing of the bundle may be loaded here: an old Node can't even read it.
    process.exitCode = 69;
    return;
  }
  const path = join(__dirname, "commands.js");
  const folder = cacheFolder(process.env);
  const file = cacheName();
  const cache = folder === undefined ? undefined : parse(readCache(folder, file));
  const script = new Script(readFileSync(path, "latin1"), {
    filename: path,
    ...(cache && { cachedData: cache.code }),
  });
  const commands: Commands = script.runInThisContext()(require, pathToFileURL(path).href);
  if (folder !== undefined) {
    const known = cache === undefined || script.cachedDataRejected ? [] : cache.ways;
    commands.onWay((way) => {
      if (known.includes(way) || known.length >= MOST_WAYS) return;
      // Loaded only here: it takes a millisecond.
      const { setFlagsFromString } = process.getBuiltinModule("node:v8");
      // What was used at the beginning alone would be gone at the end.
      setFlagsFromString("--no-flush-bytecode");
      process.once("exit", () => {
        setFlagsFromString("--flush-bytecode");
        commands.compileAsEver();
        writeCache(folder, file, serialise({ ways: [...known, way], code: script.createCachedData() }));
      });
    });
  }
  return commands.runCommand(name, process.argv.slice(2));
}

function isTooOld(version: string): boolean {
  const [least, ours] = [FIRST_NODE, version].map((one) => one.split(".").map(Number)) as [number[], number[]];
  const [major = 0, minor = 0] = ours;
  const [leastMajor = 0, leastMinor = 0] = least;
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** V8 takes what the same V8 has made, with the same flags, of the same source; of the source it compares the length alone. */
function cacheName(): string {
  const facts = [BUNDLE_ID, process.versions.v8, process.arch];
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].filter((one) => one !== "").join("+");
  // Loading what makes sums takes as long as all the rest.
  if (PLAIN_FLAGS.test(flags)) facts.push(flags);
  else if (flags !== "")
    facts.push(process.getBuiltinModule("node:crypto").createHash("sha256").update(flags).digest("hex"));
  return facts.join("-");
}

function serialise({ ways, code }: Cache): Buffer {
  const head = Buffer.from(ways.join("\n"));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, code]);
}

function parse(bytes: Buffer | undefined): Cache | undefined {
  if (bytes === undefined || bytes.length < 4) return undefined;
  const end = 4 + bytes.readUInt32LE();
  return { ways: bytes.toString("utf8", 4, end).split("\n"), code: bytes.subarray(end) };
}
