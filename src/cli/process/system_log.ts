// What a run did, for the system's log. In: texts, as the run goes. Out: at the end, their lines in that log. They are few
// and short whatever happens, and nothing is written while there is something to sample. It knows no message.
import type { LogLevel, LogLine } from "../../host/index.js";

/** Lines of one run, and characters of one line, at most. */
const MOST_LINES = 100;
const MOST_CHARACTERS = 500;

export class SystemLog {
  readonly #lines: LogLine[] = [];
  readonly #silent: boolean;
  #dropped = 0;

  /** @param silent whether nothing is to be kept or written */
  constructor(silent: boolean) {
    this.#silent = silent;
  }

  /** Keep a text, line by line. */
  add(level: LogLevel, text: string): void {
    if (this.#silent) return;
    for (const line of text.split("\n")) {
      if (line.trim() === "") continue;
      if (this.#lines.length >= MOST_LINES) this.#dropped++;
      else this.#lines.push({ level, text: printable(line) });
    }
  }

  /** Write what was kept; by default, to the log of the system that we run on. */
  async write(platform: NodeJS.Platform = process.platform): Promise<void> {
    if (this.#lines.length === 0) return;
    if (this.#dropped > 0) this.#lines.push({ level: "info", text: `and ${this.#dropped} more lines` });
    const { writeSystemLog } = await import("../../host/index.js");
    await writeSystemLog(this.#lines, platform);
  }
}

function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, " ").slice(0, MOST_CHARACTERS);
}
