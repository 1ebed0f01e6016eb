// Inlined functions, which only debug entries tell, by a program that reads them: LLVM's llvm-symbolizer, or addr2line of the GNU binutils. In: a file and linked addresses.
// Out: the functions that each is in, the innermost first. It runs as long as it is asked; one that does not answer, or answers nonsense, is not asked again.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join, posix } from "node:path";
import { createInterface, type Interface } from "node:readline";

/** So long one answer may take: debug information of gigabytes is read with the first. */
const PATIENCE_MILLISECONDS = 60_000;
/** No compiler inlines so deep. */
const MOST_DEPTH = 256;
/** Each process that runs for addr2line holds one file. */
const MOST_PROCESSES = 4;

export interface InlinedPlace {
  /** The linker's name; undefined where it isn't known. */
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly line: number;
}

export type ToolName = "llvm-symbolizer" | "addr2line";
const NAMES: readonly ToolName[] = ["llvm-symbolizer", "addr2line"];

/** The first of them that is installed. */
export function findInlineTool(
  folders = (process.env.PATH ?? "").split(":"),
): { readonly name: ToolName; readonly path: string } | undefined {
  for (const name of NAMES) {
    for (const folder of folders.filter((one) => one.startsWith("/"))) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return { name, path };
      } catch {
        // Not there.
      }
    }
  }
  return undefined;
}

/** Close it after use. */
export class InlineTool {
  readonly name: ToolName;
  /** It does not work: it could not be started, did not answer, or said what nobody understands. */
  hasFailed = false;
  readonly #path: string;
  /** By the file that each has open; LLVM's takes all. */
  readonly #running = new Map<string, Conversation>();

  constructor({ name, path }: { readonly name: ToolName; readonly path: string }) {
    this.name = name;
    this.#path = path;
  }

  /** Of each address the functions that it is in, the innermost first; none where the file doesn't say. Undefined where the tool has failed. */
  async ask(file: string, addresses: readonly number[]): Promise<readonly (readonly InlinedPlace[])[] | undefined> {
    if (this.hasFailed) return undefined;
    // Neither has a way to write such a name.
    if (/["\n\r]/.test(file)) return addresses.map(() => []);
    const talk = this.#talk(file);
    const answers: InlinedPlace[][] = [];
    for (const address of addresses) {
      const answer = await talk.ask(address, file);
      if (answer === undefined) {
        this.hasFailed = true;
        this.close();
        return undefined;
      }
      answers.push(answer);
    }
    return answers;
  }

  close(): void {
    for (const talk of this.#running.values()) talk.end();
    this.#running.clear();
  }

  #talk(file: string): Conversation {
    const key = this.name === "addr2line" ? file : "";
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    if (this.#running.size >= MOST_PROCESSES) this.close();
    const words =
      this.name === "addr2line"
        ? ["-a", "-f", "-i", "-e", file]
        : ["--inlines", "--functions=linkage", "--no-demangle", "--output-style=LLVM"];
    const talk = new Conversation(this.#path, words, this.name);
    this.#running.set(key, talk);
    return talk;
  }
}

/** A process that is asked, line by line. */
class Conversation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #kind: ToolName;

  constructor(path: string, words: readonly string[], kind: ToolName) {
    this.#kind = kind;
    // Nothing is to be asked of a network.
    const { DEBUGINFOD_URLS: _, ...environment } = process.env;
    this.#child = spawn(path, words, { stdio: "pipe", env: { ...environment, LC_ALL: "C" } });
    // What it can't do, its answers show.
    this.#child.on("error", () => {});
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.resume();
    this.#reader = createInterface({ input: this.#child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Undefined where there is no answer that is one. */
  async ask(address: number, file: string): Promise<InlinedPlace[] | undefined> {
    const text = `0x${address.toString(16)}`;
    const timer = setTimeout(() => this.end(), PATIENCE_MILLISECONDS);
    try {
      // Behind addr2line's answer stands the next question, which it repeats.
      if (this.#kind === "addr2line") this.#child.stdin.write(`${text}\n${END}\n`);
      else this.#child.stdin.write(`CODE "${file}" ${text}\n`);
      if (this.#kind === "addr2line" && !ADDRESS.test((await this.#line()) ?? "")) return undefined;
      const places: InlinedPlace[] = [];
      for (let depth = 0; depth < MOST_DEPTH; depth++) {
        const name = await this.#line();
        if (name === undefined) return undefined;
        if (this.#kind === "addr2line" ? ADDRESS.test(name) : name === "") {
          // Its answer to the address that is none: two lines.
          if (this.#kind === "addr2line") for (let line = 0; line < 2; line++) await this.#line();
          return places;
        }
        const place = await this.#line();
        if (place === undefined) return undefined;
        places.push({ name: name === UNKNOWN ? undefined : name, ...placeIn(place) });
      }
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#reader.close();
    this.#child.kill("SIGKILL");
  }

  async #line(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value;
  }
}

const UNKNOWN = "??";
/** An address that nothing has. */
const END = "0xffffffffffffffff";
const ADDRESS = /^0x[0-9a-f]{8,16}$/;

/** A file, a line and with LLVM a column; behind that, some notes of the compiler's. */
function placeIn(text: string): { readonly file: string | undefined; readonly line: number } {
  const [, file, line] = /^(.*?):(\d+|\?)(?::\d+)?(?: \(.*\))?$/.exec(text) ?? [];
  if (file === undefined || file === UNKNOWN) return { file: undefined, line: 0 };
  return { file: posix.normalize(file), line: line === "?" ? 0 : Number(line) };
}
