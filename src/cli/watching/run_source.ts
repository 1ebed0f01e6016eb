// The run behind a view. In: austin's words. Out: its profile as it comes, what it and the program print, and how it ended.
//
// austin samples in a process of its own, so that no redraw, no table and no garbage of the view ever comes between two samples. Its MOJO comes
// through a pipe, every 0.4 s. It and the program have a session of their own, without a terminal, and nothing as standard input: no key
// reaches them, and nothing that they print reaches the screen; it is kept, as much as the last of it, for a view of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { austinCommand } from "../../assets/files.js";
import { host } from "../../host/index.js";

const FLUSH = "--flush=400ms";
const PROFILE = 3;
/** So much of what is printed is kept. */
const KEPT_CHARACTERS = 256 * 1024;

/** How austin has ended, and what it was to do. */
export interface RunEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the process was attached to: then nobody knows its status. */
  readonly isAttached: boolean;
  /** Whether the run had a limit. */
  readonly isTimed: boolean;
}

/** What was printed, the last of it. */
export class Printed {
  #text = "";
  /** What was dropped. */
  characters = 0;

  add(text: string): void {
    this.#text += text;
    const over = this.#text.length - KEPT_CHARACTERS;
    if (over > KEPT_CHARACTERS / 4) {
      this.#text = this.#text.slice(over);
      this.characters += over;
    }
  }

  get text(): string {
    return this.#text;
  }
}

export class RunSource {
  readonly printed = new Printed();
  /** What went to standard error alone, austin's own messages among it. */
  readonly errors = new Printed();
  readonly ended: Promise<RunEnd>;
  end: RunEnd | undefined;
  readonly #child: ChildProcess;
  readonly #copy: WriteStream | undefined;

  /**
   * @param words austin's options, then a command or none
   * @param copy where the profile is written, too
   * @param isShown whether what is printed goes to our standard error
   */
  constructor(words: readonly string[], copy: string | undefined, isShown: boolean) {
    const [program, ...before] = austinCommand(host.hasHeritage);
    this.#copy = copy === undefined ? undefined : createWriteStream(copy);
    this.#child = spawn(program, [...before, FLUSH, `--output=/dev/fd/${PROFILE}`, ...words], {
      argv0: "austin",
      stdio: isShown ? ["ignore", 2, 2, "pipe"] : ["ignore", "pipe", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        this.printed.add(text);
        if (stream === this.#child.stderr) this.errors.add(text);
      });
    }
    this.ended = new Promise((resolve) => {
      const options = words.slice(0, words.includes("--") ? words.indexOf("--") : words.length);
      const isAttached = options.some((word) => word.startsWith("--pid="));
      const isTimed = options.some((word) => /^--exposure=(?!0+$)/.test(word));
      const over = (end: Pick<RunEnd, "exitCode" | "signal">): void => {
        this.end = { ...end, isAttached, isTimed };
        resolve(this.end);
      };
      this.#child.once("error", (error) => {
        this.errors.add(`${error.message}\n`);
        over({ exitCode: 1, signal: null });
      });
      this.#child.once("exit", (exitCode, signal) => over({ exitCode, signal }));
    });
  }

  /** The profile's bytes; they end with the run, whoever else may have the pipe. */
  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    const stream = this.#child.stdio[PROFILE] as Readable;
    // A child of the program may have inherited nothing of it; but what austin has written is there when it has ended.
    void this.ended.then(() => setTimeout(() => stream.destroy(), 1000).unref());
    try {
      for await (const chunk of stream) {
        this.#copy?.write(chunk);
        yield chunk as Uint8Array;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    }
    await new Promise<void>((resolve) => (this.#copy === undefined ? resolve() : this.#copy.end(() => resolve())));
  }

  /** End the run as the signal would. */
  stop(signal: NodeJS.Signals): void {
    if (this.end === undefined) this.#child.kill(signal);
  }
}
